"""The targets of a command line: words, ``@FILE`` and ``-``.

In: words, and the files they name. Out: targets, each once, in order, with whether a list named it. Wrong:
``UsageError`` with the file and line; all are read before anything is probed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from probe.cli.parts.input import STDIN, read_text
from probe.grammar.options import quoted_path
from probe.grammar.target import parse_target
from probe.model.errors import UsageError
from probe.model.settings import Target

_LARGEST = 1 << 24  # bytes of a list


@dataclass(frozen=True, slots=True)
class Wanted:
    """A target and how it came: one from a list is never sent a message."""

    target: Target
    listed: bool = False


def wanted(words: Sequence[str]) -> tuple[Wanted, ...]:
    """Read all targets. Written twice is probed once; on the command line counts more than in a list."""
    if words.count(STDIN) > 1:
        raise UsageError("standard input (-) can be read once only")
    found: dict[tuple[object, ...], Wanted] = {}
    for item in (item for word in words for item in _of_word(word)):
        target = item.target
        key = (target.kind, target.name, target.recipient, target.port)
        if key not in found or (found[key].listed and not item.listed):
            found[key] = item
    return tuple(found.values())


def _of_word(word: str) -> Iterator[Wanted]:
    if word == STDIN or word.startswith("@"):
        yield from _of_list(word.removeprefix("@") or word)
    else:
        yield Wanted(parse_target(word))


def _of_list(path: str) -> Iterator[Wanted]:
    """One target a line; blank lines and what follows ``#`` count for nothing."""
    empty = True
    for number, line in enumerate(read_text(path, "target list", _LARGEST).split("\n"), start=1):
        text = line.partition("#")[0].strip(" \t\r")
        if not text:
            continue
        empty = False
        try:
            yield Wanted(parse_target(text), listed=True)
        except UsageError as error:
            raise UsageError(f"{path}:{number}: {error}") from None
    if empty:
        raise UsageError(f"target list {quoted_path(path)}: no targets in it")
