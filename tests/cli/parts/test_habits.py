"""What other tools call an option is answered with ours, and never when it is one here."""

import pytest

from probe.cli.parts import habits
from probe.cli.parts.commands import parser
from tests.cli.conftest import Probe6


@pytest.mark.parametrize(
    ("word", "here"),
    [
        ("-s", "--server HOST"),
        ("--mail-from", "--from"),
        ("--rcpt", "--to"),
        ("--ehlo", "--helo"),
        ("-li", "--source6 ADDR or --source4 ADDR"),
        ("-tls", "STARTTLS is always tried where it is offered"),
        ("-k", "a certificate is judged, and no reason to stop"),
        ("--csv", "--format csv"),
        ("--ipv6", "-6"),
    ],
)
def test_a_word_of_another_tool(probe6: Probe6, word: str, here: str) -> None:
    ran = probe6("example.com", word)
    assert (ran.status, ran.out, ran.err) == (3, "", f"probe6: unknown option {word}; here: {here}\n")


def test_no_option_of_ours_is_held_for_a_foreign_one() -> None:
    assert [option for option in parser("check").options if habits.instead(option)] == []


def test_what_is_advised_exists() -> None:
    known = parser("check").options
    for said in habits._INSTEAD.values():
        for word in said.replace(",", "").split():
            assert not word.startswith("-") or word in known, word


def test_a_command_without_them_does_not_advise_them(probe6: Probe6) -> None:
    assert probe6("schema", "-s").err == "probe6: unknown option -s; see probe6 schema --help\n"
