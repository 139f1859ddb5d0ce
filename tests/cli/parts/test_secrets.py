"""Passwords come from the environment or from a file that nobody else can read."""

import os
from pathlib import Path

import pytest

from probe.cli.parts.secrets import secrets
from probe.model.errors import UsageError


def written(path: Path, data: bytes, mode: int = 0o600) -> str:
    path.write_bytes(data)
    path.chmod(mode)
    return str(path)


def test_there_may_be_none() -> None:
    assert secrets(None, {}) == {}


def test_a_variable_is_for_what_it_names() -> None:
    assert secrets(None, {"PROBE6_SMTP_PASSWORD": "a"}) == {"smtp": "a"}
    assert secrets(None, {"PROBE6_IMAP_PASSWORD": "b", "PROBE6_SMTP_PASSWORD": ""}) == {"imap": "b"}


def test_a_file_is_for_what_has_no_variable(tmp_path: Path) -> None:
    path = written(tmp_path / "secret", b"from file\n")
    assert secrets(path, {}) == {"smtp": "from file", "imap": "from file"}
    assert secrets(path, {"PROBE6_SMTP_PASSWORD": "a"}) == {"smtp": "a", "imap": "from file"}


@pytest.mark.parametrize(
    ("data", "password"),
    [(b"x", "x"), (b"x\n", "x"), (b"x\r\n", "x"), (b" x y ", " x y "), ("pässword\n".encode(), "pässword")],
)
def test_one_line_is_the_password(tmp_path: Path, data: bytes, password: str) -> None:
    assert secrets(written(tmp_path / "secret", data), {})["smtp"] == password


@pytest.mark.parametrize("data", [b"", b"\n", b"one\ntwo\n", b"x\0", b"\xff\xfe", b"x" * 5000])
def test_anything_else_is_told_without_repeating_it(tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path / "file", data)
    with pytest.raises(UsageError) as caught:
        secrets(path, {})
    assert str(caught.value) == f'--secret "{path}": not a password, which is one line of UTF-8 text'


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_file_of_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path / "file", b"hunter2\n", mode)
    with pytest.raises(UsageError, match="chmod 600") as caught:
        secrets(path, {})
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        secrets(str(tmp_path / "none"), {})
    with pytest.raises(UsageError, match="directory"):
        secrets(str(tmp_path), {})


def test_a_pipe_has_no_others() -> None:
    """What a shell's <(pass show mail) comes to."""
    reading, writing = os.pipe()
    os.write(writing, b"from a pipe\n")
    os.close(writing)
    try:
        assert secrets(f"/dev/fd/{reading}", {})["smtp"] == "from a pipe"
    finally:
        os.close(reading)
