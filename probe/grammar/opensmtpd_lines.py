"""The logical lines of smtpd.conf(5): words, with macros replaced and included files in their place.

In: a text, its name, and who opens the files it includes. Out: a ``Line`` per directive. Nothing here raises; a file
that is not opened has no lines, a macro that is not defined stays as it was written.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Include = Callable[[str], str | None]
"""The text of a file by the name that stands in the configuration; None when it cannot be read."""

_WORDS = re.compile(r'"((?:[^"\\]|\\.)*)"|([{}(),<>!=])|([^\s"{}(),<>!=]+)')
_DEEPEST = 10  # files that include each other
_MOST_LINES = 50_000


@dataclass(frozen=True, slots=True)
class Line:
    """A directive: its words, quotes taken off, and where it begins, ``file:12``."""

    words: list[str]
    place: str


def logical_lines(text: str, file: str, include: Include) -> list[Line]:
    """All of them, in their order."""
    return _Reader(include).read(text, file, 0)


class _Reader:
    """The macros that are defined so far, and how much has been read."""

    def __init__(self, include: Include) -> None:
        self._include = include
        self._macros: dict[str, str] = {}
        self._left = _MOST_LINES

    def read(self, text: str, file: str, depth: int) -> list[Line]:
        """The lines of one file and of those it includes."""
        found: list[Line] = []
        for line in self._joined(text, file):
            match line.words:
                case ["include", name] if depth < _DEEPEST:
                    inner = self._include(name)
                    found += self.read(inner, name, depth + 1) if inner is not None else []
                case [name, "=", *value] if value:
                    self._macros[name] = " ".join(value)
                case _:
                    found.append(line)
        return found

    def _joined(self, text: str, file: str) -> Iterator[Line]:
        """A backslash at the end of a line and open braces join lines."""
        words: list[str] = []
        first, depth = 0, 0
        for number, line in enumerate(text.split("\n"), 1):
            self._left -= 1
            if self._left < 0:
                return
            joined = line.rstrip("\r").endswith("\\")
            for word, is_sign in self._words(line.rstrip("\r").removesuffix("\\")):
                first = first if words else number
                words.append(word)
                depth += {"{": 1, "}": -1}.get(word, 0) if is_sign else 0
            if words and not joined and depth <= 0:
                yield Line(words, f"{file}:{first}")
                words, depth = [], 0
        if words:
            yield Line(words, f"{file}:{first}")

    def _words(self, line: str, inside: bool = False) -> Iterator[tuple[str, bool]]:
        """Words of one line, each with whether it is a sign. What a macro stands for is not looked at for others."""
        for match in _WORDS.finditer(line):
            quoted, sign, word = match.groups()
            if word is not None and word.startswith("#"):
                return
            if word is not None and not inside and word[1:] in self._macros and word.startswith("$"):
                yield from self._words(self._macros[word[1:]], inside=True)
            else:
                yield next(part for part in (quoted, sign, word) if part is not None), sign is not None
