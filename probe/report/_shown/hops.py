"""The hops of a test message, oldest first, as a person follows it.

In: a report and one of its messages. Out: the hops with what may be shown of them. Nothing raises.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from probe.grammar.skew import adjusted
from probe.model.delivery import Attempt, Hop
from probe.model.report import Report
from probe.report._shown.private import internal


@dataclass(frozen=True, slots=True)
class Shown:
    """One hop. ``hop`` is None where it is hidden; ``receiving`` is true for the one the tested host wrote. ``delay``
    is what can be true of it, ``clock`` what the clocks say where that is something else.
    """

    hop: Hop | None
    delay: float | None
    receiving: bool
    clock: float | None = None


def shown(report: Report, attempt: Attempt, *, redact: bool) -> Iterator[Shown]:
    """The hops of ``attempt`` in the order the message took them."""
    theirs = dict(report.receiving).get(attempt.token)
    hidden = internal(report) if redact else frozenset()
    hops = attempt.arrival.hops if attempt.arrival else ()
    for hop, true in reversed(list(zip(hops, adjusted(hops), strict=True))):
        yield Shown(
            None if hop.raw in hidden else hop,
            true.delay,
            receiving=theirs is not None and hop == theirs,
            clock=hop.delay if hop.delay != true.delay else None,
        )
