"""The commands as data: what completion and the manual page are made from.

In: the parsers, which also read the command line and print its help. Out: a ``Page`` for each command. Wrong: nothing.
Asking for all of it loads every list of words: codes, scenarios, formats.
"""

import re
from argparse import Action
from dataclasses import dataclass

from probe.cli.parts import commands
from probe.cli.parts.parser import Parser, Words

_PLACE = re.compile(r"\b(?:FILE|DIR|PATH|SAVED)\b")


@dataclass(frozen=True, slots=True)
class Item:
    """An option, or an operand when it has no ``flags``. ``value`` is what stands for its value in the help."""

    name: str
    flags: tuple[str, ...]
    value: str | None
    help: str
    title: str
    repeats: bool
    words: Words

    @property
    def path(self) -> bool:
        """Whether the value names a file."""
        return self.value is not None and _PLACE.search(self.value) is not None


@dataclass(frozen=True, slots=True)
class Page:
    """One command. ``ending`` is what its help closes with: examples, then remarks."""

    name: str
    summary: str
    usage: str
    ending: str
    options: tuple[Item, ...]
    operands: tuple[Item, ...]

    @property
    def examples(self) -> tuple[str, ...]:
        """The command lines of the examples, each whole on one line, without what is said beside them."""
        lines = re.sub(r" *\\\n *", " ", self.ending).splitlines()
        return tuple(line.strip().partition("  ")[0] for line in lines if line.startswith("  "))


def pages() -> tuple[Page, ...]:
    """Every command, by name."""
    return tuple(page(name) for name in commands.names())


def page(name: str) -> Page:
    """One command."""
    parser = commands.parser(name)
    items = [_item(parser, action) for action in parser.actions()]
    return Page(
        name,
        commands.summary(name),
        parser.usage or "",
        parser.epilog or "",
        tuple(item for item in items if item.flags),
        tuple(item for item in items if not item.flags),
    )


def _item(parser: Parser, action: Action) -> Item:
    repeats = action.nargs == "*" or type(action).__name__ in {"_AppendAction", "_ExtendAction", "_CountAction"}
    value = action.metavar if isinstance(action.metavar, str) else None
    said = "show this help" if action.dest == "help" else (action.help or "")
    title = parser.titles.get(action.dest, "")
    return Item(action.dest, tuple(action.option_strings), value, said, title, repeats, parser.words(action.dest))
