"""One command and its reply, written down; and the goodbye.

In: a ``Diary`` and the ``Conversation`` it is about. Out: replies, with the time their step started. What ends the
conversation is written down and raised as ``ConversationOver``.
"""

import asyncio
from collections.abc import Sequence
from functools import partial

from probe.measure.session.conversation import Conversation, ConversationError, engine
from probe.measure.session.diary import ConversationOver, Diary, refused
from probe.model.smtp import Reply
from probe.model.words import Failure, Stage

SERVICE_GOES_AWAY = 421
FINAL_DOT = "."  # the ``command`` of the step that ends DATA
BREAKING_OFF = 1.0  # seconds for the goodbye of a run that somebody wants to end now


async def ask(diary: Diary, talk: Conversation, stage: Stage, command: str) -> tuple[Reply, float]:
    """Send one command and hear its reply; returns it with the time the step started."""
    timeout = diary.frame.settings.timeouts.reply
    replies, started = await diary.run(stage, timeout, partial(talk.commands, [command]), command)
    hear(diary, talk, replies[0])
    return replies[0], started


def hear(diary: Diary, talk: Conversation, reply: Reply) -> None:
    """A reply into the transcript, and what came with it that nobody had asked for."""
    diary.heard(reply)
    for text in talk.overheard():
        diary.note("*", f"the server said unasked: {text}")


def judge(
    diary: Diary,
    stage: Stage,
    started: float,
    reply: Reply,
    command: str | None = None,
    *,
    wanted: int | None = None,
    grouped: bool = False,
) -> None:
    """Write a reply down; go on after the code that was wanted (else any 2xx), end the conversation after another."""
    good = refused(reply) is None if wanted is None else reply.code == wanted
    failure = None if good else refused(reply) or Failure.PROTOCOL
    diary.observe(stage, started, reply=reply, failure=failure, command=command, grouped=grouped)
    # After a 421 the server closes by itself; else the way out is QUIT (catalogue rule 36).
    diary.may_quit = reply.code != SERVICE_GOES_AWAY
    if failure is not None:
        diary.failure = failure
        raise ConversationOver


async def part(diary: Diary, talk: Conversation, commands: Sequence[str]) -> None:
    """RSET and QUIT: courtesy, not measurement. What comes back is only in the transcript (catalogue B.3).

    They go together where the server takes that (RFC 2920 3.1, QUIT last): a goodbye need not cost two round trips.
    """
    able = engine(diary.frame.settings.engine).PIPELINING and not diary.call.lockstep
    together = len(commands) > 1 and able and diary.takes_groups
    for group in [commands] if together else [[command] for command in commands]:
        if diary.budget(diary.frame.settings.timeouts.quit) <= 0:
            return
        for command in group:
            diary.note("C", command)
        talk.send(group)
        if not await rest(diary, talk, group):
            return


async def break_off(diary: Diary, talk: Conversation) -> None:
    """The goodbye of a run that is being ended: QUIT, after the reply that is on its way, where there is time for it.

    Not within DATA, where it would be a line of the message, and not within a handshake: there hanging up is all.
    """
    if not diary.may_quit or not engine(diary.frame.settings.engine).PIPELINING:
        return
    if diary.pending not in {None, Stage.EHLO, Stage.MAIL, Stage.RCPT}:
        return
    try:
        async with asyncio.timeout(BREAKING_OFF):
            if diary.pending is not None:
                await talk.reply(BREAKING_OFF)
            talk.send(["QUIT"])
            await talk.reply(BREAKING_OFF)
    except (ConversationError, TimeoutError):
        pass


async def rest(diary: Diary, talk: Conversation, commands: Sequence[str]) -> bool:
    """Hear the replies to commands that went out and decide nothing; False when the connection ended with them."""
    for command in commands:
        budget = diary.budget(diary.frame.settings.timeouts.quit)
        if budget <= 0:
            return False
        try:
            reply = await talk.reply(budget)
            hear(diary, talk, reply)
            if command == "DATA" and reply.code == 354:
                # RFC 2920 3.1: nobody was accepted and the message is asked for all the same; the dot alone undoes it.
                diary.note("C", ".")
                hear(diary, talk, await talk.data(b"", budget))
        except ConversationError as error:
            diary.note("*", error.detail)
            return False
        if reply.code == SERVICE_GOES_AWAY:
            return False
    return True
