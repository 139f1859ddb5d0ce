import io
import sys
from pathlib import Path

import pytest

from probe.api import save
from probe.cli.parts.saved import saved
from probe.model.errors import UsageError
from tests.builders import healthy


def test_what_save_wrote(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(save(healthy()))
    assert saved(str(path)) == healthy()


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(save(healthy()))))
    assert saved("-") == healthy()


@pytest.mark.parametrize(
    ("what", "data", "beginning"),
    [
        ("measurement", None, 'measurement "'),
        ("--baseline", None, '--baseline "'),
        ("measurement", b"no json", '"'),
        ("--baseline", b"no json", '--baseline "'),
    ],
)
def test_what_is_none_is_one_line(tmp_path: Path, what: str, data: bytes | None, beginning: str) -> None:
    path = tmp_path / "a"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(UsageError) as wrong:
        saved(str(path), what)
    assert str(wrong.value).startswith(beginning)
    assert "\n" not in str(wrong.value)
