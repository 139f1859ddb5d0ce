"""Commands sent together beside the same commands one at a time (RFC 2920): did it make a difference?

In: a conversation that was held in lock-step because a group of commands had gone wrong before it. Out: that earlier
one, where the two ended otherwise; None where a group is not what it failed by.
"""

from probe.judge.facts.conversations import ending, got_past, index
from probe.model.measurement import Measurement
from probe.model.smtp import Session
from probe.model.words import Purpose

_SERVICE_GOES_AWAY = 421


def broken_group(measurement: Measurement, session: Session) -> Session | None:
    """The conversation that failed with its commands in a group where ``session`` went on without."""
    if session.purpose is not Purpose.RETRY or session.group:
        return None
    earlier = [
        other
        for other in index(measurement).by_address.get(session.address, ())
        if other.group_fault is not None and other.started < session.started
    ]
    return earlier[-1] if earlier and _got_further(session, earlier[-1]) else None


def stood_a_group(session: Session) -> bool:
    """True when a group of commands was answered as it should be."""
    return bool(session.group) and session.group_fault is None


def _got_further(alone: Session, together: Session) -> bool:
    """True when lock-step passed the stage where the group ended, or at least was answered where the group was not."""
    end = ending(together)
    if end is None:
        return False
    if got_past(alone, end.stage):
        return True
    step = alone.step(end.stage)
    answered = step is not None and step.reply is not None and step.reply.code != _SERVICE_GOES_AWAY
    return end.reply is None and answered
