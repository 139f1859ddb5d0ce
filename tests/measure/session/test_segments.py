"""What is tried again with small segments, and what is sent then; the black hole itself is tests/real's."""

import asyncio
import socket
import sys
from dataclasses import replace

import pytest

from probe.measure.connector import converse
from probe.measure.frame import Frame
from probe.measure.session import segments
from probe.measure.session.diary import Call
from probe.measure.session.segments import SMALL, got_further, narrow, stalled, wide
from probe.measure.transport import tcpinfo
from probe.model.settings import Settings, Timeouts
from probe.model.smtp import Session, TcpInfo
from probe.model.words import Failure, Family, Purpose, Stage
from tests.builders import session, step, stopped
from tests.measure.scripted import ScriptedNetwork, serving

TCP = TcpInfo(0.02, 0.01, 1428, 6, own_mss=1440, last_mss=1428, received=180, unacked=2980, strays=0)


async def own_name() -> str:
    return "probe.example.net"


CALL = Call(
    mx="mx1.example.com",
    names=("mx1.example.com",),
    address="2001:db8::25",
    port=25,
    family=Family.IPV6,
    until=Stage.DATA,
    helo=own_name,
    recipient="user@example.com",
    message=lambda helo: b"Subject: x\r\n\r\nreal\r\n",
    envid="token",
)


def final_dot(failure: Failure, tcp: TcpInfo | None) -> Session:
    last = step(Stage.DATA, failure=failure, command=".")
    return replace(session(until=Stage.DATA), steps=(last,), failure=failure, tcp=tcp)


@pytest.mark.parametrize(
    ("talk", "expected"),
    [
        (stopped(Stage.STARTTLS, failure=Failure.TIMEOUT), True),
        (stopped(Stage.EHLO, failure=Failure.TIMEOUT), True),
        (stopped(Stage.STARTTLS, failure=Failure.TIMEOUT, tcp=replace(TCP, snd_mss=1208, own_mss=1220)), False),
        (stopped(Stage.STARTTLS, failure=Failure.TLS_HANDSHAKE), False),
        (stopped(Stage.STARTTLS, failure=Failure.DEADLINE), False),
        (stopped(Stage.BANNER, failure=Failure.TIMEOUT), False),
        (stopped(Stage.RCPT, failure=Failure.TIMEOUT), False),
        (stopped(Stage.CONNECT, failure=Failure.TIMEOUT), False),
        (session(), False),
        (final_dot(Failure.TIMEOUT, TCP), True),
        (final_dot(Failure.TIMEOUT, replace(TCP, unacked=0)), False),
        (final_dot(Failure.TIMEOUT, replace(TCP, retransmits=1)), False),
        (final_dot(Failure.TIMEOUT, None), False),
        (final_dot(Failure.RESET, TCP), False),
    ],
)
def test_what_stalled(talk: Session, *, expected: bool) -> None:
    assert stalled(talk) is expected


def test_a_handshake_is_tried_without_a_message_and_no_further() -> None:
    trial = narrow(CALL, stopped(Stage.STARTTLS, failure=Failure.TIMEOUT))
    assert (trial.purpose, trial.until, trial.max_segment) == (Purpose.NARROW, Stage.STARTTLS, SMALL)
    assert trial.message is None
    again = wide(CALL, stopped(Stage.STARTTLS, failure=Failure.TIMEOUT))
    assert (again.purpose, again.until, again.max_segment) == (Purpose.RETRY, Stage.DATA, None)
    assert again.message is CALL.message


def test_where_a_message_may_have_gone_none_is_sent_again() -> None:
    for make in (narrow, wide):
        trial = make(CALL, final_dot(Failure.TIMEOUT, TCP))
        assert trial.purpose is Purpose.NARROW
        assert trial.unfinished
        assert trial.envid is None
        assert trial.message is not None
        text = trial.message("probe.example.net")
        assert b"This is no message" in text
        assert b"\r\n.\r\n" not in text
        assert len(text) >= 2 * SMALL


def test_further_is_past_the_stage() -> None:
    hanging = stopped(Stage.STARTTLS, failure=Failure.TIMEOUT)
    assert got_further(session(until=Stage.STARTTLS), hanging)
    assert not got_further(hanging, hanging)
    assert got_further(hanging, stopped(Stage.EHLO, failure=Failure.TIMEOUT))


@pytest.mark.skipif(sys.platform != "linux", reason="TCP_USER_TIMEOUT is Linux's")
def test_the_kernel_is_told_to_give_up() -> None:
    with socket.socket() as connection:
        segments.give_up_early(connection)
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 20_000
    segments.give_up_early(connection)  # closed: nothing to be told


class Waiting(ScriptedNetwork):
    """The kernel's acknowledgements take the time they take."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 10)


async def unended(engine: str, network: ScriptedNetwork) -> tuple[Session, bytes]:
    """A conversation whose message is never ended, and what the server heard after its 354."""
    heard = b""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal heard
        writer.write(b"220 mx1.example.com ESMTP\r\n")
        for reply in (b"250 mx1.example.com", b"250 ok", b"250 ok", b"354 go on"):
            await reader.readuntil(b"\n")
            writer.write(reply + b"\r\n")
        heard = await reader.read(-1)

    settings = Settings(engine=engine, timeouts=Timeouts(reply=2.0), pause=0.0)
    call = narrow(replace(CALL), final_dot(Failure.TIMEOUT, TCP))
    async with serving(network, CALL.address, script):
        talk = await converse(call, Frame(network, settings, network.monotonic(), None))
        for _ in range(100):
            await asyncio.sleep(0.01)
            if heard:
                break
    return talk, heard


@pytest.mark.skipif(sys.platform != "linux", reason="TCP_INFO is Linux's")
@pytest.mark.parametrize("engine", ["native", "aiosmtplib"])
async def test_what_is_no_message_is_acknowledged_and_never_ended(engine: str) -> None:
    talk, heard = await unended(engine, Waiting())
    assert talk.failure is None
    assert talk.steps[-1].stage is Stage.DATA
    assert b"This is no message" in heard
    assert not heard.endswith(b"\r\n.\r\n")
    assert b"QUIT" not in heard
    assert talk.transcript[-1].text == "all of it was acknowledged; hanging up"


@pytest.mark.parametrize("info", [replace(TCP, unacked=700), None])
async def test_what_is_not_acknowledged_is_told(monkeypatch: pytest.MonkeyPatch, info: TcpInfo | None) -> None:
    monkeypatch.setattr(tcpinfo, "read", lambda connection: info)
    talk, _ = await unended("native", ScriptedNetwork())
    assert talk.failure is (Failure.TIMEOUT if info else Failure.CLOSED)
    if info:
        assert talk.steps[-1].detail == "700 octets were not acknowledged (waited 20 s)"
