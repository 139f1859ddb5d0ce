"""Clocks that disagree, seen in the times of a message's hops: what can be true of them, and who is off by how much.

In: the hops of a message, newest first. Out: for each an adjusted time and delay, and how far its clock is off at
least. Nothing raises. A message cannot be received before it was sent, so where times run backwards some clock is
wrong; as few as possible are taken to be, among equals the older ones, and each of those is moved only as far as its
neighbours ask. A clock that is wrong and still in order cannot be told from a slow hop.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from probe.model.delivery import Hop


@dataclass(frozen=True, slots=True)
class Adjusted:
    """One hop's time and delay, in seconds since the hop below, as they can be true; None where it states no time.

    ``skew`` is by how many seconds its clock is ahead (negative: behind), at least; 0 where nothing speaks against it.
    """

    time: datetime | None = None
    delay: float | None = None
    skew: float = 0.0


def adjusted(hops: Sequence[Hop]) -> list[Adjusted]:
    """The hops' times put in order.

    >>> from probe.grammar.received import parse
    >>> hops = parse([f"by a; 22 Nov 2026 18:0{minute}:00 GMT" for minute in (3, 0, 2)])
    >>> [(one.delay, one.skew) for one in adjusted(hops)]
    [(180.0, 0.0), (0.0, 0.0), (None, 120.0)]
    """
    timed = [(index, hop.time) for index, hop in enumerate(hops) if hop.time is not None][::-1]  # oldest first
    right = _in_order([time for _, time in timed])
    found = [Adjusted()] * len(hops)
    below: datetime | None = None
    for place, (index, time) in enumerate(timed):
        true = time
        if place not in right:
            above = next((timed[other][1] for other in range(place + 1, len(timed)) if other in right), time)
            true = max(below, min(time, above)) if below is not None else min(time, above)
        delay = (true - below).total_seconds() if below is not None else None
        found[index] = Adjusted(true, delay, (time - true).total_seconds())
        below = true
    return found


def _in_order(times: Sequence[datetime]) -> set[int]:
    """The places of the longest run of times that does not go backwards, the one that ends last among equals."""
    ends: list[int] = []  # ends[n]: the place of the smallest time a run of n + 1 can end with
    before: list[int | None] = []
    for place, time in enumerate(times):
        length = bisect_right([times[end] for end in ends], time)
        before.append(ends[length - 1] if length else None)
        ends[length : length + 1] = [place]
    kept: set[int] = set()
    place_or_none = ends[-1] if ends else None
    while place_or_none is not None:
        kept.add(place_or_none)
        place_or_none = before[place_or_none]
    return kept
