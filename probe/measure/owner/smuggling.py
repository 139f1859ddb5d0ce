"""Does a server end a message where no sender ends one? (SMTP smuggling: CVE-2023-51764 to 51766.)

In: a ``Call`` with a recipient who asked for it, the ``Frame``, and which end to try beside the one RFC 5321 4.1.1.4
knows. Out: a ``Session`` that ends with one message. In its text stands a dot between wrong line ends, then NOOP as a
line, then the right end.

No waiting decides and no second message is needed. A server that reads on to the right end answers once. One that took
the wrong end for the right one answers the message there, then NOOP, then a dot which is no command. The step of DATA
that has the sequence as its command holds the answer to the message; one with NOOP follows where that was obeyed.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from probe.grammar.date_time import write
from probe.measure.owner import by_hand
from probe.measure.proof import message
from probe.measure.session.diary import Diary
from probe.measure.session.exchange import SERVICE_GOES_AWAY, judge
from probe.model.words import Stage

if TYPE_CHECKING:
    from probe.measure.frame import Frame
    from probe.measure.owner.rough import Rough
    from probe.measure.session.diary import Call
    from probe.model.smtp import Reply, Session

SEQUENCES = {
    "<LF>.<LF>": b"\n.\n",
    "<LF>.<CR><LF>": b"\n.\r\n",
    "<CR><LF>.<LF>": b"\r\n.\n",
    "<CR>.<CR>": b"\r.\r",
}
"""What is tried, one message each, until one is taken for the end."""

MARKER = "NOOP"
_BARE = re.compile(r"\bbare.{0,40}(lf|cr|line ?feed|newline|carriage return)", re.IGNORECASE)
_WHAT = (
    "This is a test of probe6, asked for by the owner of this mailbox: does the server end a message at",
    "a dot between other line ends than CR LF? A line with NOOP below belongs to this message if it does not.",
)


async def hold(sequence: str, call: Call, frame: Frame) -> Session:
    """Hold the conversation, with the one of ``SEQUENCES`` in its message."""
    return await by_hand.converse(partial(_story, sequence), call, frame)


def known_fate(session: Session) -> bool:
    """True where the server answered for the message, and did not go: only then may another one follow."""
    replies = [step.reply for step in session.steps if step.stage is Stage.DATA and step.command in SEQUENCES]
    stays = all(reply is not None and reply.code != SERVICE_GOES_AWAY for reply in replies)
    return bool(replies) and stays and session.failure is None


def wants_peace(session: Session) -> bool:
    """True where a 421 says more than that such a message is not taken."""
    replies = [step.reply for step in session.steps if step.reply is not None]
    return any(reply.code == SERVICE_GOES_AWAY and not _BARE.search(reply.text) for reply in replies)


def ended_there(session: Session) -> bool:
    """True where the sequence ended the message."""
    return any(step.stage is Stage.DATA and step.command == MARKER for step in session.steps)


async def _story(sequence: str, diary: Diary, talk: Rough) -> None:
    await by_hand.greeting(diary, talk)
    await by_hand.hello(diary, talk)
    await by_hand.starttls(diary, talk)
    call = diary.call
    for stage, command in ((Stage.MAIL, f"MAIL FROM:<{call.sender}>"), (Stage.RCPT, f"RCPT TO:<{call.recipient}>")):
        reply, started = await by_hand.ask(diary, talk, stage, command)
        judge(diary, stage, started, reply, command)
    reply, started = await by_hand.ask(diary, talk, Stage.DATA, "DATA")
    judge(diary, Stage.DATA, started, reply, "DATA", wanted=354)
    diary.may_quit = False  # it would be a line of the message
    await _content(sequence, diary, talk)


async def _content(sequence: str, diary: Diary, talk: Rough) -> None:
    """The message, and how many answers came to it."""
    octets = _message(sequence, diary)
    diary.note("C", f"({len(octets)} bytes of message, with {sequence} in it)")

    async def sent(timeout: float) -> Reply:
        talk.send(octets)
        return await talk.reply(timeout)

    reply, started = await diary.run(Stage.DATA, diary.frame.settings.timeouts.final_dot, sent)
    diary.heard(reply)
    by_hand.settled(diary, Stage.DATA, started, reply, sequence)
    others = await by_hand.goodbye(diary, talk)
    # Who refuses a message for its line ends may hang up after it, Sendmail with 421. Any other refusal may have come
    # at the wrong end as well as at the right one: only a goodbye shows that nothing was obeyed behind it.
    if others is None and not _BARE.search(reply.text):
        raise by_hand.unsettled(diary, Stage.DATA, "the server did not say goodbye, so an answer may be missing")
    if others:
        by_hand.settled(diary, Stage.DATA, started, others[0], MARKER)


def _message(sequence: str, diary: Diary) -> bytes:
    """The message with its right end. Its only dots at the beginning of a line are the one tried and the last one."""
    settings, call = diary.frame.settings, diary.call
    author = call.sender or f"postmaster@{diary.helo}"
    lines = (
        f"Date: {write(diary.frame.network.now())}",
        f"From: probe6 <{author}>",
        f"To: <{call.recipient}>",
        f"Subject: probe6 end-of-data test {sequence}",
        f"Message-ID: <{message.new_token(call.family)}@{diary.helo}>",
        "Auto-Submitted: auto-generated",
        *((f"X-Probe6-Contact: {settings.contact}",) if settings.contact else ()),
        "",
        *_WHAT,
        "",
        f"What stands between these two lines: {sequence}",
    )
    text = "\r\n".join(lines).encode("ascii")
    return text + SEQUENCES[sequence] + f"{MARKER}\r\n.\r\n".encode("ascii")
