"""An event loop whose clock stands still while this process did not run.

In: coroutines; out: what they return. A process that was stopped, or starved by its neighbours, finds on waking that
all its limits have passed, while the answers lie in the kernel unread: a healthy server would be called silent. Limits
are there for the other side, so what was lost on this side is taken out of the clock. It never goes back, and a gap
longer than ``STALL`` seconds that nobody asked for adds nothing to it.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from math import inf
from time import monotonic
from typing import Any, TypeVar

T = TypeVar("T")

STALL = 0.1  # seconds: what is shorter is what a loop has to do, or how exactly a system wakes whoever sleeps
_GLANCE = 0.1  # seconds: the longest wait in one piece; what arrived within it cannot be told from what arrived after


class AwakeLoop(asyncio.SelectorEventLoop):
    """The usual loop with that clock. ``stall`` is the longest gap that counts."""

    def __init__(self, stall: float = STALL) -> None:
        self._stall = stall
        self._lost = 0.0
        self._seen = monotonic()
        super().__init__(_Waking(self))

    def time(self) -> float:
        """The seconds this process was awake, from an arbitrary start."""
        return self.woken(0.0)

    def woken(self, asleep: float) -> float:
        """The time, after ``asleep`` seconds of waiting that were asked for."""
        now = monotonic()
        gap = now - self._seen - asleep
        if gap > self._stall:
            self._lost += gap
        self._seen = now
        return now - self._lost


class _Waking(selectors.DefaultSelector):
    """Waits in short pieces, and says how long each was meant to be."""

    def __init__(self, loop: AwakeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        piece = None if timeout is None else min(max(timeout, 0.0), _GLANCE)
        self._loop.time()
        ready = super().select(piece)
        self._loop.woken(inf if piece is None else piece)  # without end: nobody has a limit that could pass
        return ready


def clock() -> float:
    """The time of the running loop; elsewhere, of the steady clock, from which a loop's differs by what was lost."""
    try:
        return asyncio.get_running_loop().time()
    except RuntimeError:
        return monotonic()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run ``work`` to its end, as ``asyncio.run`` does."""
    with asyncio.Runner(loop_factory=AwakeLoop) as runner:
        return runner.run(work)
