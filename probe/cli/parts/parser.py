"""argparse that says what is wrong in one line and leaves the exit to ``__main__``.

In: the words after a command. Out: a namespace. Wrong: ``UsageError`` naming the word at fault, never a page of usage
and never status 2, which means "critical" here.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn, TypeVar

from probe.cli.parts.habits import instead
from probe.cli.parts.output import write_stdout
from probe.grammar.options import nearest, one_of
from probe.model.errors import UsageError

Value = TypeVar("Value")

# How argparse begins what it says of one option, and how it is said here; what follows the beginning is dropped.
_WORDING = {
    "expected one argument": "needs a value",
    "ignored explicit argument": "takes no value",
}


@dataclass(frozen=True, slots=True)
class Option:
    """What stands behind a long option: where its value goes, how its text is read (None: as it is), and what becomes
    of several (argparse's word).
    """

    dest: str
    read: Callable[[str], Any] | None
    action: str


@dataclass(frozen=True, slots=True)
class Words:
    """What a value can begin with, for whoever completes it. An end of ``=``, ``:`` or ``/`` shows that more follows.

    ``then`` follows an ``=``; after a word in ``paths`` a file follows.
    """

    first: tuple[str, ...]
    then: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


# Words that only a heavy import knows are asked for by a function, when they are needed.
Known = Sequence[str] | Callable[[], Words]


class Parser(argparse.ArgumentParser):
    """One command's parser. Options are never abbreviated: a new option must not change what an old script means."""

    def __init__(self, prog: str, docstring: str) -> None:
        super().__init__(
            prog=prog,
            description=docstring.partition("\n")[0],
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.options: list[str] = ["--help", "--version"]
        self.known: dict[str, Option] = {}
        self.offers: dict[str, Known] = {}
        self.titles: dict[str, str] = {}

    def operand(self, name: str, words: Known | None = None, **how: Any) -> None:
        """A word that is no option; ``words`` are those it can be, when it is one of a list."""
        action = self.add_argument(name, **how)
        if words is not None:
            self.offers[action.dest] = words

    def actions(self) -> tuple[argparse.Action, ...]:
        """All options and operands, in the order of the help page."""
        return tuple(self._actions)

    def words(self, dest: str) -> Words:
        """The words the value called ``dest`` can begin with; none when it is no list."""
        known = self.offers.get(dest, ())
        return known() if callable(known) else Words(tuple(known))

    def given(self, words: Sequence[str]) -> Mapping[str, Any]:
        """What was said, and nothing of what was not; for words that ``read`` has taken. Then this parser is spent."""
        for action in self._actions:
            action.default = argparse.SUPPRESS
        return vars(self.parse_known_intermixed_args(words)[0])

    def read(self, words: Sequence[str]) -> argparse.Namespace:
        """Parse; options and other words may be mixed."""
        for word in words:
            if word not in self.options and instead(word) and "--until" in self.options:
                self._unknown(word)  # before argparse reads -tls as -t ls
        if not any(option[1:2].isdigit() for option in self.options):
            # argparse takes -6 for a number, and so for a file or a target, where no option looks like one.
            for word in words:
                if word.startswith("-") and word[1:2].isdigit():
                    self._unknown(word)
        found, unknown = self.parse_known_intermixed_args(words)
        for word in unknown:
            if word.startswith("-") and word != "-":
                self._unknown(word.partition("=")[0])
        if unknown:
            raise UsageError(f'"{unknown[0]}" is one word too many; see {self.prog} --help')
        found.words = tuple(words)
        return found

    def error(self, message: str) -> NoReturn:
        """Called by argparse: ``argument --to: expected one argument``."""
        name, colon, text = message.removeprefix("argument ").partition(": ")
        said = next((ours for theirs, ours in _WORDING.items() if text.startswith(theirs)), text)
        raise UsageError(f"{name}{colon}{said}")

    def print_help(self, file: object = None) -> None:  # noqa: ARG002 - the signature is argparse's
        """Called by ``--help``, without ``file``."""
        write_stdout(self.format_help())

    def _unknown(self, word: str) -> NoReturn:
        said = instead(word) if "--until" in self.options else None
        if said:
            raise UsageError(f"unknown option {word}; here: {said}")
        bare = {option.lstrip("-"): option for option in self.options if option.startswith("--")}
        near = bare.get(nearest(word.lstrip("-"), bare) or "")
        raise UsageError(f"unknown option {word}" + (f"; nearest: {near}" if near else f"; see {self.prog} --help"))


class Group:
    """A titled group of options on a command's help page."""

    def __init__(self, parser: Parser, title: str) -> None:
        self._parser = parser
        self._title = title
        self._group = parser.add_argument_group(title)

    def value(
        self, *flags: str, read: Callable[[str], Any] | None = None, words: Known | None = None, **how: Any
    ) -> None:
        """An option with a value; ``read`` turns its text into the value or raises ``UsageError``.

        ``words`` are what the value can be, when it is one of a list.
        """
        if read is not None:
            how["type"] = named(flags[-1], read)
        dest = self._add(flags, how)
        if words is not None:
            self._parser.offers[dest] = words

    def choice(self, *flags: str, words: Sequence[str], noun: str, **how: Any) -> None:
        """An option whose value is one of ``words``; ``noun`` with its article names the list."""
        self.value(*flags, read=partial(one_of, words=words, noun=noun), words=words, **how)

    def flag(self, *flags: str, help: str, **how: Any) -> None:  # noqa: A002 - argparse's word
        """An option without a value."""
        self._add(flags, {"help": help, "action": "store_true"} | how)

    def _add(self, flags: Sequence[str], how: Mapping[str, Any]) -> str:
        self._parser.options.extend(flags)
        action = self._group.add_argument(*flags, **how)
        self._parser.known[flags[-1]] = Option(action.dest, how.get("type"), how.get("action", "store"))
        self._parser.titles[action.dest] = self._title
        return action.dest


def named(name: str, read: Callable[[str], Value]) -> Callable[[str], Value]:
    """``read`` with the option's name before whatever it complains about."""

    def typed(text: str) -> Value:
        try:
            return read(text)
        except UsageError as error:
            raise UsageError(f"{name}: {error}") from None

    return typed
