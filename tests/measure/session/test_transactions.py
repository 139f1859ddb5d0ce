"""Several mailboxes in one conversation: a transaction each, and an end where the server has enough."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from probe.measure.session import transactions
from probe.measure.session.conversation import Conversation, ConversationError
from probe.measure.session.diary import ConversationOver, Diary
from probe.model.smtp import Reply
from probe.model.words import Failure, Stage
from tests.measure.scripted import ScriptedNetwork
from tests.measure.session.test_exchange import BUSY, LOST, OK, Talk
from tests.measure.test_connector import CALL, frame

UNKNOWN = Reply(550, ("5.1.1 User unknown",), "5.1.1")
LATER = Reply(450, ("4.2.0 Greylisted",), "4.2.0")
GUESTS = ("b@b.example", "c@c.example")


class Turns(Talk):
    """Commands and their replies, one after the other."""

    async def commands(self, group: Sequence[str], timeout: float) -> list[Reply]:
        self.send(list(group))
        return [await self.reply(timeout)]


def diary() -> Diary:
    made = Diary(replace(CALL, recipient="a@a.example", guests=GUESTS), frame(ScriptedNetwork("native")))
    made.may_quit = True
    return made


async def held(*replies: Reply | ConversationError) -> tuple[Diary, list[str]]:
    talk, made = Turns(*replies), diary()
    conversation: Conversation = talk  # type: ignore[assignment]
    await transactions.hold(made, conversation)
    assert talk.replies == []
    return made, [line for group in talk.said for line in group]


RCPT = [f"RCPT TO:<{name}>" for name in ("a@a.example", *GUESTS)]
AGAIN = ["RSET", f"MAIL FROM:<{CALL.sender}>"]


async def test_each_mailbox_has_a_transaction_of_its_own() -> None:
    made, said = await held(OK, OK, OK, LATER, OK, OK, UNKNOWN)
    assert said == [RCPT[0], *AGAIN, RCPT[1], *AGAIN, RCPT[2]]
    assert [step.failure for step in made.steps if step.stage is Stage.RCPT] == [
        None,
        Failure.DEFERRED,
        Failure.REJECTED,
    ]
    assert made.failure is None
    assert made.may_quit


async def test_the_second_unknown_one_is_the_last() -> None:
    made, said = await held(UNKNOWN, OK, OK, UNKNOWN)
    assert said == [RCPT[0], *AGAIN, RCPT[1]]
    assert made.may_quit


@pytest.mark.parametrize("replies", [(OK, LOST), (OK, BUSY)])
async def test_a_reset_that_fails_ends_it(replies: tuple[Reply | ConversationError, ...]) -> None:
    made, said = await held(*replies)
    assert said == [RCPT[0], "RSET"]
    assert not made.may_quit
    assert made.failure is None


@pytest.mark.parametrize(("mail", "polite"), [(LATER, True), (BUSY, False)])
async def test_a_server_that_takes_no_other_mail_now(mail: Reply, polite: bool) -> None:
    made, said = await held(OK, OK, mail)
    assert said == [RCPT[0], *AGAIN]
    assert made.may_quit is polite


async def test_a_server_that_goes_away_at_a_mailbox() -> None:
    with pytest.raises(ConversationOver):
        await held(BUSY)
