"""State between runs: what comes back, what is forgotten, who may share it, and what happens when it cannot be had."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from probe.judge import judge
from probe.model.errors import UsageError
from probe.model.memory import Greeted, Greylisted, Memory, Question, Served, Silenced, UnknownRecipient
from probe.model.words import Stage
from probe.store import KEPT, MOST_PAST, PROOFS, Store, state_path
from tests.builders import ELSEWHERE, MX1, MX4, MX6, OWN, STARTED, V4, V6, broken, healthy, only, stopped

HOUR = timedelta(hours=1)
USER = "user@example.com"
GREETED = Greeted(V6, OWN[V6], "mail.example.org", ELSEWHERE[V6], STARTED - 3 * HOUR)
WAITING = Greylisted(V6, OWN[V6], "", USER, MX6, STARTED - HOUR, STARTED - HOUR, STARTED + HOUR)
BUSY = Silenced(MX1, STARTED - HOUR, STARTED + HOUR)
NOBODY = UnknownRecipient(MX4, USER, "550 5.1.1 no such user", STARTED - HOUR, STARTED + HOUR)
SERVED = Served(OWN[V6], MX6, 25, STARTED - HOUR)
ALL = Memory((GREETED,), (WAITING,), (BUSY,), (NOBODY,), (SERVED,))
ASKED = Question(STARTED, (MX1,), (MX6, MX4), "", USER)


class Book:
    """A store, and what it said."""

    def __init__(self, path: Path, now: datetime = STARTED) -> None:
        self.said: list[str] = []
        self.store = Store(path, self.said.append, lambda: now)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.sqlite"


def test_what_was_learned_comes_back_in_another_run(path: Path) -> None:
    first, second = Book(path), Book(path)
    first.store.keep(ALL)
    first.store.close()
    assert second.store.recall(ASKED) == ALL
    assert first.said == second.said == []


def test_nothing_is_known_of_others(path: Path) -> None:
    book = Book(path)
    book.store.keep(ALL)
    other = Question(STARTED, ("mx2.example.com",), ("2001:db8::77",), "", USER)
    assert book.store.recall(other) == Memory(greeted=(GREETED,))  # which proves port 25 for whomever
    assert book.store.recall(replace(ASKED, recipient=None)).greylisted == ()
    assert book.store.recall(replace(ASKED, recipient=None)).unknown == ()
    assert book.store.recall(replace(ASKED, sender="me@example.net")).greylisted == ()


def test_what_has_ended_is_not_told(path: Path) -> None:
    book = Book(path)
    book.store.keep(ALL)
    later = book.store.recall(replace(ASKED, now=STARTED + 2 * HOUR))
    assert (later.silenced, later.unknown) == ((), ())
    assert (later.greeted, later.greylisted, later.served) == (ALL.greeted, ALL.greylisted, ALL.served)
    assert book.store.recall(replace(ASKED, now=STARTED + 22 * HOUR)).greeted == ()


def test_a_clock_set_back_knows_nothing_of_the_future(path: Path) -> None:
    book = Book(path)
    book.store.keep(ALL)
    assert not book.store.recall(replace(ASKED, now=STARTED - 4 * HOUR))


def test_the_latest_word_on_a_thing_counts(path: Path) -> None:
    book = Book(path)
    book.store.keep(ALL)
    passed = replace(WAITING, tries=2, passed=STARTED)
    book.store.keep(Memory(greylisted=(passed,), unknown=(replace(NOBODY, until=STARTED - HOUR),)))
    found = book.store.recall(ASKED)
    assert (found.greylisted, found.unknown) == ((passed,), ())


def test_one_greeting_of_a_network_is_enough(path: Path) -> None:
    book = Book(path)
    many = [replace(GREETED, address=f"2001:db8:ffff::{n:x}", at=STARTED - n * HOUR / 60) for n in range(1, 40)]
    wide = [replace(GREETED, address=f"2001:db8:{n:x}::1", at=STARTED - 2 * HOUR) for n in range(1, 20)]
    book.store.keep(Memory(greeted=(*many, *wide)))
    found = book.store.recall(ASKED).greeted
    assert len(found) == PROOFS
    assert found[0] == many[0]
    assert len({item.address.split(":")[2] for item in found}) == PROOFS


def test_the_old_is_forgotten_and_so_is_the_future(path: Path) -> None:
    old, wrong = replace(SERVED, at=STARTED - KEPT - HOUR), replace(SERVED, port=26, at=STARTED + 48 * HOUR)
    Book(path).store.keep(Memory(served=(old, wrong)))
    fresh = replace(SERVED, address=MX4)
    Book(path).store.keep(Memory(served=(fresh,)))
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT address FROM served").fetchall() == [(MX4,)]
    raw.close()


def test_verdicts_per_target_and_family(path: Path) -> None:
    book = Book(path)
    good, bad = judge(healthy()), judge(broken(stopped(Stage.RCPT, V6, code=550, text="5.7.1 no")))
    book.store.remember(good)
    book.store.remember(replace(bad, measurement=replace(bad.measurement, started=STARTED + HOUR)))
    latest, before = book.store.history("example.com")
    assert (latest.verdict, latest.ipv6, latest.ipv4, latest.at) == ("critical", "critical", "ok", STARTED + HOUR)
    assert (before.verdict, before.parity, before.ipv6, before.ipv4) == ("ok", "equal", "ok", "ok")
    assert before.summary == good.summary
    assert book.store.history("example.net") == ()
    assert book.store.history("example.com", 1) == (latest,)


def test_a_family_not_asked_for_has_no_verdict(path: Path) -> None:
    book = Book(path)
    book.store.remember(judge(only(V4, healthy())))
    assert book.store.history("example.com")[0].ipv6 is None


def test_the_history_of_a_target_is_bounded(path: Path) -> None:
    book = Book(path)
    report = judge(healthy())
    for minute in range(MOST_PAST + 3):
        at = STARTED - HOUR + timedelta(seconds=minute)
        book.store.remember(replace(report, measurement=replace(report.measurement, started=at)))
    found = book.store.history("example.com", 1000)
    assert len(found) == MOST_PAST
    assert found[0].at - found[-1].at == timedelta(seconds=MOST_PAST - 1)


def test_the_latest_run_is_the_last_whatever_its_clock_said(path: Path) -> None:
    """A clock that was hours ahead and is right again must not keep its runs on top until it is caught up."""
    book = Book(path)
    good, bad = judge(healthy()), judge(broken(stopped(Stage.RCPT, V6, code=550, text="5.7.1 no")))
    book.store.remember(replace(good, measurement=replace(good.measurement, started=STARTED + 6 * HOUR)))
    book.store.remember(bad)
    assert [item.verdict for item in book.store.history("example.com")] == ["critical", "ok"]


def test_the_file_is_private(path: Path) -> None:
    before = os.umask(0)
    try:
        book = Book(path)
        book.store.keep(ALL)
        modes = {item.name: stat.S_IMODE(item.stat().st_mode) for item in path.parent.iterdir()}
        assert modes["state.sqlite"] == 0o600
        assert set(modes.values()) == {0o600}  # the write-ahead log holds the same addresses
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    finally:
        os.umask(before)


def test_a_file_made_readable_is_made_private_again(path: Path) -> None:
    Book(path).store.keep(ALL)
    path.chmod(0o644)
    Book(path).store.recall(ASKED)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def unusable(book: Book) -> str:
    """The one note, after everything was tried twice."""
    for _ in range(2):
        book.store.keep(ALL)
        assert book.store.recall(ASKED) == Memory()
        book.store.remember(judge(healthy()))
        assert book.store.history("example.com") == ()
    book.store.close()
    (said,) = book.said
    assert "going on without it" in said
    assert "\n" not in said
    return said


@pytest.mark.parametrize("content", [b"not a database at all, whatever its name says\n" * 40, b"SQLite format 3\0junk"])
def test_what_is_no_database_is_told_and_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o644)
    assert str(path) in unusable(Book(path))
    assert path.read_bytes() == content
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_damaged_state_is_told(path: Path) -> None:
    book = Book(path)
    book.store.keep(ALL)
    book.store.close()
    data = bytearray(path.read_bytes())
    data[1024:] = b"\xff" * (len(data) - 1024)
    path.write_bytes(data)
    unusable(Book(path))


def test_another_programs_database_is_not_touched(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE accounts (name TEXT)")
    raw.close()
    before = path.read_bytes()
    assert "another program" in unusable(Book(path))
    assert path.read_bytes() == before


def test_a_newer_schema_is_left_to_the_newer_program(path: Path) -> None:
    Book(path).store.keep(ALL)
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA user_version = 99")
    raw.close()
    assert "newer probe6 (schema 99" in unusable(Book(path))


def test_a_row_nobody_could_have_written_is_told(path: Path) -> None:
    book = Book(path)
    book.store.keep(ALL)
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE greeted SET family = 'ipv5'")
        raw.execute("UPDATE served SET at = -1e300")
    raw.close()
    assert book.store.recall(replace(ASKED, now=STARTED)) == Memory()
    assert len(book.said) == 1


@pytest.mark.parametrize("place", ["/proc/self/state.sqlite", "/dev/null", "/proc/1/nowhere/state.sqlite"])
def test_a_place_that_takes_no_file_is_told(place: str) -> None:
    unusable(Book(Path(place)))


def test_a_directory_is_told(tmp_path: Path) -> None:
    assert "not a regular file" in unusable(Book(tmp_path))


def test_somebody_who_writes_for_too_long_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("probe.store.database.PATIENCE", 0.05)
    Book(path).store.keep(ALL)
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("BEGIN EXCLUSIVE")
    book = Book(path)
    book.store.keep(ALL)
    assert len(book.said) == 1
    assert "locked" in book.said[0]
    raw.execute("ROLLBACK")
    raw.close()


FULL_DISK = """
import resource, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from tests.store.test_store import ALL, ASKED, Book
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
book = Book(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (8192, resource.RLIM_INFINITY))
book.store.keep(ALL)
book.store.recall(ASKED)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(len(book.said), book.said)
"""


def run(program: str, *words: str) -> "subprocess.Popen[str]":
    root = Path(__file__).parents[2]
    return subprocess.Popen([sys.executable, "-c", program, *words], cwd=root, stdout=subprocess.PIPE, text=True)


def test_a_full_disk_is_told_and_the_file_survives(path: Path) -> None:
    done = run(FULL_DISK, str(path))
    said, _ = done.communicate(timeout=120)
    assert done.returncode == 0
    assert said.startswith("1 ")
    book = Book(path)
    book.store.keep(ALL)
    assert book.store.recall(ASKED) == ALL
    assert book.said == []


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from probe.model.memory import Memory
from tests.store.test_store import Book, SERVED
book = Book(Path(sys.argv[1]))
for port in range(int(sys.argv[2]), int(sys.argv[3])):
    book.store.keep(Memory(served=(replace(SERVED, port=port),)))
    print(port, flush=True)
assert not book.said, book.said
"""


