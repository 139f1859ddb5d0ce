"""The commands are the files, and each has a parser that says what it is."""

import pytest

from probe.cli.parts.commands import DEFAULT, module, names, parser, summary


def test_the_usual_command_is_one_of_them() -> None:
    assert DEFAULT in names()
    assert "parts" not in names()


@pytest.mark.parametrize("name", names())
def test_a_command_offers_configure_run_and_a_synopsis(name: str) -> None:
    found = module(name)
    assert callable(found.run)
    assert found.SYNOPSIS.startswith(name)
    assert len(found.SYNOPSIS) < 26
    assert len(summary(name)) <= 52
    assert not summary(name).endswith(".")
    assert parser(name).prog == f"probe6 {name}"


@pytest.mark.parametrize("name", names())
def test_no_value_is_called_what_the_parser_calls_the_whole_line(name: str) -> None:
    """``Parser.read`` keeps all words as ``words``: an operand of that name would be written over."""
    assert "words" not in {action.dest for action in parser(name).actions()}
