"""Which proofs saw a message: whether they look in the right place, and whether it lies in another one.

In: a measurement and a message of it. Out: yes or no, or the names of mailboxes. Nothing raises; old measurements that
do not say who saw a message are read by where it was found.
"""

from probe.model.delivery import Arrival, Attempt
from probe.model.measurement import Measurement


def seen_by(attempt: Attempt, arrival: Arrival) -> frozenset[str]:
    """The proofs that saw it; where that was not recorded, the one that stands in ``where``, with or without folder."""
    named = (name for name in attempt.watched if arrival.where == name or arrival.where.startswith(f"{name} "))
    return frozenset(attempt.seen or (arrival.where, *named))


def proof_works(measurement: Measurement, attempt: Attempt) -> bool:
    """True when, in this run, the proofs that looked for ``attempt`` found another message."""
    return any(not attempt.watched or found & set(attempt.watched) for found in _others(measurement, attempt))


def passed_by(measurement: Measurement, attempt: Attempt) -> tuple[str, ...]:
    """The mailboxes which hold another message of this run and not this one, which logs alone call delivered.

    A server that delivers what comes over one family to somebody else writes the same success for both into its log.
    Empty when a mailbox has the message, and when none of them was shown to be the right one.
    """
    if attempt.arrival is None:
        return ()
    logs = {trace.where for trace in attempt.traces}
    if not seen_by(attempt, attempt.arrival) <= logs:
        return ()
    right = frozenset().union(*_others(measurement, attempt))
    return tuple(name for name in attempt.watched if name in right and name not in logs)


def _others(measurement: Measurement, attempt: Attempt) -> list[frozenset[str]]:
    """Who saw each of the other messages."""
    return [
        seen_by(other, other.arrival)
        for other in measurement.attempts
        if other is not attempt and other.arrival is not None
    ]
