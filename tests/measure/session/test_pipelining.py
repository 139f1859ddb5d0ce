"""The envelope as a group: every way its replies can come back, and that no message is ever sent to nobody."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.measure.connector import converse
from probe.measure.frame import Frame
from probe.measure.session.conversation import ConversationError
from probe.measure.session.diary import Call, ConversationOver, Diary
from probe.measure.session.pipelining import give
from probe.model.settings import Pipelining, Timeouts
from probe.model.smtp import Reply, Session
from probe.model.words import Failure, Stage
from tests.measure.authority import Authority
from tests.measure.scripted import ScriptedNetwork, forever, serving
from tests.measure.session.test_exchange import talking
from tests.measure.test_connector import CALL, EHLO, GREETING, MX, OK, TIMEOUTS
from tests.measure.test_connector import frame as lockstep

OFFERS = b"250-mx1.example.com\r\n250 PIPELINING\r\n"
BYE = b"221 2.0.0 Bye\r\n"
GO = b"354 go ahead\r\n"
UNKNOWN = b"550 5.1.1 unknown\r\n"
GREY = b"450 4.2.0 Greylisted\r\n"
SEQUENCE = b"503 5.5.1 bad sequence\r\n"
NOBODY = b"554 5.5.1 no valid recipients\r\n"
ENVELOPE = b"MAIL FROM:<>\r\nRCPT TO:<postmaster@example.com>\r\n"
GROUP = ENVELOPE + b"RSET\r\nQUIT\r\n"
WITH_DATA = ENVELOPE + b"DATA\r\n"
SENDING = replace(CALL, until=Stage.DATA, message=lambda helo: b"Subject: x\r\n\r\nhello\r\n")
QUICK = replace(TIMEOUTS, reply=0.1, quit=0.1, final_dot=0.1)


@dataclass
class Server:
    """Greets, answers EHLO, then gives ``turns`` one after the other, each after some octets came; keeps what came."""

    turns: Sequence[bytes]
    ehlo: bytes = OFFERS
    stays: bool = False
    heard: list[bytes] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        await reader.readuntil(b"\n")
        writer.write(self.ehlo)
        for turn in self.turns:
            self.heard.append(await reader.read(4096))
            writer.write(turn)
            await writer.drain()
        while more := await reader.read(4096):
            self.heard.append(more)
            if not self.stays:
                break


@pytest.fixture
def network() -> ScriptedNetwork:
    return ScriptedNetwork("native")


def frame(network: ScriptedNetwork, timeouts: Timeouts = QUICK, deadline: float | None = None) -> Frame:
    plain = lockstep(network, timeouts, deadline)
    return replace(plain, settings=replace(plain.settings, pipelining=Pipelining.AUTO))


async def held(network: ScriptedNetwork, server: Server, call: Call = CALL) -> Session:
    async with serving(network, MX, server):
        return await converse(call, frame(network))


def codes(session: Session) -> list[tuple[Stage, int | None, Failure | None]]:
    return [
        (step.stage, step.reply.code if step.reply else None, step.failure) for step in session.steps if step.grouped
    ]


TAKEN = [(Stage.MAIL, 250, None), (Stage.RCPT, 250, None)]


async def test_the_envelope_and_the_goodbye_are_one_segment(network: ScriptedNetwork) -> None:
    server = Server([OK + OK + OK + BYE])
    session = await held(network, server)
    assert server.heard == [GROUP]
    assert session.completed
    assert codes(session) == TAKEN
    assert (session.group, session.group_fault) == (("MAIL", "RCPT", "RSET", "QUIT"), None)
    assert [line.text for line in session.transcript if line.who == "C"][1:] == GROUP.decode().split("\r\n")[:-1]
    assert [line.text for line in session.transcript][-1] == "221 2.0.0 Bye"


async def test_a_shorter_envelope_is_a_group_too(network: ScriptedNetwork) -> None:
    server = Server([OK + OK + BYE])
    session = await held(network, server, replace(CALL, until=Stage.MAIL))
    assert server.heard == [b"MAIL FROM:<>\r\nRSET\r\nQUIT\r\n"]
    assert session.completed


async def test_with_a_message_data_ends_the_group_and_the_goodbye_comes_later(network: ScriptedNetwork) -> None:
    server = Server([OK + OK + GO, b"250 2.0.0 Ok: queued as 4Bz\r\n", BYE])
    session = await held(network, server, SENDING)
    assert server.heard == [WITH_DATA, b"Subject: x\r\n\r\nhello\r\n.\r\n", b"QUIT\r\n"]
    assert session.completed
    assert codes(session) == [*TAKEN, (Stage.DATA, 354, None)]
    assert (session.steps[-1].command, session.steps[-1].reply.code, session.steps[-1].grouped) == (".", 250, False)
    assert session.group == ("MAIL", "RCPT", "DATA")


async def test_each_step_is_timed_from_when_the_group_left(network: ScriptedNetwork) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        await reader.readuntil(b"\n")
        writer.write(OFFERS)
        await reader.read(4096)
        writer.write(OK)
        await asyncio.sleep(0.05)
        writer.write(OK + OK + BYE)

    async with serving(network, MX, script):
        session = await converse(CALL, frame(network, TIMEOUTS))
    mail, rcpt = (step for step in session.steps if step.grouped)
    assert mail.started == rcpt.started
    assert mail.elapsed < 0.045 <= rcpt.elapsed


@pytest.mark.parametrize("ehlo", [EHLO, b"250 mx1.example.com\r\n", b"250-mx1\r\n250 X-PIPELINING\r\n"])
async def test_nothing_is_grouped_that_was_not_offered(network: ScriptedNetwork, ehlo: bytes) -> None:
    server = Server([OK, OK, OK, BYE], ehlo=ehlo)
    session = await held(network, server)
    assert server.heard[0] == b"MAIL FROM:<>\r\n"
    assert session.completed
    assert session.group == ()


async def test_a_call_in_lock_step_is_in_lock_step_to_the_end(network: ScriptedNetwork) -> None:
    server = Server([OK, OK, OK, BYE])
    session = await held(network, server, replace(CALL, lockstep=True))
    assert server.heard == [line + b"\r\n" for line in GROUP.split(b"\r\n")[:-1]]
    assert session.completed


async def test_what_was_offered_before_tls_counts_no_more_inside(network: ScriptedNetwork, tmp_path: Path) -> None:
    """RFC 3207 4.2: the offer in the clear may have been anybody's."""
    heard: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        await reader.readuntil(b"\n")
        writer.write(b"250-mx1.example.com\r\n250-PIPELINING\r\n250 STARTTLS\r\n")
        await reader.readuntil(b"\n")
        writer.write(b"220 go ahead\r\n")
        await writer.start_tls(Authority.root().issue().server(tmp_path))
        await reader.readuntil(b"\n")
        writer.write(b"250 mx1.example.com\r\n")
        for _ in range(4):
            heard.append(await reader.read(4096))
            writer.write(OK)

    async with serving(network, MX, script):
        session = await converse(CALL, frame(network, TIMEOUTS))
    assert session.completed
    assert heard[0] == b"MAIL FROM:<>\r\n"


