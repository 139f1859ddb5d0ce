"""The table from the library's exceptions to our words, and what this engine is known to hide."""

import asyncio
import inspect
import ssl
from dataclasses import replace

import pytest
from aiosmtplib import errors
from aiosmtplib.protocol import SMTPProtocol

from probe.measure.connector import converse
from probe.measure.engines.aiosmtplib import failure_of
from probe.model.words import Failure, Stage
from tests.measure.scripted import ScriptedNetwork, answering, serving
from tests.measure.test_connector import CALL, EHLO, GREETING, MX, OK, TIMEOUTS, frame

WORDS = {
    "SMTPException": None,  # the base class; never raised bare at an open socket
    "SMTPServerDisconnected": Failure.CLOSED,
    "SMTPConnectError": Failure.CLOSED,
    "SMTPTimeoutError": Failure.TIMEOUT,
    "SMTPConnectTimeoutError": Failure.TIMEOUT,
    "SMTPReadTimeoutError": Failure.TIMEOUT,
    "SMTPNotSupported": None,  # raised by the library's own feature checks, which are passed by
    "SMTPResponseException": Failure.PROTOCOL,
    "SMTPConnectResponseError": Failure.PROTOCOL,  # caught before the table: it is a greeting
    "SMTPHeloError": Failure.PROTOCOL,
    "SMTPDataError": Failure.PROTOCOL,
    "SMTPAuthenticationError": Failure.PROTOCOL,
    "SMTPSenderRefused": Failure.PROTOCOL,
    "SMTPRecipientRefused": Failure.PROTOCOL,
    "SMTPRecipientsRefused": None,  # only from the library's sendmail()
}


def raised() -> dict[str, type[Exception]]:
    found = inspect.getmembers(errors, lambda item: inspect.isclass(item) and issubclass(item, errors.SMTPException))
    return dict(found)


def test_every_exception_the_library_has_is_in_the_table() -> None:
    assert set(raised()) == set(WORDS)


@pytest.mark.parametrize("name", WORDS)
def test_each_exception_has_its_word(name: str) -> None:
    kind = raised()[name]
    error: Exception
    if issubclass(kind, errors.SMTPSenderRefused | errors.SMTPRecipientRefused):
        error = kind(-1, "text", "address")
    elif issubclass(kind, errors.SMTPResponseException):
        error = kind(-1, "text")
    elif kind is errors.SMTPRecipientsRefused:
        error = kind([])
    else:
        error = kind("text")
    assert failure_of(error, handshake=False) is WORDS[name]


def test_a_reset_and_a_handshake_have_words_of_their_own() -> None:
    reset = errors.SMTPServerDisconnected("Connection lost")
    reset.__cause__ = ConnectionResetError()
    assert failure_of(reset, handshake=False) is Failure.RESET
    assert failure_of(errors.SMTPServerDisconnected("x"), handshake=True) is Failure.TLS_HANDSHAKE
    assert failure_of(ssl.SSLError("x"), handshake=True) is Failure.TLS_HANDSHAKE
    assert failure_of(errors.SMTPTimeoutError("x"), handshake=True) is Failure.TIMEOUT
    assert failure_of(errors.SMTPResponseException(-1, "Response too long"), handshake=False) is Failure.TOO_LONG


TLS = b"250-mx1.example.com\r\n250 STARTTLS\r\n"


@pytest.fixture
def network() -> ScriptedNetwork:
    return ScriptedNetwork("aiosmtplib")


# What this engine hides. Each is a fact about the library, kept strict: the day it heals, the test says so.
# test_native.py has the same stories with their good end.


@pytest.mark.xfail(reason="aiosmtplib joins and strips the lines of a reply: its bytes are lost", strict=True)
async def test_the_bytes_of_a_reply_are_kept(network: ScriptedNetwork) -> None:
    async with serving(network, MX, answering(b"220  mx1.example.com  \r\n", EHLO, OK, OK, then=OK)):
        session = await converse(CALL, frame(network))
    assert session.banner.raw == b"220  mx1.example.com  \r\n"


@pytest.mark.xfail(
    reason="aiosmtplib takes the second reply of a segment for the answer to the next command", strict=True
)
async def test_two_replies_in_one_segment_do_not_shift_the_conversation(network: ScriptedNetwork) -> None:
    async with serving(network, MX, answering(GREETING + b"220 second\r\n", EHLO, OK, OK, then=OK)):
        session = await converse(CALL, frame(network))
    assert session.step(Stage.EHLO).reply.lines[0] == "mx1.example.com"


@pytest.mark.xfail(reason="aiosmtplib takes the last code of a reply and drops the others", strict=True)
async def test_codes_that_differ_within_a_reply_are_told(network: ScriptedNetwork) -> None:
    mixed = b"550-no\r\n250 yes\r\n"
    async with serving(network, MX, answering(GREETING, mixed, OK, OK, then=OK)):
        session = await converse(CALL, frame(network))
    assert b"550-no" in session.step(Stage.EHLO).reply.raw


@pytest.mark.parametrize("reply", [b"220 2.0.0 go ahead\r\n", b"220-2.0.0 go\r\n220 2.0.0 ahead\r\n"])
async def test_bytes_behind_the_220_of_starttls_are_told(network: ScriptedNetwork, reply: bytes) -> None:
    async with serving(network, MX, answering(GREETING, TLS, reply + b"250 inj\xff\r\n", then=b"")):
        session = await converse(CALL, frame(network, replace(TIMEOUTS, reply=0.2)))
    step = session.step(Stage.STARTTLS)
    assert step.detail == r"injected plaintext behind the 220 to STARTTLS: 250 inj\xff\x0d\x0a"
    assert (step.failure, step.reply.code, session.failure) == (Failure.PROTOCOL, 220, Failure.PROTOCOL)
    assert step.reply.facts == ("injected-plaintext",)
    assert "QUIT" not in [line.text for line in session.transcript]


async def test_a_refused_starttls_leaves_the_conversation_as_it_was(network: ScriptedNetwork) -> None:
    async with serving(network, MX, answering(GREETING, TLS, b"454 4.7.0 not now\r\n", OK, OK, then=OK)):
        session = await converse(CALL, frame(network))
    assert session.completed
    assert session.step(Stage.STARTTLS).reply.code == 454


@pytest.mark.xfail(
    reason="aiosmtplib drops a 421 nobody asked for and only says that the connection is lost", strict=True
)
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


@pytest.mark.xfail(reason="aiosmtplib gives a reply whole: when its first line came is not known", strict=True)
async def test_the_first_line_of_a_greeting_has_a_time(network: ScriptedNetwork) -> None:
    async with serving(network, MX, answering(b"220-wait\r\n" + GREETING, EHLO, OK, OK, then=OK)):
        session = await converse(CALL, frame(network))
    assert [line.text for line in session.transcript if "first line" in line.text]


@pytest.mark.xfail(reason="aiosmtplib parses its whole buffer again for every segment: quadratic", strict=True)
async def test_a_reply_in_small_segments_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    scanned = 0
    original = SMTPProtocol._read_response_from_buffer

    def counting(self: SMTPProtocol) -> object:
        nonlocal scanned
        scanned += len(self._buffer)
        return original(self)

    monkeypatch.setattr(SMTPProtocol, "_read_response_from_buffer", counting)
    protocol = SMTPProtocol(asyncio.get_running_loop())
    protocol.connection_made(asyncio.Transport())
    for _ in range(1000):
        protocol.data_received(b"220-\r\n")
    assert scanned <= 2 * 6000
