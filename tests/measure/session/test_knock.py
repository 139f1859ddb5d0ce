"""Visits to scripted servers, the goodbye included."""

import asyncio
from collections.abc import Sequence

import pytest

from probe.measure.frame import Frame
from probe.measure.session.knock import knock
from probe.model.services import Knock, Protocol, Service
from probe.model.settings import Settings, Timeouts
from probe.model.words import Failure, Family
from tests.measure.scripted import Script, ScriptedNetwork, serving

ADDRESS = "192.0.2.25"


async def visit(protocol: Protocol, script: Script | None, left: float = 2.0) -> Knock:
    network = ScriptedNetwork()
    frame = Frame(network, Settings(timeouts=Timeouts(reply=0.3)), network.monotonic(), None)
    service = Service(protocol, "mx1.example.com", 1)
    if script is None:
        return await knock(service, ADDRESS, Family.IPV4, frame, left)
    async with serving(network, ADDRESS, script):
        return await knock(service, ADDRESS, Family.IPV4, frame, left)


def playing(heard: list[bytes], greeting: bytes, answers: Sequence[bytes]) -> Script:
    """The greeting, and an answer to each line."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        for answer in answers:
            heard.append(await reader.readuntil(b"\n"))
            writer.write(answer)

    return script


async def test_submission_says_goodbye() -> None:
    heard: list[bytes] = []
    answers = (b"250-mx1\r\n250 SIZE 1\r\n", b"221 bye\r\n")
    seen = await visit(Protocol.SUBMISSION, playing(heard, b"220-a\r\n220 mx1 ESMTP\r\n", answers))
    assert (seen.failure, seen.greeting, seen.connected, seen.tls) == (None, "220 mx1 ESMTP", True, None)
    assert heard == [b"EHLO [203.0.113.9]\r\n", b"QUIT\r\n"]


async def test_imap_is_asked_what_it_can_and_left() -> None:
    heard: list[bytes] = []
    answers = (b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\np1 OK\r\n", b"* BYE\r\np3 OK\r\n")
    seen = await visit(Protocol.IMAP, playing(heard, b"* OK Dovecot ready.\r\n", answers))
    assert (seen.failure, seen.greeting) == (None, "* OK Dovecot ready.")
    assert heard == [b"p1 CAPABILITY\r\n", b"p3 LOGOUT\r\n"]


async def test_a_refused_starttls_is_no_failure_of_the_visit() -> None:
    heard: list[bytes] = []
    answers = (b"250-mx1\r\n250 STARTTLS\r\n", b"454 not now\r\n", b"221 bye\r\n")
    seen = await visit(Protocol.SUBMISSION, playing(heard, b"220 mx1\r\n", answers))
    assert (seen.failure, seen.tls) == (None, None)
    assert heard[1:] == [b"STARTTLS\r\n", b"QUIT\r\n"]


@pytest.mark.parametrize(
    ("protocol", "greeting", "answers", "failure"),
    [
        (Protocol.SUBMISSION, b"HTTP/1.1 400 no\r\n", (), Failure.PROTOCOL),
        (Protocol.SUBMISSION, b"554 go away\r\n", (), Failure.PROTOCOL),
        (Protocol.IMAP, b"* BYE too many\r\n", (), Failure.PROTOCOL),
        (Protocol.SUBMISSION, b"", (), Failure.CLOSED),
        (Protocol.SUBMISSION, b"220 " + b"x" * 9000, (), Failure.TOO_LONG),
        (Protocol.SUBMISSION, b"220 a\r\n", (b"250-a\r\n" * 200,), Failure.TOO_LONG),
        (Protocol.SUBMISSION, b"220 a\r\n", (b"250 STARTTLS\r\n", b"220 go\r\nnot TLS"), Failure.TLS_HANDSHAKE),
        (Protocol.IMAPS, b"* OK in the clear\r\n", (), Failure.TLS_HANDSHAKE),
    ],
)
async def test_what_goes_wrong_has_its_word(
    protocol: Protocol, greeting: bytes, answers: Sequence[bytes], failure: Failure
) -> None:
    seen = await visit(protocol, playing([], greeting, answers))
    assert seen.connected
    assert seen.failure is failure
    assert seen.detail


async def test_a_silent_server_and_a_closed_port() -> None:
    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)

    seen = await visit(Protocol.SUBMISSION, mute)
    assert (seen.failure, seen.connected) == (Failure.TIMEOUT, True)
    seen = await visit(Protocol.SUBMISSION, None)
    assert (seen.failure, seen.connected) == (Failure.REFUSED, False)
