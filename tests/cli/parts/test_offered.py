"""Every word that completion offers is taken, and every list that an option reads is offered."""

import argparse
from collections.abc import Iterator

import pytest

from probe.__main__ import main
from probe.cli.parts import offered
from probe.cli.parts.commands import names, parser
from probe.cli.parts.parser import Parser
from probe.model.errors import UsageError

NOWHERE = "no-such-word"


def values() -> Iterator[tuple[str, Parser, argparse.Action]]:
    for name in names():
        made = parser(name)
        for action in made.actions():
            if action.nargs != 0:
                yield f"{name} {'/'.join(action.option_strings) or action.dest}", made, action


VALUES = {name: (made, action) for name, made, action in values()}


def read(action: argparse.Action, text: str) -> object:
    assert callable(action.type)
    return action.type(text)


@pytest.mark.parametrize("name", [name for name, (_, action) in VALUES.items() if callable(action.type)])
def test_an_option_reads_the_words_it_offers(name: str) -> None:
    made, action = VALUES[name]
    words = made.words(action.dest)
    for word in words.first:
        rest = words.then[0] if words.then else "x" if word.endswith((":", "/")) else ""
        read(action, word + rest)
    try:
        read(action, NOWHERE)
    except UsageError as error:
        said = str(error)
    else:
        said = ""
    if "; known: " in said or "; nearest: " in said:
        assert words.first, f"{name} reads a list of words and offers none: give value() its words"


@pytest.mark.parametrize(
    ("words", "offers"),
    [
        (["demo"], offered.scenarios),
        (["explain"], offered.manuals),
        (["schema"], offered.schemas),
        (["completion"], offered.shells),
        (["audit"], offered.mail_servers),
    ],
)
def test_an_operand_of_a_list_is_refused_when_it_is_not_in_it(
    words: list[str], offers: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(offers)
    assert len(offers().first) >= 2
    near = offers().first[-1]
    assert main([*words, near + "x"]) == 3
    assert f"; nearest: {near}\n" in capsys.readouterr().err


def test_words_can_stand_in_a_script_as_they_are() -> None:
    every = [offered.formats, offered.engines, offered.severities, offered.proofs, offered.manuals, offered.scenarios]
    for words in (offer() for offer in [*every, offered.targets]):
        for word in (*words.first, *words.then, *words.paths):
            assert not set(word) & set(" \t\n'\"\\$`()*?[]{}|&;<>~#!"), word
