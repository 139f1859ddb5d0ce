"""Is a command that came in the clear behind STARTTLS obeyed inside TLS? (CVE-2011-0411; RFC 3207 4.2.)

In: a ``Call`` and the ``Frame``. Out: a ``Session`` that ends with the handshake and an EHLO inside it. The command is
NOOP, which does nothing, in one segment with STARTTLS.

No waiting decides. A server that drops what came in the clear answers EHLO and QUIT; one that kept it answers NOOP
before both. Then a STARTTLS step inside TLS holds the answer to NOOP; one outside holds what was answered in the clear.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from probe.measure.owner import by_hand
from probe.measure.session.diary import ConversationOver, Diary, offers, refused
from probe.model.words import Failure, Stage

if TYPE_CHECKING:
    from probe.measure.frame import Frame
    from probe.measure.owner.rough import Rough
    from probe.measure.session.diary import Call
    from probe.model.smtp import Reply, Session

INJECTED = "NOOP"


async def hold(call: Call, frame: Frame) -> Session:
    """Hold the conversation."""
    return await by_hand.converse(_story, call, frame)


async def _story(diary: Diary, talk: Rough) -> None:
    await by_hand.greeting(diary, talk)
    await by_hand.hello(diary, talk)
    if not offers(diary.capabilities, "STARTTLS"):
        diary.observe(Stage.STARTTLS, diary.clock(), failure=Failure.NOT_OFFERED, detail="not in the EHLO reply")
        await by_hand.goodbye(diary, talk)
        return
    await _starttls(diary, talk)
    await _inside(diary, talk)


async def _starttls(diary: Diary, talk: Rough) -> None:
    """STARTTLS and the command behind it, in one segment."""
    timeout = diary.frame.settings.timeouts.reply
    reply, started = await diary.run(Stage.STARTTLS, timeout, partial(_together, talk), "STARTTLS")
    diary.note("*", f"{INJECTED} went with it, in the same segment")
    diary.heard(reply)
    diary.may_quit = False
    if reply.code != 220:
        diary.failure = refused(reply) or Failure.PROTOCOL
        diary.observe(Stage.STARTTLS, started, reply=reply, failure=diary.failure, command="STARTTLS")
        diary.may_quit = diary.failure is Failure.REJECTED
        raise ConversationOver
    diary.observe(Stage.STARTTLS, started, reply=reply, command="STARTTLS")
    said = talk.in_clear()
    if said:
        raise diary.over(Stage.STARTTLS, started, Failure.PROTOCOL, f"it said more in the clear: {said}", INJECTED)
    await by_hand.secure(diary, talk)


async def _together(talk: Rough, timeout: float) -> Reply:
    talk.send(f"STARTTLS\r\n{INJECTED}\r\n".encode("ascii"))
    return await talk.reply(timeout)


async def _inside(diary: Diary, talk: Rough) -> None:
    """EHLO and QUIT inside TLS; an answer too many is the one to the command from outside."""
    command = f"EHLO {diary.helo}"
    first, started = await by_hand.ask(diary, talk, Stage.EHLO, command)
    others = await by_hand.goodbye(diary, talk)
    if others and _greets(others[0], diary):
        by_hand.settled(diary, Stage.STARTTLS, started, first, INJECTED)
        by_hand.settled(diary, Stage.EHLO, started, others[0], command)
        by_hand.keep_offers(diary, others[0])
        return
    diary.observe(Stage.EHLO, started, reply=first, failure=refused(first), command=command)
    if others is None or others or refused(first) is not None or not _greets(first, diary):
        raise by_hand.unsettled(diary, Stage.EHLO, "EHLO and QUIT were not answered as they should be")
    by_hand.keep_offers(diary, first)


def _greets(reply: Reply, diary: Diary) -> bool:
    """True for an answer to EHLO: it begins with the name that the one in the clear began with."""
    clear = next(step.reply for step in diary.steps if step.stage is Stage.EHLO and step.reply is not None)
    return reply.code == 250 and reply.lines[0].partition(" ")[0] == clear.lines[0].partition(" ")[0]
