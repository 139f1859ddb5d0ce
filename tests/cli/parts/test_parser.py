"""argparse, but with one line for what is wrong and no status of its own."""

import pytest

from probe.cli.parts.parser import Group, Parser, Words, named
from probe.grammar.options import port
from probe.model.errors import UsageError


@pytest.fixture
def parser() -> Parser:
    made = Parser("probe6 try", "Try it.\n\nMore.")
    made.add_argument("targets", nargs="*")
    group = Group(made, "things")
    group.value("-p", "--port", read=port, help="a port")
    group.flag("--quiet", help="say nothing")
    return made


def test_words_and_options_may_be_mixed(parser: Parser) -> None:
    found = parser.read(["a", "--quiet", "b", "-p", "25", "c"])
    assert (found.targets, found.quiet, found.port) == (["a", "b", "c"], True, 25)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--port", "x"], '--port: "x" is not a port from 1 to 65535'),
        (["-p", "x"], '--port: "x" is not a port from 1 to 65535'),
        (["--port"], "-p/--port: needs a value"),
        (["--quiet=1"], "--quiet: takes no value"),
        (["--por", "25"], "unknown option --por; nearest: --port"),
        (["--por=25"], "unknown option --por; nearest: --port"),
        (["--zzz"], "unknown option --zzz; see probe6 try --help"),
        (["-6"], "unknown option -6; see probe6 try --help"),
    ],
)
def test_a_mistake_is_an_exception_with_one_line(parser: Parser, words: list[str], line: str) -> None:
    with pytest.raises(UsageError) as caught:
        parser.read(words)
    assert str(caught.value) == line


def test_a_word_too_many() -> None:
    with pytest.raises(UsageError, match=r'^"a" is one word too many; see probe6 try --help$'):
        Parser("probe6 try", "").read(["a"])


def test_a_digit_option_is_no_number(parser: Parser) -> None:
    Group(parser, "families").flag("-6", help="only", dest="only6")
    found = parser.read(["a", "-6", "b"])
    assert (found.targets, found.only6) == (["a", "b"], True)


def test_help_is_the_first_line_and_the_options(parser: Parser, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parser.read(["--help"])
    assert caught.value.code == 0
    said = capsys.readouterr().out
    assert "Try it." in said
    assert "More." not in said
    assert "\x1b" not in said


def test_another_error_than_the_users_is_not_dressed_up() -> None:
    with pytest.raises(ZeroDivisionError):
        named("--x", lambda _: 1 // 0)("y")


def test_a_value_of_a_list_knows_its_words(parser: Parser) -> None:
    group = Group(parser, "lists")
    group.choice("--color", words=("red", "green"), noun="a color")
    parser.operand("shape", lambda: Words(("round",)), nargs="?")
    assert parser.words("color") == Words(("red", "green"))
    assert parser.words("shape") == Words(("round",))
    assert parser.words("port") == Words(())
    assert parser.titles["color"] == "lists"
    with pytest.raises(UsageError, match=r'^--color: "gren" is not a color; nearest: green$'):
        parser.read(["--color", "gren"])
