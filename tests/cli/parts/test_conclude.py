"""What a report looks like: colour and detail are for eyes."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import probe.api
from probe.__main__ import main
from tests.cli.conftest import World


class Terminal(io.StringIO):
    """A stream somebody looks at."""

    def isatty(self) -> bool:
        return True


class TestTerminal:
    """Colour and progress are for eyes."""

    @pytest.fixture
    def looks(self, monkeypatch: pytest.MonkeyPatch, world: World) -> Callable[..., dict[str, Any]]:
        def run(*words: str, stdout: io.StringIO, **environment: str) -> dict[str, Any]:
            seen: dict[str, Any] = {}

            def render(reports: object, format: str, **options: Any) -> str:  # noqa: A002 - the library's word
                seen.update(options)
                return "report"

            with monkeypatch.context() as patch:
                patch.setattr(probe.api, "render", render)
                patch.setattr(sys, "stdout", stdout)
                patch.delenv("NO_COLOR", raising=False)
                patch.setenv("TERM", "xterm")
                for name, value in environment.items():
                    patch.setenv(name, value)
                assert main(["a.example", *words]) == 0
            return seen

        return run

    def test_color(self, looks: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
        assert looks(stdout=Terminal())["color"] is True
        assert looks(stdout=io.StringIO())["color"] is False
        assert looks(stdout=Terminal(), NO_COLOR="1")["color"] is False
        assert looks(stdout=Terminal(), NO_COLOR="")["color"] is True
        assert looks(stdout=Terminal(), TERM="dumb")["color"] is False
        assert looks("--color", "never", stdout=Terminal())["color"] is False
        assert looks("--color", "always", stdout=io.StringIO(), NO_COLOR="1")["color"] is True
        assert looks("-o", str(tmp_path / "r.txt"), stdout=Terminal())["color"] is False

    def test_the_look_of_the_text(self, looks: Callable[..., dict[str, Any]]) -> None:
        assert looks(stdout=Terminal()) == {"color": True, "redact": False, "transcript": False, "verbose": 0}
        seen = looks("--transcript", "-vv", stdout=io.StringIO())
        assert seen == {"color": False, "redact": False, "transcript": True, "verbose": 2}

    def test_json_has_no_look(self, looks: Callable[..., dict[str, Any]]) -> None:
        assert looks("--format", "json", "--transcript", stdout=Terminal()) == {"redact": False}
