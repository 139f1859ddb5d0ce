"""A file is written whole or not at all, and never in the place of a device."""

import os
import resource
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from probe.cli.parts.output import (
    PAGE,
    check_writable,
    drop_stdout,
    is_terminal,
    note,
    page_width,
    write_file,
    write_stdout,
)
from probe.model.errors import UsageError


@contextmanager
def small_disk(limit: int) -> Iterator[None]:
    """No file of this process can grow beyond ``limit`` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_new_file_has_the_mode_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_file(str(tmp_path / "r"), b"new", "-o")
    finally:
        os.umask(before)
    assert (tmp_path / "r").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "r").stat().st_mode) == 0o640


def test_an_old_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "r"
    path.write_text("a longer old report")
    path.chmod(0o604)
    write_file(str(path), b"new", "-o")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


def test_a_private_file_is_its_owners_whatever_was_there(tmp_path: Path) -> None:
    path = tmp_path / "r"
    path.write_text("old")
    path.chmod(0o666)
    write_file(str(path), b"new", "--save", private=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "r"
    path.write_bytes(b"old")
    with small_disk(1000), pytest.raises(UsageError) as caught:
        write_file(str(path), b"x" * 5000, "--output")
    assert str(caught.value).startswith("--output: ")
    assert str(caught.value).endswith(": File too large")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_sees_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "r"
    texts = {b"a" * 100_000, b"b" * 200_000}
    write_file(str(path), b"a" * 100_000, "-o")
    seen: set[bytes] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(30):
        for text in texts:
            write_file(str(path), text, "-o")
    done.set()
    reader.join()
    assert seen <= texts


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there/r")
    for _ in range(2):
        write_file(str(tmp_path / "link"), b"new", "-o")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there" / "r").read_bytes() == b"new"


def test_a_device_stays_a_device() -> None:
    check_writable("/dev/null", "-o")
    write_file("/dev/null", b"new", "-o")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_pipe_gets_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()))
    reader.start()
    write_file(str(path), b"new", "-o")
    reader.join()
    assert got == [b"new"]
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_device_that_is_full_is_told() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with pytest.raises(UsageError, match=r'^-o: "/dev/full": No space left on device$'):
        write_file("/dev/full", b"new", "-o")


@pytest.mark.parametrize("name", ["x" * 255, "r" * 200 + ".json"])
def test_a_long_name_is_no_trouble(tmp_path: Path, name: str) -> None:
    write_file(str(tmp_path / name), b"new", "-o")
    assert (tmp_path / name).read_bytes() == b"new"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("", "-o: the file name is empty"),
        (".", '-o: "." is a directory'),
        ("no/such/r", None),
        ("a\0b", None),
        ("x" * 300, None),
        ("file/r", None),
    ],
)
def test_what_cannot_be_written_is_found_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, line: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    with pytest.raises(UsageError) as caught:
        check_writable(path, "-o")
    assert str(caught.value).startswith("-o: ")
    assert line is None or str(caught.value) == line


def test_what_can_be_written_is_not_touched_before(tmp_path: Path) -> None:
    check_writable(str(tmp_path / "r"), "-o")
    assert list(tmp_path.iterdir()) == []


def test_no_permission_is_found_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    with pytest.raises(UsageError, match=r"no permission to write there$"):
        check_writable(str(tmp_path / "r"), "-o")


def test_a_process_without_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    write_stdout("text")
    note("text")
    drop_stdout()
    assert not is_terminal(sys.stdout)


def test_a_page_is_as_wide_as_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def fileno(self) -> int:
            return 1

        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdout", Terminal())
    for columns, wide in ((66, 66), (200, PAGE), (0, PAGE)):
        monkeypatch.setattr(os, "get_terminal_size", lambda _, columns=columns: os.terminal_size((columns, 24)))
        assert page_width() == wide
    monkeypatch.setattr(sys, "stdout", None)
    assert page_width() == PAGE