@pytest.mark.parametrize(
    ("replies", "grouped", "fault"),
    [
        (OK + UNKNOWN + OK + BYE, [TAKEN[0], (Stage.RCPT, 550, Failure.REJECTED)], "RCPT was answered with 550"),
        (UNKNOWN + SEQUENCE + OK + BYE, [(Stage.MAIL, 550, Failure.REJECTED)], "MAIL was answered with 550"),
        (OK + GREY + OK + BYE, [TAKEN[0], (Stage.RCPT, 450, Failure.DEFERRED)], None),
        (OK + b"421 4.7.0 slow down\r\n", [TAKEN[0], (Stage.RCPT, 421, Failure.DEFERRED)], None),
    ],
    ids=["unknown user", "sender refused", "greylisted", "421"],
)
async def test_the_first_refusal_is_the_last_step_and_what_follows_is_only_heard(
    network: ScriptedNetwork, replies: bytes, grouped: list[object], fault: str | None
) -> None:
    server = Server([replies])
    session = await held(network, server)
    assert codes(session) == grouped
    assert (session.failure, session.reached) == (grouped[-1][2], grouped[-1][0])  # type: ignore[index]
    assert session.group_fault == fault
    assert [line.text for line in session.transcript if line.who == "S"][3:] == replies.decode().split("\r\n")[:-1]
    assert server.heard == [GROUP]


