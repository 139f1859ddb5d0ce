"""One line at the terminal that says what has been done, and goes away.

In: sessions as they end. Out: standard error, and only when a person looks at it. No escape sequences: a dumb terminal
shows it as well.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from probe.grammar.text import clip, columns

if TYPE_CHECKING:
    from probe.model.smtp import Session

_WIDTH = 78


@dataclass(slots=True)
class Progress:
    """The line. ``on`` is false where nobody looks; ``shown`` is how many columns of it are to be wiped."""

    on: bool
    talks: int = 0
    shown: int = 0

    def told(self, session: Session) -> None:
        """Show a session that has just ended."""
        self.talks += 1
        ended = f"{session.reached}: {session.failure}" if session.failure else session.reached
        self._show(clip(f"{self.talks} done; {session.mx} [{session.address}] {ended}", _WIDTH))

    def cleared(self) -> None:
        """Leave the line empty for what follows."""
        if self.shown:
            self._show("")
            print("\r", end="", file=sys.stderr, flush=True)

    def _show(self, text: str) -> None:
        if self.on:
            gap = " " * max(self.shown - columns(text), 0)
            print(f"\r{text}{gap}", end="", file=sys.stderr, flush=True)
            self.shown = columns(text)
