"""The pulse of an event loop: how late it serves us, and one timer for every wait of every conversation.

In: futures and the time each may take, steps that want to know of delays of our own making. Out: ``False`` in a future
that waited too long; seconds. Times are the loop's. A timer of asyncio's own for each conversation would cost a tenth
of the whole conversation. A beat that comes late shows that the loop was busy, and as late as it came may the octets of
a server have lain in the kernel: its reply then seems slower than it was.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from weakref import WeakKeyDictionary

BEAT = 0.02  # seconds; a stall of the loop shows if it is longer than this, or happens to fall on a beat
NOTICED = 0.02  # seconds: below this a delay is what timers, and threads that take turns, always have
_PUNCTUAL = 0.002  # seconds: a beat no later than this shows that the loop has come round to everybody
_KEPT = 1024  # late beats in a row that are remembered


class Heartbeat:
    """That of one loop; it beats while somebody waits or watches. It keeps no reference to the loop."""

    def __init__(self) -> None:
        self._due = inf  # when the next beat is planned
        self._limits: dict[asyncio.Future[bool], float] = {}
        self._watchers = 0
        self._late: deque[tuple[float, float]] = deque(maxlen=_KEPT)  # since the last punctual one: when, by how much

    def limit(self, waiter: asyncio.Future[bool], until: float) -> None:
        """Give ``waiter`` the result False at ``until`` unless it has one. ``release`` it in any case."""
        self._limits[waiter] = until
        self._beat_by(until)

    def release(self, waiter: asyncio.Future[bool]) -> None:
        """The wait is over."""
        del self._limits[waiter]

    @contextmanager
    def watched(self) -> Iterator[None]:
        """The heart beats meanwhile, so that delays show."""
        self._watchers += 1
        self._beat_by(inf)
        try:
            yield
        finally:
            self._watchers -= 1

    def delay_since(self, started: float, *, once: bool = False) -> float:
        """How long, at most, what ends now has waited for the loop; 0.0 when that is nothing to speak of.

        Delays in a row add up, but not where the loop was waited for only ``once``, at the end. What was before
        ``started``, or before a punctual beat, has delayed nothing.
        """
        overdue = asyncio.get_running_loop().time() - max(self._due, started)
        late = [delay for came, delay in self._late if came >= started]
        delay = sum(late[-1:] if once else late) + max(0.0, overdue)
        return delay if delay >= NOTICED else 0.0

    def _beat_by(self, until: float) -> None:
        if self._due < until and self._due != inf:
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._due = max(now, min(until, now + BEAT))
        loop.call_at(self._due, self._beat, self._due)

    def _beat(self, planned: float) -> None:
        if planned != self._due:
            return  # an earlier one was planned instead
        now = asyncio.get_running_loop().time()
        if now - planned > _PUNCTUAL:
            self._late.append((now, now - planned))
        else:
            self._late.clear()
        self._due, soonest = inf, inf
        for waiter, until in self._limits.items():
            if until > now:
                soonest = min(soonest, until)
            elif not waiter.done():
                waiter.set_result(False)
        if self._watchers or soonest < inf:
            self._beat_by(soonest)


_hearts: WeakKeyDictionary[asyncio.AbstractEventLoop, Heartbeat] = WeakKeyDictionary()


def heartbeat(loop: asyncio.AbstractEventLoop) -> Heartbeat:
    """That of ``loop``."""
    found = _hearts.get(loop)
    return _hearts.setdefault(loop, Heartbeat()) if found is None else found