@pytest.mark.parametrize(
    ("replies", "last", "fault"),
    [
        (b"", (Stage.MAIL, None, Failure.TIMEOUT), "no reply to MAIL"),
        (OK, (Stage.RCPT, None, Failure.TIMEOUT), "no reply to RCPT"),
        (OK + OK, (Stage.RCPT, None, Failure.TIMEOUT), "no reply to RSET"),
        (OK + OK + BYE, (Stage.RCPT, 221, Failure.PROTOCOL), "reply to QUIT came in the place of that to RSET"),
        (OK + BYE, (Stage.RCPT, 221, Failure.PROTOCOL), "reply to QUIT came in the place of that to RCPT"),
        (OK + GO + OK + BYE, (Stage.RCPT, 354, Failure.PROTOCOL), "RCPT was answered with 354"),
        (OK + b"what?\r\n", (Stage.RCPT, None, Failure.PROTOCOL), "no reply to RCPT: what?"),
    ],
    ids=["silence", "one reply", "two replies", "shifted by one", "shifted by two", "a 354", "no SMTP"],
)
async def test_a_group_that_is_not_answered_whole_is_never_a_success(
    network: ScriptedNetwork, replies: bytes, last: object, fault: str
) -> None:
    server = Server([replies], stays=True)
    session = await held(network, server)
    assert not session.completed
    assert codes(session)[-1] == last
    assert fault in session.group_fault
    assert server.heard == [GROUP]


async def test_a_hang_up_within_a_group_is_its_fault_and_comes_at_once(network: ScriptedNetwork) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        await reader.readuntil(b"\n")
        writer.write(OFFERS)
        await reader.read(4096)
        writer.write(OK)

    async with serving(network, MX, script):
        session = await converse(CALL, frame(network, TIMEOUTS))
    assert (session.reached, session.failure) == (Stage.RCPT, Failure.CLOSED)
    assert session.group_fault == "no reply to RCPT: the server closed the connection"
    assert session.elapsed < 2


@pytest.mark.parametrize("last", [b"", BYE, b"421 bye\r\n", b"nonsense\r\n"])
async def test_how_quit_is_answered_is_nobodys_concern(network: ScriptedNetwork, last: bytes) -> None:
    session = await held(network, Server([OK + OK + OK + last]))
    assert session.completed
    assert session.group_fault is None


@pytest.mark.parametrize("rset", [b"500 5.5.2 what?\r\n", b"421 4.3.2 closing\r\n"])
async def test_a_refused_rset_is_answered_and_that_is_enough(network: ScriptedNetwork, rset: bytes) -> None:
    session = await held(network, Server([OK + OK + rset]))
    assert session.completed
    assert session.group_fault is None


class TestNobodyGetsNoMessage:
    """RFC 2920 3.1: a 354 may come although no recipient was accepted."""

    async def test_the_dot_alone_ends_data_when_the_recipient_was_refused(self, network: ScriptedNetwork) -> None:
        server = Server([OK + UNKNOWN + GO, NOBODY, BYE])
        session = await held(network, server, SENDING)
        assert server.heard == [WITH_DATA, b".\r\n", b"QUIT\r\n"]
        assert (session.reached, session.failure) == (Stage.RCPT, Failure.REJECTED)
        assert session.step(Stage.DATA) is None
        assert [line.text for line in session.transcript if line.who == "C"][-2:] == [".", "QUIT"]

    async def test_and_when_it_was_put_off(self, network: ScriptedNetwork) -> None:
        server = Server([OK + GREY + GO, NOBODY, BYE])
        session = await held(network, server, SENDING)
        assert server.heard == [WITH_DATA, b".\r\n", b"QUIT\r\n"]
        assert (session.reached, session.failure, session.group_fault) == (Stage.RCPT, Failure.DEFERRED, None)
        assert session.steps[-1].reply.code == 450

    async def test_a_data_that_is_refused_with_the_recipient_is_left_at_that(self, network: ScriptedNetwork) -> None:
        server = Server([OK + UNKNOWN + SEQUENCE, BYE])
        session = await held(network, server, SENDING)
        assert server.heard == [WITH_DATA, b"QUIT\r\n"]
        assert session.group_fault == "RCPT was answered with 550"

    @pytest.mark.parametrize("replies", [OK + GO, GO, OK + OK, OK + OK + OK, OK + OK + BYE, OK + OK + SEQUENCE])
    async def test_without_all_three_replies_no_octet_of_it_leaves(
        self, network: ScriptedNetwork, replies: bytes
    ) -> None:
        server = Server([replies], stays=True)
        session = await held(network, server, SENDING)
        assert session.failure is not None
        assert session.group_fault is not None
        assert set(server.heard) <= {WITH_DATA, b"QUIT\r\n"}
        assert "." not in [step.command for step in session.steps]


