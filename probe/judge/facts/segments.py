"""Are large segments lost on the way? What stalled, beside the same with small segments (RFC 8201, RFC 2923 2.1).

In: the conversation that counts for an address. Out: a ``Loss`` where it stood still, small segments got through, and
large ones did not when they were tried once more; None where it may have been the moment.
"""

from dataclasses import dataclass

from probe.judge.facts.conversations import ending, got_past, index
from probe.model.measurement import Measurement
from probe.model.smtp import Observation, Session
from probe.model.words import Failure, Purpose, Stage

_STALLS = frozenset({Stage.EHLO, Stage.STARTTLS, Stage.DATA})
_STOOD_STILL = frozenset({Failure.TIMEOUT, Failure.DEADLINE})


@dataclass(frozen=True, slots=True)
class Loss:
    """``stalled`` stood still at ``end``, ``passed`` went on from there with small segments.

    ``outbound``: what we sent was not acknowledged; else what the server sent did not come.
    """

    stalled: Session
    end: Observation
    passed: Session
    outbound: bool


def lost_segments(measurement: Measurement, session: Session) -> Loss | None:
    """What shows that large segments to or from ``session``'s address are lost."""
    end = ending(session)
    if end is None or end.stage not in _STALLS or end.failure not in _STOOD_STILL:
        return None
    everyone = [other for other in index(measurement).by_address.get(session.address, ()) if other.port == session.port]
    first = next((other for other in everyone if _stood_still(other, end)), None)
    trials = [other for other in everyone if other.purpose is Purpose.NARROW]
    passed = next((it for it in trials if it.max_segment is not None and _went_on(it, end.stage)), None)
    if first is None or passed is None or passed.started < first.started:
        return None
    if any(it.max_segment is None and _went_on(it, end.stage) for it in trials):
        return None  # large ones got through a moment later
    return Loss(first, end, passed, outbound=_unacknowledged(first, passed.max_segment or 0))


def _stood_still(session: Session, at: Observation) -> bool:
    end = ending(session)
    if session.purpose is Purpose.NARROW or end is None:
        return False
    return end.stage is at.stage and end.failure is Failure.TIMEOUT and end.tls is at.tls


def _went_on(session: Session, stage: Stage) -> bool:
    return session.failure is None or got_past(session, stage)


def _unacknowledged(session: Session, small: int) -> bool:
    """Something larger than the ``small`` segments that got through; less went out in one of these anyway.

    Where less is unacknowledged it is the acknowledgement that is lost, with the large segment that carries it.
    """
    tcp = session.tcp
    return tcp is not None and (tcp.unacked or 0) > small and tcp.retransmits > 0
