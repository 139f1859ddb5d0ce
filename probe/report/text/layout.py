"""The paper a text report is written on: width, ink, and what keeps foreign text on its line.

Every text that is not a constant of this room passes ``Paper.say`` before it is printed: printable, bounded, private
where asked. Ink is put on afterwards, from the constants below only, so the sole escape sequences in a report are ours.
Widths are terminal columns (an East Asian wide character takes two). Nothing raises.

The first column belongs to us: foreign text always stands behind blanks or behind a word of ours, on continuation lines
too, so a server that guesses the width of the paper still cannot write a headline, a finding or a fix.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from probe.grammar.privacy import hide_local_parts
from probe.grammar.text import clip, columns
from probe.model.words import Verdict
from probe.report._shown.wording import SIGNS

NARROWEST = 60


class Ink(StrEnum):
    """SGR parameters (ECMA-48 8.3.117). Meaning never hangs on them alone: a sign or a word always says it too."""

    PLAIN = ""
    STRONG = "1"
    FAINT = "2"
    BAD = "1;31"
    GOOD = "32"
    CARE = "33"
    UNSURE = "35"


INKS = {Verdict.OK: Ink.GOOD, Verdict.UNKNOWN: Ink.UNSURE, Verdict.WARNING: Ink.CARE, Verdict.CRITICAL: Ink.BAD}


@dataclass(frozen=True, slots=True)
class Paper:
    """How the report is to look: its width in columns, with or without ink, with or without names of people."""

    width: int = 80
    color: bool = False
    redact: bool = False

    def ink(self, text: str, ink: Ink) -> str:
        """``text`` in ``ink``; unchanged on paper without colour."""
        return f"\x1b[{ink}m{text}\x1b[0m" if self.color and ink and text else text

    def say(self, text: str, limit: int = 600) -> str:
        """``text`` from anywhere as one harmless line of at most ``limit`` columns."""
        # Names go before the cut: half an address would not be recognised.
        return clip(hide_local_parts(text) if self.redact else text, limit)

    def wrap(
        self, text: str, indent: str = "", lead: str | None = None, *, ink: Ink = Ink.PLAIN, limit: int = 600
    ) -> Iterator[str]:
        """``text`` in lines that fit: the first behind ``lead``, our own and in ``ink``, the others behind ``indent``.

        Line breaks of ``text`` itself are escaped, never obeyed.
        """
        lead = indent if lead is None else lead
        room = self.width - columns(lead)
        start, line, used = self.ink(lead, ink), "", 0
        for word in _pieces(self.say(text, limit), min(room, self.width - columns(indent))):
            size = columns(word)
            if line and used + 1 + size > room:
                yield start + line
                start, line, used, room = indent, word, size, self.width - columns(indent)
            else:
                line, used = (f"{line} {word}", used + 1 + size) if line else (word, size)
        yield (start + line).rstrip()

    def verdict(self, verdict: Verdict) -> str:
        """Sign and word: ``x CRITICAL``."""
        return self.ink(f"{SIGNS[verdict]} {verdict.upper()}", INKS[verdict])

    def heading(self, text: str, limit: int = 200) -> str:
        """A line that opens a section."""
        return self.ink(self.say(text, limit), Ink.STRONG)


def _pieces(text: str, room: int) -> Iterator[str]:
    """The words of ``text``, those wider than ``room`` broken."""
    for word in text.split():
        if columns(word) <= room:
            yield word
            continue
        piece, used = "", 0
        for char in word:
            size = columns(char)
            if used + size > room:
                yield piece
                piece, used = "", 0
            piece, used = piece + char, used + size
        yield piece


def pad(text: str, width: int) -> str:
    """``text`` filled up with blanks to ``width`` columns."""
    return text + " " * (width - columns(text))
