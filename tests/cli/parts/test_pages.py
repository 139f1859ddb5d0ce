"""The commands as data, and the examples of every help page: each is read by the parser that prints it."""

import io
import re
import shlex
from contextlib import suppress
from pathlib import Path

import pytest

import probe.api
from probe.__main__ import main
from probe.cli.parts.commands import names
from probe.cli.parts.pages import page, pages
from probe.lab.scenarios import SCENARIOS
from tests.cli.conftest import World

EXAMPLES = [(item.name, example) for item in pages() for example in item.examples]


def test_an_option_as_data() -> None:
    (until,) = [item for item in page("check").options if item.name == "until"]
    assert (until.flags, until.value, until.title, until.path) == (("--until",), "STAGE", "envelope", False)
    assert until.words.first[:2] == ("resolve", "connect")
    by_name = {item.name: item for item in page("check").options}
    assert by_name["overlay"].path
    assert by_name["resolve"].repeats
    assert not by_name["to"].repeats
    assert by_name["only6"].value is None


def test_every_option_has_a_title_and_a_help() -> None:
    for item in pages():
        for option in item.options:
            assert option.help, option.flags
            assert option.title or option.name == "help", option.flags


def test_an_example_over_two_lines_is_one() -> None:
    assert page("check").examples[-1] == (
        "probe6 example.com --mx mx9.example.com --resolve mx9.example.com:[2001:db8::25],192.0.2.25"
    )


@pytest.mark.parametrize("name", names())
def test_every_command_has_two_examples(name: str) -> None:
    assert len([example for owner, example in EXAMPLES if owner == name]) >= 2


def words_of(example: str) -> list[str]:
    """The words after ``probe6``, without what the shell takes for itself."""
    (called,) = re.findall(r"\bprobe6 ([^|>\")]*)", example)
    return shlex.split(re.sub(r" <.*", "", called))


class ReadError(Exception):
    """The words were taken; what comes after is not this test's."""


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_an_example_is_true(name: str, example: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The whole command line goes through the door; only what would measure or read a file is taken out."""
    words = words_of(example)
    monkeypatch.chdir(tmp_path)
    world = World()
    monkeypatch.setattr(probe.api, "measure", world.measure)
    monkeypatch.setattr(probe.api, "judge", world.judge)
    said = io.StringIO()
    monkeypatch.setattr("sys.stderr", said)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    for command in ("audit", "demo", "lab"):
        for inner in ("_measure", "_serve"):
            with suppress(AttributeError):
                monkeypatch.setattr(f"probe.cli.{command}.{inner}", stop)
    with suppress(ReadError):
        main(words)
    wrong = [line for line in said.getvalue().splitlines() if line.startswith("probe6: ")]
    missing = r"probe6: .*(No such file or directory|no such file|no Received header in it|empty|is no).*"
    assert [line for line in wrong if not re.fullmatch(missing, line)] == []
    assert name in {*words, "check"} or words[0] in {*names(), "example.com"}


def stop(*_: object, **__: object) -> int:
    raise ReadError


def test_an_example_of_a_scenario_names_one() -> None:
    named = [
        words_of(example)[1] for _, example in EXAMPLES if words_of(example)[:1] == ["demo"] and words_of(example)[1:]
    ]
    assert named
    assert set(named) <= set(SCENARIOS)