CODES = st.sampled_from([250, 251, 220, 221, 235, 354, 421, 450, 503, 550])


@given(st.lists(CODES, max_size=5), st.booleans())
def test_whatever_the_codes_only_a_whole_answer_lets_the_conversation_go_on(codes: list[int], message: bool) -> None:
    """And a message follows only MAIL and RCPT that were taken and a DATA that asks for it."""
    diary = Diary(CALL, frame(ScriptedNetwork("native")))
    lost = ConversationError(Failure.CLOSED, "the server closed the connection")
    talk, conversation = talking(*(Reply(code, ("x",)) for code in codes), *[lost] * 5)
    envelope = [(Stage.MAIL, "MAIL FROM:<>"), (Stage.RCPT, "RCPT TO:<a@example.com>")]
    envelope += [(Stage.DATA, "DATA")] if message else []
    try:
        asyncio.run(give(diary, conversation, envelope, message=message))
        went_on = True
    except ConversationOver:
        went_on = False
    taken = [code // 100 == 2 and code != 221 for code in codes]
    if message:
        assert went_on == (taken[:2] == [True, True] and codes[2:3] == [354])
        assert set(talk.messages) <= {b""}
    else:
        assert went_on == (taken[:2] == [True, True] and len(codes) > 2 and codes[2] != 221)
        assert not diary.may_quit
    assert went_on == (diary.failure is None)
    assert diary.group_fault is None or not went_on
    assert talk.said == [[command for _, command in envelope] + ([] if message else ["RSET", "QUIT"])]
    assert len(diary.steps) <= len(envelope) + 1
    assert [step.failure for step in diary.steps[:-1]] == [None] * max(0, len(diary.steps) - 1)


async def test_a_lost_reply_to_the_dot_is_no_fault_of_the_group(network: ScriptedNetwork) -> None:
    """Else the message would be sent again, and nobody knows whether it was taken (RFC 5321 4.2.5)."""
    session = await held(network, Server([OK + OK + GO], stays=True), SENDING)
    assert (session.failure, session.group_fault, session.steps[-1].command) == (Failure.TIMEOUT, None, ".")


@pytest.mark.parametrize("deadline", [0.3, 0.02])
async def test_the_deadline_is_no_fault_of_the_group(network: ScriptedNetwork, deadline: float) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        await reader.readuntil(b"\n")
        writer.write(OFFERS)
        await forever()

    async with serving(network, MX, script):
        session = await converse(CALL, frame(network, TIMEOUTS, deadline=deadline))
    assert (session.failure, session.group_fault) == (Failure.DEADLINE, None)


async def test_a_goodbye_that_came_before_the_group_is_the_answer_and_nothing_is_sent(network: ScriptedNetwork) -> None:
    sent: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        await reader.readuntil(b"\n")
        writer.write(OFFERS + b"421 4.3.2 shutting down\r\n")
        sent.append(await reader.read(4096))

    async with serving(network, MX, script):
        session = await converse(CALL, frame(network))
        await asyncio.sleep(0.02)
    assert codes(session) == [(Stage.MAIL, 421, Failure.DEFERRED)]
    assert sent == [b""]
