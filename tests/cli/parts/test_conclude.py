"""What a report looks like: colour and detail are for eyes."""

import asyncio
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import probe.api
from probe.__main__ import main
from probe.model.measurement import Measurement
from probe.model.report import Limits, Range
from probe.model.settings import Settings, Target
from tests.cli.conftest import World, measurement_of


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
        assert looks(stdout=Terminal()) == {
            "color": True,
            "redact": False,
            "transcript": False,
            "verbose": 0,
            "width": 80,
        }
        seen = looks("--transcript", "-vv", stdout=io.StringIO())
        assert seen == {"color": False, "redact": False, "transcript": True, "verbose": 2, "width": 80}

    def test_json_has_no_look(self, looks: Callable[..., dict[str, Any]]) -> None:
        assert looks("--format", "json", "--transcript", stdout=Terminal()) == {"redact": False}

    def test_a_plugin_repeats_its_thresholds(self, looks: Callable[..., dict[str, Any]]) -> None:
        seen = looks("--format", "nagios", "-w", "5", "-c", "@8:9", "--cert-days", "30,3", stdout=io.StringIO())
        assert seen == {"redact": False, "warning": "5", "critical": "@8:9", "cert_days": (30, 3)}

    @pytest.mark.parametrize("word", ["html", "markdown", "junit"])
    def test_what_leaves_the_house_is_redacted(self, looks: Callable[..., dict[str, Any]], word: str) -> None:
        assert looks("--format", word, stdout=io.StringIO())["redact"] is True
        assert looks("--format", word, "--no-redact", stdout=io.StringIO())["redact"] is False

    @pytest.mark.parametrize("word", ["text", "json", "jsonl", "csv", "prometheus", "nagios"])
    def test_what_stays_is_not(self, looks: Callable[..., dict[str, Any]], word: str) -> None:
        assert looks("--format", word, stdout=io.StringIO())["redact"] is False


@pytest.mark.parametrize(
    ("name", "opening"),
    [
        ("r.html", "<!DOCTYPE html>"),
        ("r.HTM", "<!DOCTYPE html>"),
        ("r.md", "## "),
        ("r.xml", "<?xml "),
        ("r.prom", "# HELP probe_success "),
        ("r.csv", "target,started,"),
        ("r.jsonl", '{"schema":"probe6.report/1"'),
        ("r.nagios", "PROBE6 OK - "),
    ],
)
def test_the_suffix_decides(world: World, tmp_path: Path, name: str, opening: str) -> None:
    path = tmp_path / name
    assert main(["a.example", "-o", str(path)]) == 0
    assert path.read_text(encoding="utf-8").startswith(opening)


def test_a_textfile_is_whole_or_as_it_was(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """node_exporter may read it at any moment: there is never half of one, and nothing is left beside it."""
    path = tmp_path / "probe6.prom"
    path.write_text("old\n")

    def broken(*_: object, **__: object) -> str:
        assert path.read_text() == "old\n"
        raise RuntimeError("in the middle of it")

    with monkeypatch.context() as patch:
        patch.setattr(probe.api, "render", broken)
        assert main(["a.example", "-o", str(path)]) == 3
    assert [item.name for item in tmp_path.iterdir()] == ["probe6.prom"]
    assert path.read_text() == "old\n"
    assert main(["a.example", "-o", str(path)]) == 0
    assert path.read_text().startswith("# HELP")
    assert [item.name for item in tmp_path.iterdir()] == ["probe6.prom"]


def test_time_is_judged_where_a_limit_is_set(world: World) -> None:
    assert main(["a.example"]) == 0
    assert main(["a.example", "-w", "5"]) == 0
    assert main(["a.example", "--format", "nagios"]) == 0
    none, five, plugin = (options.limits for options in world.judged)
    assert none is None
    assert five == Limits(Range("5", 0.0, 5.0))
    assert plugin == Limits()


def test_a_line_is_printed_when_its_target_ends_and_in_the_order_of_the_words(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first target is the slowest: nothing is printed before it, and the last but one is not waited for."""
    seen: list[str] = []
    go = asyncio.Event()

    async def measure(target: Target, settings: Settings, **_: object) -> Measurement:
        match target.name:
            case "a.example":
                await asyncio.sleep(0.02)
                seen.append(capsys.readouterr().out)
            case "c.example":
                await go.wait()
                seen.append(capsys.readouterr().out)
            case "d.example":
                await asyncio.sleep(0.05)
                go.set()
        return measurement_of(target, settings)

    monkeypatch.setattr(probe.api, "measure", measure)
    names = [f"{letter}.example" for letter in "abcd"]
    assert main([*names, "--format", "jsonl"]) == 0
    seen.append(capsys.readouterr().out)
    assert [[json.loads(line)["target"] for line in out.splitlines()] for out in seen] == [[], names[:2], names[2:]]


def test_a_file_of_lines_is_whole_or_not_at_all(world: World, tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    assert main(["a.example", "b.example", "-o", str(path)]) == 0
    assert len(path.read_text().splitlines()) == 2
    assert main(["a.example", "b.example", "--format", "jsonl", "--quiet"]) == 0
