"""Files to be read: whole, bounded, and one line for what is wrong."""

import io
import sys
from pathlib import Path

import pytest

from probe.cli.parts.input import read_bytes, read_text
from probe.model.errors import UsageError


def test_a_file_is_read_whole_and_a_mark_of_byte_order_is_none_of_it(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"\xef\xbb\xbfb\xc3\xbccher\r\n")
    assert read_text(str(tmp_path / "f"), "list", 100) == "bücher\r\n"
    assert read_bytes(str(tmp_path / "f"), "list", 12).startswith(b"\xef")


@pytest.mark.parametrize(
    ("data", "wrong"),
    [(b"x" * 11, "larger than 10 bytes"), (b"\xff", "not a text file (UTF-8)"), (b"a\0", "not a text file")],
)
def test_what_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, wrong: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("f").write_bytes(data)
    with pytest.raises(UsageError) as caught:
        read_text("f", "list", 10)
    assert str(caught.value) == f'list "f": {wrong}'


@pytest.mark.parametrize("path", ["", "no", ".", "a\0b", "x" * 300])
def test_what_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r'^list ".*": .+$') as caught:
        read_bytes(path, "list", 10)
    assert str(caught.value).isprintable()


def test_an_endless_file_ends() -> None:
    with pytest.raises(UsageError, match=r"larger than 1000 bytes$"):
        read_bytes("/dev/zero", "list", 1000)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a\n")))
    assert read_text("-", "list", 10) == "a\n"
    monkeypatch.setattr(sys, "stdin", None)
    assert read_text("-", "list", 10) == ""
