"""Mailboxes of several targets in one conversation, a transaction each: MAIL, RCPT, RSET (RFC 5321 4.1.1.5).

In: a ``Diary`` that stands after the first MAIL, and its ``Conversation``. Out: a MAIL and a RCPT step for each mailbox
that was asked for. A mailbox that is refused is no end; the second that is unknown is, and so is a server that has
enough of us: those who come after are asked for another time.
"""

from probe.grammar.mailbox_words import says_unknown
from probe.measure.session.conversation import Conversation
from probe.measure.session.diary import Diary, refused
from probe.measure.session.exchange import SERVICE_GOES_AWAY, ask, judge, rest
from probe.model.words import Stage

UNKNOWN = 2  # replies of that kind, after which servers begin to slow down or ban (catalogue rule 36)


async def hold(diary: Diary, talk: Conversation) -> None:
    """Ask for the call's mailbox, and for those of its guests."""
    call, unknown = diary.call, 0
    for place, recipient in enumerate((call.recipient, *call.guests)):
        if place and not await _begin_again(diary, talk):
            return
        command = f"RCPT TO:<{recipient}>"
        reply, started = await ask(diary, talk, Stage.RCPT, command)
        if reply.code == SERVICE_GOES_AWAY:
            judge(diary, Stage.RCPT, started, reply, command)
        diary.observe(Stage.RCPT, started, reply=reply, failure=refused(reply), command=command)
        diary.may_quit = True
        unknown += says_unknown(reply)
        if unknown == UNKNOWN:
            diary.note("*", "two mailboxes are unknown: no other is asked for")
            return


async def _begin_again(diary: Diary, talk: Conversation) -> bool:
    """RSET and the next MAIL; False where the server would rather not."""
    diary.note("C", "RSET")
    talk.send(["RSET"])
    if not await rest(diary, talk, ["RSET"]):
        diary.may_quit = False
        return False
    command = f"MAIL FROM:<{diary.call.sender}>"
    reply, started = await ask(diary, talk, Stage.MAIL, command)
    if refused(reply) is not None:
        diary.may_quit = reply.code != SERVICE_GOES_AWAY
        diary.observe(Stage.MAIL, started, reply=reply, failure=refused(reply), command=command)
        return False
    diary.observe(Stage.MAIL, started, reply=reply, command=command)
    return True
