"""The steps of a conversation over a ``Rough``, each written down as the connector would.

In: a ``Call``, the run's ``Frame`` and the story, which holds the conversation step by step. Out: its ``Session``. What
ends the conversation is in the diary; where there is time left and the server has not gone, it ends with QUIT.
"""

from collections.abc import Awaitable, Callable
from functools import partial

from probe.measure.connector import dial
from probe.measure.frame import Frame
from probe.measure.owner.rough import Rough
from probe.measure.session.conversation import ConversationError
from probe.measure.session.diary import Call, ConversationOver, Diary, offers, refused
from probe.measure.session.exchange import SERVICE_GOES_AWAY, judge
from probe.measure.transport.tls import facts, sni
from probe.model.smtp import Reply, Session
from probe.model.words import Failure, Stage

MOST_ANSWERS = 16  # to a goodbye: what an earlier command left unanswered comes before it
GOODBYE = 221

Story = Callable[[Diary, Rough], Awaitable[None]]


async def converse(story: Story, call: Call, frame: Frame) -> Session:
    """Dial, let ``story`` run, and say goodbye where it ended early."""
    diary = Diary(call, frame)
    try:
        link = await dial(diary)
        talk = Rough(link)
        try:
            await _told(story, diary, talk)
        finally:
            talk.close()
    except ConversationOver:
        pass
    return diary.session()


async def _told(story: Story, diary: Diary, talk: Rough) -> None:
    try:
        await story(diary, talk)
    except ConversationOver:
        if diary.may_quit:
            await goodbye(diary, talk)
        raise


async def greeting(diary: Diary, talk: Rough) -> None:
    """The final 220 line; nothing is sent before it."""
    reply, started = await diary.run(Stage.BANNER, diary.frame.settings.timeouts.banner, talk.reply)
    diary.heard(reply)
    judge(diary, Stage.BANNER, started, reply, wanted=220)


async def ask(diary: Diary, talk: Rough, stage: Stage, command: str) -> tuple[Reply, float]:
    """One command and its reply, with the time the step started."""

    async def said(timeout: float) -> Reply:
        talk.send(f"{command}\r\n".encode("ascii"))
        return await talk.reply(timeout)

    reply, started = await diary.run(stage, diary.frame.settings.timeouts.reply, said, command)
    diary.heard(reply)
    return reply, started


async def hello(diary: Diary, talk: Rough) -> None:
    """EHLO; what was offered before TLS is forgotten after it."""
    diary.helo = diary.helo or await diary.call.helo()
    command = f"EHLO {diary.helo}"
    reply, started = await ask(diary, talk, Stage.EHLO, command)
    judge(diary, Stage.EHLO, started, reply, command)
    keep_offers(diary, reply)


def keep_offers(diary: Diary, reply: Reply) -> None:
    """What the server offers from now on."""
    if diary.inside_tls:
        diary.capabilities_tls = reply.lines[1:]
    else:
        diary.capabilities = reply.lines[1:]


async def starttls(diary: Diary, talk: Rough) -> None:
    """TLS as a sender would have it, where it is offered: then EHLO once more."""
    if not offers(diary.capabilities, "STARTTLS"):
        return
    reply, started = await ask(diary, talk, Stage.STARTTLS, "STARTTLS")
    judge(diary, Stage.STARTTLS, started, reply, "STARTTLS", wanted=220)
    diary.may_quit = False
    await secure(diary, talk)
    await hello(diary, talk)


async def secure(diary: Diary, talk: Rough) -> None:
    """The handshake after a 220; a failure of it is a STARTTLS step of its own."""
    timeout = diary.frame.settings.timeouts.reply
    shake = partial(talk.secure, sni(diary.call.mx))
    handshake, _ = await diary.run(Stage.STARTTLS, timeout, shake)
    diary.inside_tls = diary.may_quit = True
    diary.tls = facts(handshake)
    diary.note("*", f"{diary.tls.version} {diary.tls.cipher}")


async def goodbye(diary: Diary, talk: Rough) -> list[Reply] | None:
    """QUIT, and all that is answered before the 221; None where that did not come, so that something may be missing."""
    diary.note("C", "QUIT")
    talk.send(b"QUIT\r\n")
    before: list[Reply] = []
    while len(before) < MOST_ANSWERS and (budget := diary.budget(diary.frame.settings.timeouts.quit)) > 0:
        try:
            reply = await talk.reply(budget)
        except ConversationError as error:
            diary.note("*", error.detail)
            return None
        diary.heard(reply)
        if reply.code == GOODBYE:
            return before
        before.append(reply)
        if reply.code == SERVICE_GOES_AWAY:
            return None
    return None


def unsettled(diary: Diary, stage: Stage, detail: str) -> ConversationOver:
    """What is to be raised where the server did not say enough to tell; nothing more is sent."""
    return diary.over(stage, diary.clock(), Failure.PROTOCOL, detail)


def settled(diary: Diary, stage: Stage, started: float, reply: Reply, command: str) -> None:
    """Write down a reply that decides nothing about how the conversation goes on."""
    diary.observe(stage, started, reply=reply, failure=refused(reply), command=command)
