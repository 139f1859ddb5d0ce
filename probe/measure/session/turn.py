"""One conversation when it is our turn: one at a time with a host and family, and with an address, and after a pause.

In: who is called, the ``Call``, and who holds the conversation. Out: its ``Session``. A host that answers 421 is left
alone from then on, by everybody in this process (catalogue rule 39).
"""

from collections.abc import Awaitable, Callable

from probe.measure.frame import Frame
from probe.measure.session.diary import Call, untried
from probe.model.smtp import Session
from probe.model.words import Failure

SILENT = "answered 421: left alone for this run"
_BUSY = 421

Hold = Callable[[Call, Frame], Awaitable[Session]]


def wants_peace(session: Session) -> bool:
    """True where the server answered 421."""
    return any(step.reply is not None and step.reply.code == _BUSY for step in session.steps)


async def in_turn(
    host: str, call: Call, frame: Frame, hold: Hold, enough: Callable[[Session], bool] = wants_peace
) -> Session:
    """Hold the conversation ``call`` when nobody else talks to ``host`` over its family, nor to its address.

    ``enough`` tells whether the host is to be left alone after it. Targets may know one machine by a name each. The
    address comes last, so nobody who has it waits for a name.
    """
    pause = frame.settings.pause
    place = " ".join(map(str, call.dial_to or (call.address, call.port)))
    async with (
        frame.courtesy.turn(frame.network, f"{host} {call.family}", pause),
        frame.courtesy.turn(frame.network, place, pause),
    ):
        if host in frame.courtesy.silenced:  # perhaps while we waited
            return untried(call, frame, Failure.NOT_TRIED, f"{host} {SILENT}")
        session = await hold(call, frame)
    if enough(session):
        frame.courtesy.silenced.add(host)
    return session
