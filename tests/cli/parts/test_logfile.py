"""Log files: plain, compressed, growing, rotated, truncated, with lines that have no end."""

import gzip
import io
import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from probe.cli.parts import logfile
from probe.cli.parts.logfile import followed, lines, written
from probe.grammar.log_envelope import LINE
from probe.model.errors import UsageError


def test_when_a_log_was_written(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.touch()
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert written(str(path)).astimezone(UTC) == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    for other in ("-", str(tmp_path / "missing")):
        assert abs((written(other) - datetime.now(UTC)).total_seconds()) < 60


@pytest.mark.parametrize("pack", [lambda data: data, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("where", ["file", "stdin"])
def test_all_lines(pack: Callable[[bytes], bytes], where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = pack(b"one\ntwo\r\n\xff\nlast")
    (tmp_path / "log").write_bytes(data)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))  # type: ignore[type-var]
    found = list(lines(str(tmp_path / "log") if where == "file" else "-"))
    assert found == [b"one\n", b"two\r\n", b"\xff\n", b"last"]


def test_no_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert list(lines("-")) == []


def test_a_line_without_end_is_cut_and_the_next_one_whole(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"x" * (5 * LINE) + b"\nnext\n" + b"y" * (3 * LINE))
    found = list(lines(str(tmp_path / "log")))
    assert [len(line) for line in found] == [LINE, 5, LINE - 1]
    assert found[1] == b"next\n"


@pytest.mark.parametrize(
    "data", [gzip.compress(b"one\n" * 1000)[:-20], gzip.compress(b"one\n")[:12] + b"\xff" * 50, b"\x1f\x8bxx"]
)
def test_a_damaged_file_is_one_line(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(data)
    with pytest.raises(UsageError, match=r'^log ".*log": '):
        list(lines(str(tmp_path / "log")))


@pytest.mark.parametrize("read", [lines, lambda path: followed(path, lambda _: None)])
def test_a_file_that_cannot_be_read_is_one_line(read: Callable[[str], Iterator[bytes]], tmp_path: Path) -> None:
    for path, said in ((tmp_path / "missing", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(UsageError, match=said):
            next(read(str(path)))


class Clock:
    """Sleeps by doing the next thing to the file; when there is nothing left to do, the user presses Ctrl-C."""

    def __init__(self, *things: Callable[[], object]) -> None:
        self.things = list(things)
        self.slept: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        if not self.things:
            raise KeyboardInterrupt
        self.things.pop(0)()


def all_of(path: Path, *things: Callable[[], object]) -> list[bytes]:
    found = []
    clock = Clock(*things)
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - it comes from within the loop
        for line in followed(str(path), clock):
            found.append(line)  # noqa: PERF402 - what came before the interrupt is kept
    assert set(clock.slept) == {logfile.PAUSE}
    return found


def appends(path: Path, data: bytes) -> Callable[[], object]:
    def append() -> None:
        with path.open("ab") as file:
            file.write(data)

    return append


def test_what_is_written_later_comes_and_a_line_is_never_torn(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\n")
    assert all_of(path, appends(path, b"tw"), appends(path, b"o"), appends(path, b"\nthree\n")) == [
        b"one\n",
        b"two\n",
        b"three\n",
    ]


def test_rotation_by_renaming_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\n")

    def rotate() -> None:
        path.rename(tmp_path / "log.1")
        appends(tmp_path / "log.1", b"late\nunfinished")()

    found = all_of(path, rotate, lambda: None, lambda: path.write_bytes(b"two\n"), appends(path, b"three\n"))
    assert found == [b"one\n", b"late\n", b"unfinished", b"two\n", b"three\n"]


def test_rotation_by_truncating(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\nbegun")
    assert all_of(path, lambda: path.write_bytes(b"two\n")) == [b"one\n", b"two\n"]


def test_a_compressed_file_does_not_grow(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(gzip.compress(b"one\n"))
    with pytest.raises(UsageError, match="compressed"):
        next(followed(str(tmp_path / "log"), lambda _: None))


def test_a_long_line_that_comes_in_pieces_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x" * (LINE - 10))
    found = all_of(path, appends(path, b"y" * LINE + b"\nnext\n"))
    assert [len(line) for line in found] == [LINE, 5]
