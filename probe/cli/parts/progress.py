"""What has been done so far, at the terminal: a line per conversation as it ends, and all of them go away at the end.

In: sessions as they end. Out: standard error, and only when a person looks at it. On a terminal that can, the latest
conversations stand one beneath the other; on a dumb one the last alone, without escape sequences. Whatever a server
calls itself stays on its line.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from probe.grammar.text import clip, columns

if TYPE_CHECKING:
    from probe.model.smtp import Session

_WIDTH = 78
_NARROWEST = 20
_MOST = 8  # lines at a time
_UP = "\x1b[{}F\x1b[J"  # ECMA-48 CPL and ED: back to the first of our lines, and wipe from there


@dataclass(slots=True)
class Progress:
    """The lines. ``on`` is false where nobody looks, ``tall`` where only one line can be had."""

    on: bool
    tall: bool = False
    talks: int = 0
    shown: int = 0  # columns of the one line, or lines of the many, that are to be wiped
    latest: deque[str] = field(default_factory=lambda: deque(maxlen=_MOST))

    def told(self, session: Session) -> None:
        """Show a session that has just ended."""
        self.talks += 1
        if not self.on:
            return
        if self.tall:
            self.latest.append(clip(_line(session), _room()))
            self._write(self._wiped() + "".join(f"{line}\n" for line in self.latest))
            self.shown = len(self.latest)
        else:
            self._one(clip(f"{self.talks} done; {_line(session)}", min(_room(), _WIDTH)))

    def cleared(self) -> None:
        """Leave the place empty for what follows."""
        if self.shown and self.tall:
            self._write(self._wiped())
            self.shown = 0
            self.latest.clear()
        elif self.shown:
            self._one("")
            self._write("\r")

    def _one(self, text: str) -> None:
        gap = " " * max(self.shown - columns(text), 0)
        self._write(f"\r{text}{gap}")
        self.shown = columns(text)

    def _wiped(self) -> str:
        return _UP.format(self.shown) if self.shown else ""

    @staticmethod
    def _write(text: str) -> None:
        print(text, end="", file=sys.stderr, flush=True)


def at_terminal(*, quiet: bool) -> Progress:
    """Progress for whoever looks at standard error; nobody does when it is a file or a pipe."""
    looks = not quiet and sys.stderr is not None and sys.stderr.isatty()
    return Progress(on=looks, tall=os.environ.get("TERM", "dumb") != "dumb")


def _line(session: Session) -> str:
    ended = f"{session.reached}: {session.failure}" if session.failure else f"ok up to {session.reached}"
    where = f"{session.family.label} {session.mx} [{session.address}]"
    why = f" ({session.purpose})" if session.purpose != "check" else ""
    return f"{where} {ended}, {session.elapsed:.1f} s{why}"


def _room() -> int:
    """Columns of a line that does not wrap: a wrapped one would be two, and wiping them would miss one."""
    try:
        wide = os.get_terminal_size(sys.stderr.fileno()).columns
    except (AttributeError, OSError, ValueError):
        wide = 0
    return max(min(wide - 1, 2 * _WIDTH), _NARROWEST) if wide else _WIDTH  # a terminal may not know its own size
