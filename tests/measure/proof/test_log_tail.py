import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.grammar.log_envelope import LINE
from probe.measure.proof import log_tail
from probe.measure.proof.log_tail import KEPT_OPEN, Tail


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "mail.log"
    made.write_bytes(b"old one\nold two\n")
    return made


@pytest.fixture
def tail(path: Path) -> Iterator[Tail]:
    following = Tail(path)
    yield following
    following.close()


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_what_stands_there_is_not_read_and_what_comes_is(tail: Tail, path: Path) -> None:
    assert tail.beginning == b"old one\nold two\n"
    assert list(tail.lines()) == []
    append(path, b"one\ntwo\r\nthr")
    assert list(tail.lines()) == [b"one", b"two\r"]
    append(path, b"ee\n")
    assert list(tail.lines()) == [b"three"]


def test_renamed_and_made_anew(tail: Tail, path: Path, tmp_path: Path) -> None:
    append(path, b"one\n")
    path.rename(tmp_path / "mail.log.1")
    with pytest.raises(FileNotFoundError):  # what was written is told, then that there is nothing to look at
        collect(tail, found := [])
    assert found == [b"one"]
    append(tmp_path / "mail.log.1", b"its writer does not know yet\n")
    path.write_bytes(b"two\n")
    assert list(tail.lines()) == [b"its writer does not know yet", b"two"]
    append(tmp_path / "mail.log.1", b"nor now\n")
    append(path, b"three\n")
    assert list(tail.lines()) == [b"nor now", b"three"]


def collect(tail: Tail, found: list[bytes]) -> None:
    for line in tail.lines():
        found.append(line)  # noqa: PERF402 - what came before the error counts


def test_replaced_between_two_looks(tail: Tail, path: Path, tmp_path: Path) -> None:
    append(path, b"one\n")
    (tmp_path / "new").write_bytes(b"two\n")
    (tmp_path / "new").rename(path)
    assert list(tail.lines()) == [b"one", b"two"]


@pytest.mark.parametrize("new", [b"n\n", b"new one\nnew two\n", b"new one\nnew two\nnew three\n"])
def test_copied_and_emptied(tail: Tail, path: Path, new: bytes) -> None:
    with path.open("r+b") as file:  # the same inode: shorter, as long as before, longer
        file.truncate(0)
        file.write(new)
    assert list(tail.lines()) == new.split(b"\n")[:-1]


def test_emptied_under_a_writer_that_keeps_its_place(tail: Tail, path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(0)
        file.seek(16)
        file.write(b"new\n")
    assert list(tail.lines()) == [b"\0" * 16 + b"new"]


def test_a_line_begun_before_the_copy_is_no_beginning_of_another(tail: Tail, path: Path) -> None:
    append(path, b"begun")
    assert list(tail.lines()) == []
    path.write_bytes(b"new\n")
    assert list(tail.lines()) == [b"new"]


def test_many_rotations_keep_few_files_open(tail: Tail, path: Path, tmp_path: Path) -> None:
    before = descriptors()
    for number in range(10):
        path.rename(tmp_path / f"mail.log.{number}")
        path.write_bytes(b"%d\n" % number)
        assert list(tail.lines()) == [b"%d" % number]
    assert descriptors() - before <= KEPT_OPEN - 1


def test_a_line_without_end_is_cut_and_the_next_one_whole(tail: Tail, path: Path) -> None:
    append(path, b"x" * (5 * LINE) + b"\nnext\n" + b"y" * (3 * LINE))
    assert [len(line) for line in tail.lines()] == [LINE, 4, LINE]
    append(path, b"y" * LINE + b"\nlast\n")
    assert list(tail.lines()) == [b"last"]


def test_one_look_reads_so_much_and_the_next_one_the_rest(
    tail: Tail, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_tail, "REACH", 10)
    append(path, b"1234\n" * 5)
    assert [len(list(tail.lines())) for _ in range(4)] == [2, 2, 1, 0]


@pytest.mark.parametrize("what", ["directory", "pipe", "nothing"])
def test_what_is_no_file_is_refused(tmp_path: Path, what: str) -> None:
    place = tmp_path / "other"
    if what == "directory":
        place.mkdir()
    elif what == "pipe":
        os.mkfifo(place)
    before = descriptors()
    with pytest.raises(OSError):  # noqa: PT011 - which one is the caller's to show
        Tail(place)
    assert descriptors() == before


def test_a_pipe_in_its_place_is_not_waited_for(tail: Tail, path: Path) -> None:
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(OSError, match="not a file"):
        list(tail.lines())


def test_closed_under_a_reader(tail: Tail, path: Path) -> None:
    append(path, b"one\ntwo\n")
    tail.close()
    assert list(tail.lines()) == []
    tail.close()


@given(pieces=st.lists(st.binary(max_size=200), max_size=20))
@settings(max_examples=50, deadline=None)
def test_however_it_is_written_the_lines_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("tail") / "log"
    path.touch()
    following = Tail(path)
    found: list[bytes] = []
    for piece in pieces:
        append(path, piece)
        found += following.lines()
    following.close()
    assert found == b"".join(pieces).split(b"\n")[:-1]
