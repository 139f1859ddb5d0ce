"""The envelope as one group of commands, where the current EHLO reply offered PIPELINING (RFC 2920).

In: a ``Diary``, the ``Conversation``, the commands. Out: nothing; each reply is a step of its own, timed from when the
group went out. After the first reply that stops the envelope the others are heard and not judged: they follow from it.

Replies are told apart by their order alone. So a group is trusted only when all of it was answered, and RSET not with
QUIT's reply: else a command was lost on the way and each reply after it belongs to the next. ``Diary.group_fault`` says
what went wrong; a 4xx is none, since it would come in lock-step too. No message is sent before all three are accepted.
"""

from collections.abc import Sequence

from probe.measure.session.conversation import Conversation
from probe.measure.session.diary import ConversationOver, Diary
from probe.measure.session.exchange import hear, judge, rest
from probe.model.settings import Pipelining
from probe.model.smtp import Observation, Reply
from probe.model.words import Failure, Stage

GOODBYE = ("RSET", "QUIT")
_GOODBYE_SAID = 221
_OURS_OR_LATER = frozenset({Failure.DEFERRED, Failure.DEADLINE})


def wanted(diary: Diary) -> bool:
    """True when the envelope is to go out as a group."""
    asked_for = diary.frame.settings.pipelining is Pipelining.AUTO and not diary.call.lockstep
    return asked_for and diary.takes_groups


async def give(diary: Diary, talk: Conversation, envelope: Sequence[tuple[Stage, str]], *, message: bool) -> None:
    """Send the commands of ``envelope`` at once, and the goodbye with them where no ``message`` is to follow."""
    after = () if message else GOODBYE
    commands = [*(command for _, command in envelope), *after]
    started = diary.clock()
    if diary.budget(diary.frame.settings.timeouts.reply) <= 0:
        stage, command = envelope[0]
        raise diary.over(stage, started, Failure.DEADLINE, "the run's deadline came before this step", command)
    for command in commands:
        diary.note("C", command)
    diary.group = tuple(command.partition(" ")[0] for command in commands)
    talk.send(commands)
    for number, (stage, command) in enumerate(envelope, start=1):
        try:
            await _answer(diary, talk, stage, command, started)
        except ConversationOver:
            diary.group_fault = _fault(diary.steps[-1])
            if diary.may_quit:
                diary.may_quit = await rest(diary, talk, commands[number:]) and not after
            raise
    if after:
        await _goodbye(diary, talk, envelope[-1][0], started)


async def _answer(diary: Diary, talk: Conversation, stage: Stage, command: str, started: float) -> None:
    """The reply to the next command of the group."""
    timeout = diary.frame.settings.timeouts.reply
    reply, _ = await diary.run(stage, timeout, talk.reply, command, since=started)
    if reply.code == _GOODBYE_SAID:
        raise _lost(diary, stage, command, started, reply)
    hear(diary, talk, reply)
    judge(diary, stage, started, reply, command, wanted=354 if stage is Stage.DATA else None, grouped=True)


async def _goodbye(diary: Diary, talk: Conversation, stage: Stage, started: float) -> None:
    """RSET must be answered, and by its own reply; what becomes of QUIT is nobody's concern."""
    reset, leave = GOODBYE
    try:
        reply, _ = await diary.run(stage, diary.frame.settings.timeouts.reply, talk.reply, reset, since=started)
        if reply.code == _GOODBYE_SAID:
            raise _lost(diary, stage, reset, started, reply)
    except ConversationOver:
        diary.group_fault = _fault(diary.steps[-1])
        raise
    hear(diary, talk, reply)
    await rest(diary, talk, [leave])
    diary.may_quit = False


def _lost(diary: Diary, stage: Stage, command: str, started: float, reply: Reply) -> ConversationOver:
    """QUIT's reply in the place of another's."""
    verb = command.partition(" ")[0]
    detail = f"the reply to QUIT came in the place of that to {verb}: a command of the group was lost"
    return diary.over(stage, started, Failure.PROTOCOL, detail, command, reply=reply, grouped=True)


def _fault(step: Observation) -> str | None:
    """What was wrong with the group that ended in ``step``; None when it would have ended so in lock-step too."""
    if step.failure in _OURS_OR_LATER:
        return None
    verb = (step.command or "").partition(" ")[0]
    if step.reply is None:
        return f"no reply to {verb}: {step.detail or step.failure}"
    return step.detail or f"{verb} was answered with {step.reply.code}"
