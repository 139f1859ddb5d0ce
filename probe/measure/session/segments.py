"""Does the way lose large segments? A conversation that stalled is held again with small ones (RFC 8201, RFC 8899 1.2).

In: a ``Session`` that stood still where much is sent at once. Out: the ``Call`` that tries the same with small segments
and, where that gets through, the one that tries it with large ones again: was it the size, or was it the moment?

No second message is ever sent. Where the first one stalled, lines that are no message follow the 354 and are never
ended: a server throws them away when the connection closes (RFC 5321 4.1.1.10).
"""

import contextlib
import socket
from dataclasses import replace
from functools import partial

from probe.measure.proof import message
from probe.measure.session.conversation import Conversation, ConversationError
from probe.measure.session.diary import Call, Diary
from probe.measure.session.exchange import FINAL_DOT
from probe.measure.transport import tcpinfo
from probe.model.smtp import Session
from probe.model.words import Failure, Purpose, Stage

SMALL = 1220  # octets: with the headers of IPv6 and TCP the 1280 that every path takes (RFC 8200 5)
GIVE_UP = 20.0  # seconds without an acknowledgement after which the kernel hangs up
_TRIES = 3  # times a segment is sent again before it is taken for lost on every try
_LOOK = 0.1  # seconds between two looks at what was acknowledged
_USER_TIMEOUT: int | None = getattr(socket, "TCP_USER_TIMEOUT", None)  # Linux; RFC 5482


def give_up_early(connection: socket.socket) -> None:
    """Have the kernel end ``connection`` when what we send stays unacknowledged (tcp(7) TCP_USER_TIMEOUT).

    Its own patience is a quarter of an hour, and close() does not end that: a message we gave up could still leave.
    """
    if _USER_TIMEOUT is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, _USER_TIMEOUT, int(GIVE_UP * 1000))


def stalled(session: Session) -> bool:
    """True when the conversation stood still where the server or we had a lot to send at once."""
    tcp = session.tcp
    if session.failure is None or not session.steps:
        return False
    if tcp is not None and tcp.own_mss is not None and max(tcp.own_mss, tcp.snd_mss) <= SMALL:
        return False  # there were no large ones
    end = session.steps[-1]
    match end.stage:
        case Stage.EHLO | Stage.STARTTLS:
            return end.failure is Failure.TIMEOUT
        case Stage.DATA:
            lost = tcp is not None and bool(tcp.unacked) and tcp.retransmits >= _TRIES
            return lost and end.command == FINAL_DOT and end.failure is Failure.TIMEOUT
        case _:
            return False


def narrow(call: Call, session: Session) -> Call:
    """The same with small segments, as far as ``session`` came; without a message."""
    if session.reached is Stage.DATA:
        nothing, until = partial(_nothing, call), call.until
        trial = replace(call, message=nothing, envid=None, unfinished=True, lockstep=True)
    else:
        until = min(Stage.STARTTLS, call.until, key=lambda stage: stage.rank)
        trial = replace(call, message=None, envid=None)
    return replace(trial, purpose=Purpose.NARROW, until=until, max_segment=SMALL, source=session.source or call.source)


def wide(call: Call, session: Session) -> Call:
    """What ``session`` was, once more; in place of a message that may have got there, the trial with large segments."""
    if session.reached is Stage.DATA:
        return replace(narrow(call, session), max_segment=None)
    return replace(call, purpose=Purpose.RETRY, source=session.source or call.source)


def got_further(small: Session, session: Session) -> bool:
    """True when ``small`` came past where ``session`` stood still."""
    return small.failure is None or small.reached.rank > session.reached.rank


def _nothing(call: Call, helo: str) -> bytes:
    return message.no_message(helo, call.family)


async def send_unended(diary: Diary, talk: Conversation, content: bytes) -> None:
    """Send ``content`` and never its end, and see it acknowledged. There is no goodbye after it."""
    diary.may_quit = False
    diary.note("C", f"({len(content)} bytes that are no message, and no final dot)")
    talk.unended(content)
    _, started = await diary.run(Stage.DATA, GIVE_UP, partial(_acknowledged, diary))
    diary.observe(Stage.DATA, started)
    diary.note("*", "all of it was acknowledged; hanging up")


async def _acknowledged(diary: Diary, patience: float) -> None:
    """Until nothing is outstanding on the connection."""
    network = diary.frame.network
    until = network.monotonic() + patience
    while (left := _outstanding(diary)) != 0:
        if left is None:
            raise ConversationError(Failure.CLOSED, "the connection is gone, or this system does not tell its state")
        if network.monotonic() >= until:
            raise ConversationError(Failure.TIMEOUT, f"{left} octets were not acknowledged")
        await network.sleep(_LOOK)


def _outstanding(diary: Diary) -> int | None:
    info = None if diary.link is None else tcpinfo.read(diary.link.socket)
    return None if info is None else info.unacked
