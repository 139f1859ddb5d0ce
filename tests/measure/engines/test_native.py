"""Our own engine: what it tells that another cannot, and how its conversations end."""

import asyncio
import ssl
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from probe.measure.connector import converse
from probe.measure.engines.native import converse as native
from probe.measure.session.conversation import ConversationError
from probe.model.network import Endpoint
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Stage
from tests.measure.authority import Authority
from tests.measure.scripted import Script, ScriptedNetwork, answering, forever, serving
from tests.measure.test_connector import CALL, EHLO, GREETING, MX, OK, TIMEOUTS, frame

TLS = b"250-mx1.example.com\r\n250 STARTTLS\r\n"
READY = b"220 2.0.0 go ahead\r\n"


@pytest.fixture
def network() -> ScriptedNetwork:
    return ScriptedNetwork("native")


async def held(network: ScriptedNetwork, script: Script, reply: float = 5.0, until: Stage = Stage.RCPT) -> Session:
    async with serving(network, MX, script):
        return await converse(replace(CALL, until=until), frame(network, replace(TIMEOUTS, reply=reply)))


async def test_the_bytes_of_a_reply_are_kept(network: ScriptedNetwork) -> None:
    session = await held(network, answering(b"220  mx1.example.com  \r\n", EHLO, OK, OK, then=OK))
    assert session.banner.raw == b"220  mx1.example.com  \r\n"
    assert session.step(Stage.EHLO).reply.raw == EHLO
    assert session.completed


async def test_two_replies_in_one_segment_do_not_shift_the_conversation(network: ScriptedNetwork) -> None:
    session = await held(network, answering(GREETING + b"220 second\r\n", EHLO, OK, OK, then=OK))
    assert session.step(Stage.EHLO).reply.lines[0] == "mx1.example.com"
    assert session.completed
    assert session.banner.facts == ("unasked-reply",)
    assert session.step(Stage.EHLO).reply.facts == ()
    assert [line.text for line in session.transcript if "unasked" in line.text] == [
        "the server said unasked: 220 second"
    ]


async def test_codes_that_differ_within_a_reply_are_told(network: ScriptedNetwork) -> None:
    session = await held(network, answering(GREETING, b"550-no\r\n250 yes\r\n", OK, OK, then=OK))
    reply = session.step(Stage.EHLO).reply
    assert b"550-no" in reply.raw
    assert (reply.code, reply.facts) == (250, ("mixed-codes",))


@pytest.mark.parametrize(
    ("greeting", "fact"),
    [
        (b"220 mx1.example.com\n", "bare-lf"),
        (b"220 mx1\rexample\r\n", "bare-cr"),
        (b"220 mx1 \xff\r\n", "eight-bit"),
        (b"220 mx1 \0\r\n", "nul"),
        (b"220 mx1 \x1b[2J\r\n", "control"),
        (b"220 mx1 " + b"x" * 600 + b"\r\n", "long-line"),
    ],
)
async def test_what_is_odd_is_told_and_does_no_harm(network: ScriptedNetwork, greeting: bytes, fact: str) -> None:
    session = await held(network, answering(greeting, EHLO, OK, OK, then=OK))
    assert session.banner.facts == (fact,)
    assert session.completed


