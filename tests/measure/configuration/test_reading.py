from pathlib import Path

import pytest

from probe.measure.configuration.reading import LARGEST, lines_of, read_text, text_of
from probe.model.errors import UsageError


def test_a_comment_in_an_old_character_set_is_kept(tmp_path: Path) -> None:
    (tmp_path / "main.cf").write_bytes(b"# Gr\xfc\xdfe\nmyhostname = a\n")
    assert read_text(str(tmp_path / "main.cf"), "configuration") == "# Gr\\xfc\\xdfe\nmyhostname = a\n"


@pytest.mark.parametrize(("data", "said"), [(b"\x7fELF\0", "not a text file"), (b"x" * (LARGEST + 1), "larger than")])
def test_what_is_no_text_is_one_line(data: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        text_of(data, "standard input")


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r'configuration ".*missing": No such file or directory'):
        read_text(str(tmp_path / "missing"), "configuration")
    assert lines_of(str(tmp_path / "missing")) is None
    assert lines_of(str(tmp_path)) is None
