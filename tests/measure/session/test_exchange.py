"""One command and its reply: what each code means for the step, and a goodbye that costs nobody anything."""

import asyncio

import pytest

from probe.measure.session.conversation import Conversation, ConversationError
from probe.measure.session.diary import ConversationOver, Diary
from probe.measure.session.exchange import judge, part, rest
from probe.model.smtp import Reply
from probe.model.words import Failure, Stage
from tests.measure.scripted import ScriptedNetwork
from tests.measure.test_connector import CALL, frame


class Talk:
    """A conversation whose replies stand in a list; what is said to it is kept."""

    def __init__(self, *replies: Reply | ConversationError) -> None:
        self.replies = list(replies)
        self.said: list[list[str]] = []
        self.messages: list[bytes] = []

    def send(self, group: list[str]) -> None:
        self.said.append(list(group))

    async def reply(self, timeout: float) -> Reply:
        await asyncio.sleep(0)
        match self.replies.pop(0):
            case Reply() as reply:
                return reply
            case ConversationError() as error:
                raise error

    async def data(self, message: bytes, timeout: float) -> Reply:
        self.messages.append(message)
        return await self.reply(timeout)

    def overheard(self) -> list[str]:
        return []


def talking(*replies: Reply | ConversationError) -> tuple[Talk, Conversation]:
    talk = Talk(*replies)
    return talk, talk  # type: ignore[return-value]


@pytest.fixture
def diary() -> Diary:
    return Diary(CALL, frame(ScriptedNetwork("native")))


OK, BYE, BUSY = Reply(250, ("2.0.0 Ok",)), Reply(221, ("2.0.0 Bye",)), Reply(421, ("4.3.2 closing",))
LOST = ConversationError(Failure.CLOSED, "the server closed the connection")


@pytest.mark.parametrize(
    ("code", "wanted", "failure"),
    [
        (250, None, None),
        (251, None, None),
        (220, 220, None),
        (354, 354, None),
        (250, 354, Failure.PROTOCOL),
        (250, 220, Failure.PROTOCOL),
        (354, None, Failure.PROTOCOL),
        (450, None, Failure.DEFERRED),
        (451, 354, Failure.DEFERRED),
        (503, 354, Failure.REJECTED),
        (550, None, Failure.REJECTED),
    ],
)
def test_a_reply_is_a_step_and_the_wrong_one_ends_the_conversation(
    diary: Diary, code: int, wanted: int | None, failure: Failure | None
) -> None:
    try:
        judge(diary, Stage.RCPT, 0.0, Reply(code, ("x",)), "RCPT TO:<a@example.com>", wanted=wanted)
    except ConversationOver:
        assert failure is not None
    else:
        assert failure is None
    assert (diary.steps[-1].failure, diary.failure, diary.may_quit) == (failure, failure, True)


def test_after_a_421_nobody_says_quit(diary: Diary) -> None:
    with pytest.raises(ConversationOver):
        judge(diary, Stage.RCPT, 0.0, BUSY)
    assert not diary.may_quit


@pytest.mark.parametrize(
    ("offered", "said"), [(("PIPELINING",), [["RSET", "QUIT"]]), (("SIZE",), [["RSET"], ["QUIT"]])]
)
async def test_the_goodbye_goes_together_where_that_is_offered(
    diary: Diary, offered: tuple[str, ...], said: list[list[str]]
) -> None:
    diary.capabilities = offered
    talk, conversation = talking(OK, BYE)
    await part(diary, conversation, ["RSET", "QUIT"])
    assert talk.said == said
    assert diary.steps == []


@pytest.mark.parametrize("end", [LOST, BUSY])
async def test_a_goodbye_ends_where_the_connection_does(diary: Diary, end: Reply | ConversationError) -> None:
    talk, conversation = talking(end)
    await part(diary, conversation, ["RSET", "QUIT"])
    assert talk.said == [["RSET"]]


async def test_what_was_sent_is_heard_to_the_end(diary: Diary) -> None:
    _, conversation = talking(OK, BYE)
    assert await rest(diary, conversation, ["RSET", "QUIT"])
    assert [line.text for line in diary.lines] == ["250 2.0.0 Ok", "221 2.0.0 Bye"]


async def test_a_354_for_nobody_is_ended_by_the_dot_alone(diary: Diary) -> None:
    talk, conversation = talking(Reply(354, ("go",)), Reply(554, ("no valid recipients",)))
    assert await rest(diary, conversation, ["DATA"])
    assert talk.messages == [b""]