@pytest.mark.parametrize("pause", [0.0, 0.05])
async def test_bytes_behind_the_220_of_starttls_are_told(network: ScriptedNetwork, pause: float) -> None:
    """In the same segment, or in one that comes before our first octet of TLS can have been answered."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(GREETING, TLS, READY + b"250 inj")(reader, writer)
        await asyncio.sleep(pause)
        writer.write(b"ected\r\n")
        await forever()

    session = await held(network, script, reply=1.0)
    step = session.step(Stage.STARTTLS)
    assert "injected plaintext" in step.detail
    assert "250 inj" in step.detail
    assert (step.failure, step.reply.code, session.failure) == (Failure.PROTOCOL, 220, Failure.PROTOCOL)
    assert step.reply.facts == ("injected-plaintext",)
    assert "QUIT" not in [line.text for line in session.transcript]


async def test_a_421_between_two_commands_is_told(network: ScriptedNetwork) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(b"421 4.3.2 shutting down\r\n")

    async def slowly() -> str:
        await asyncio.sleep(0.15)
        return "probe.example.net"

    async with serving(network, MX, script):
        session = await converse(replace(CALL, helo=slowly), frame(network))
    assert session.steps[-1].reply.code == 421
    assert session.steps[-1].reply.facts == ("unasked-reply",)
    assert (session.reached, session.failure) == (Stage.EHLO, Failure.DEFERRED)


async def test_a_421_with_a_reply_answers_the_next_command_only(network: ScriptedNetwork) -> None:
    """RSET gets it, as courtesy does not count; then nobody is there for QUIT, and that is no failure."""
    session = await held(network, answering(GREETING, EHLO, OK, OK + b"421 4.4.2 bye\r\n"))
    assert session.completed
    assert [line.text for line in session.transcript if line.who == "S"][-1] == "421 4.4.2 bye"


async def test_a_421_behind_the_354_is_the_answer_to_the_message(network: ScriptedNetwork) -> None:
    call = replace(CALL, until=Stage.DATA, message=lambda helo: b"Subject: x\r\n\r\nx\r\n")
    async with serving(network, MX, answering(GREETING, EHLO, OK, OK, b"354 go\r\n421 4.3.0 disk full\r\n")):
        session = await converse(call, frame(network))
    assert (session.steps[-1].command, session.steps[-1].reply.code) == (".", 421)
    assert session.failure is Failure.DEFERRED


@pytest.mark.parametrize(("first", "second"), [(0.05, 0.3), (5.0, 0.3)])
async def test_each_step_has_its_own_time(network: ScriptedNetwork, first: float, second: float) -> None:
    """One timer serves them all: it must neither go off at an earlier step's time nor wait for a later one."""

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        await reader.readuntil(b"\n")
        await asyncio.sleep(0.1)
        writer.write(EHLO)
        await forever()

    loop = asyncio.get_running_loop()
    async with serving(network, MX, slow):
        talk = native(await network.dial(Endpoint(MX, 25, Family.IPV4), None, 5))
        await talk.greeting(first)
        [reply] = await talk.commands(["EHLO x"], second)
        assert reply.code == 250
        began = loop.time()
        with pytest.raises(ConversationError, match="no whole reply"):
            await talk.commands(["MAIL FROM:<>"], second)
        assert second <= loop.time() - began + 0.001 < second + 1.0
        await talk.close()


async def test_after_a_wait_in_vain_nothing_more_is_sent(network: ScriptedNetwork) -> None:
    heard = bytearray()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        heard.extend(await reader.readuntil(b"\n"))
        heard.extend(await reader.read())

    async with serving(network, MX, mute):
        link = await network.dial(Endpoint(MX, 25, Family.IPV4), None, 5)
        talk = native(link)
        await talk.greeting(5)
        with pytest.raises(ConversationError, match="timeout: no whole reply"):
            await talk.commands(["EHLO x"], 0.05)
        with pytest.raises(ConversationError, match="never came"):
            await talk.commands(["QUIT"], 0.05)
        await talk.close()
        await asyncio.sleep(0.01)
    assert heard == b"EHLO x\r\n"