def test_a_killed_run_leaves_it_usable(path: Path) -> None:
    doomed = run(WRITER, str(path), "0", "1000000")
    assert doomed.stdout is not None
    for _ in range(20):
        last = int(doomed.stdout.readline())
    doomed.send_signal(signal.SIGKILL)
    doomed.communicate(timeout=120)
    book = Book(path)
    found = book.store.recall(ASKED).served
    assert {item.port for item in found} >= set(range(last + 1))
    book.store.keep(ALL)
    assert book.said == []


def test_processes_share_it(path: Path) -> None:
    """All of them begin with no file: who makes it is a race."""
    writers = [run(WRITER, str(path), str(start), str(start + 25)) for start in (0, 100, 200, 300)]
    for writer in writers:
        writer.communicate(timeout=120)
    assert [writer.returncode for writer in writers] == [0, 0, 0, 0]
    assert len(Book(path).store.recall(ASKED).served) == 100


def test_threads_share_it(path: Path) -> None:
    book = Book(path)
    rows = [replace(SERVED, port=port) for port in range(40)]
    threads = [Thread(target=book.store.keep, args=(Memory(served=(row,)),)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(book.store.recall(ASKED).served) == len(rows)
    assert book.said == []


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"HOME": "/home/me"}, "/home/me/.local/state/probe6/state.sqlite"),
        ({"HOME": "/home/me", "XDG_STATE_HOME": "/var/me"}, "/var/me/probe6/state.sqlite"),
        ({"HOME": "/home/me", "XDG_STATE_HOME": "relative"}, "/home/me/.local/state/probe6/state.sqlite"),
        ({"HOME": "/home/me", "STATE_DIRECTORY": "/var/lib/probe6"}, "/var/lib/probe6/state.sqlite"),
        ({"STATE_DIRECTORY": "/var/lib/one:/var/lib/two", "XDG_STATE_HOME": "/x"}, "/var/lib/one/state.sqlite"),
    ],
)
def test_where_it_is_kept(environment: dict[str, str], expected: str) -> None:
    assert state_path(environment) == Path(expected)


def test_who_has_no_home_has_no_state() -> None:
    with pytest.raises(UsageError, match="XDG_STATE_HOME"):
        state_path({})


def test_nothing_is_opened_before_it_is_needed(path: Path) -> None:
    book = Book(path)
    book.store.keep(Memory())
    book.store.close()
    assert not path.parent.exists()


def test_it_can_be_opened_ahead_of_time(path: Path) -> None:
    book = Book(path)
    book.store.open()
    assert path.exists()
    Book(Path("/dev/null")).store.open()  # what is wrong is told, and raises nothing


def test_times_come_back_to_the_microsecond(path: Path) -> None:
    book = Book(path)
    odd = replace(SERVED, at=datetime(2026, 11, 22, 17, 59, 59, 999999, tzinfo=UTC))
    book.store.keep(Memory(served=(odd,)))
    assert book.store.recall(ASKED).served == (odd,)