async def test_the_first_line_of_a_greeting_has_a_time(network: ScriptedNetwork) -> None:
    async def teaser(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220-wait\r\n")
        await asyncio.sleep(0.2)
        await answering(GREETING, EHLO, OK, OK, then=OK)(reader, writer)

    session = await held(network, teaser)
    assert session.banner.first_line < 0.15
    assert session.step(Stage.BANNER).elapsed > 0.19


async def test_a_reply_in_small_segments_is_read_once(network: ScriptedNetwork) -> None:
    """A reply of a hundred lines, an octet a segment: the same reply, and no time to speak of."""
    greeting = b"220-0123456789\r\n" * 100 + GREETING

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for octet in greeting:
            writer.write(bytes((octet,)))
            await asyncio.sleep(0)
        await answering(b"", EHLO, OK, OK, then=OK)(reader, writer)

    session = await held(network, drip)
    assert session.banner.raw == greeting
    assert session.completed


@pytest.mark.parametrize(
    ("said", "failure", "detail"),
    [
        (b"", Failure.CLOSED, "the server closed the connection"),
        (b"220-mx1\r\n220 unfin", Failure.CLOSED, "within a reply: 220-mx1\\x0d\\x0a220 unfin"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Failure.PROTOCOL, "SSH-2.0-OpenSSH_9.2"),
        (b"220mx1\r\n", Failure.PROTOCOL, "220mx1"),
        (b"220 " + b"x" * 5000 + b"\r\n", Failure.TOO_LONG, "a line of more than 4096 octets"),
        (b"220-x\r\n" * 200, Failure.TOO_LONG, "a reply of more than 128 lines"),
    ],
)
async def test_how_a_greeting_fails(network: ScriptedNetwork, said: bytes, failure: Failure, detail: str) -> None:
    session = await held(network, answering(said))
    assert (session.reached, session.failure) == (Stage.BANNER, failure)
    assert session.steps[-1].detail.endswith(detail)


async def test_a_wait_in_vain_says_what_had_come(network: ScriptedNetwork) -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        await reader.readuntil(b"\n")
        writer.write(b"250-mx1\r\n250-SI")
        await forever()

    session = await held(network, half, reply=0.1)
    assert session.failure is Failure.TIMEOUT
    assert session.steps[-1].detail == ("no whole reply in time, only 250-mx1\\x0d\\x0a250-SI (waited 0.1 s)")


async def test_a_reset_has_its_word(network: ScriptedNetwork) -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(GREETING)(reader, writer)
        await reader.readuntil(b"\n")
        connection = writer.get_extra_info("socket")
        connection.setsockopt(1, 13, struct.pack("ii", 1, 0))  # SO_LINGER on, no time: RST
        writer.transport.abort()

    session = await held(network, reset)
    assert (session.reached, session.failure) == (Stage.EHLO, Failure.RESET)
    assert session.steps[-1].detail == "the server reset the connection"


@pytest.fixture
def secure(tmp_path: Path) -> ssl.SSLContext:
    return Authority.root().issue("mx1.example.com", ["mx1.example.com"]).server(tmp_path)


def upgrading(context: ssl.SSLContext, *inside: bytes) -> Script:
    """STARTTLS for real, then one reply per line, then the connection closes."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(GREETING, TLS, READY)(reader, writer)
        await writer.start_tls(context)
        for reply in inside:
            await reader.readuntil(b"\n")
            writer.write(reply)
            await writer.drain()

    return script


async def test_a_conversation_inside_tls(network: ScriptedNetwork, secure: ssl.SSLContext) -> None:
    session = await held(network, upgrading(secure, EHLO, OK, OK, OK, b"221 bye\r\n"))
    assert session.completed
    assert (session.tls.version, len(session.tls.chain), session.tls.name_matches) == ("TLSv1.3", 1, True)
    assert session.capabilities == ("STARTTLS",)
    assert session.capabilities_tls == ("SIZE 1000", "8BITMIME")
    assert [step.tls for step in session.steps] == [False, False, False, False, True, True, True]
    assert [line.text for line in session.transcript if line.who == "S"][-1] == "221 bye"


async def test_a_hang_up_inside_tls_is_a_hang_up(network: ScriptedNetwork, secure: ssl.SSLContext) -> None:
    session = await held(network, upgrading(secure, EHLO))
    assert (session.reached, session.failure) == (Stage.MAIL, Failure.CLOSED)


async def test_the_reply_to_a_starttls_that_failed_is_kept(network: ScriptedNetwork) -> None:
    async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(GREETING, TLS, READY)(reader, writer)
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await forever()

    session = await held(network, garbage)
    step = session.step(Stage.STARTTLS)
    assert (step.failure, step.reply.code, step.detail) == (
        Failure.TLS_HANDSHAKE,
        220,
        "TLS failed: wrong version number",
    )


async def test_what_the_kernel_knows_is_written_down(network: ScriptedNetwork) -> None:
    session = await held(network, answering(GREETING, EHLO, OK, OK, then=OK))
    assert 0 < session.tcp.rtt < 1
    assert session.tcp.retransmits == 0


async def test_a_message_that_may_offend_says_so_with_the_answer(network: ScriptedNetwork) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(GREETING, b"250-mx1\r\n250 SIZE 10\r\n", OK, OK, b"354 go\r\n")(reader, writer)
        await reader.readuntil(b"\r\n.\r\n")
        writer.write(b"552 5.3.4 too big\r\n")
        await answering(b"", b"221 bye\r\n")(reader, writer)

    call = replace(CALL, until=Stage.DATA, message=lambda helo: b"Subject: x\r\n\r\nmore than ten\r\n")
    async with serving(network, MX, script):
        session = await converse(call, frame(network))
    assert session.steps[-1].reply.facts == ("message-over-size",)
    assert session.failure is Failure.REJECTED


async def test_no_task_is_left(network: ScriptedNetwork) -> None:
    before = asyncio.all_tasks()
    async with serving(network, MX, answering(GREETING, EHLO, OK, OK, then=OK)):
        await converse(CALL, frame(network))
        ours = {task for task in asyncio.all_tasks() - before if "play" not in repr(task)}
    assert ours == set()
