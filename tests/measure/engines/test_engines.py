"""What every engine must do alike, told once by each: TLS that goes wrong, and letting go."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from probe.measure.connector import converse
from probe.measure.session.conversation import engines
from probe.model.words import Failure, Stage
from tests.measure.scripted import ScriptedNetwork, answering, forever, serving
from tests.measure.test_connector import CALL, EHLO, GREETING, MX, OK, TIMEOUTS, frame

TLS = b"250-mx1.example.com\r\n250 STARTTLS\r\n"


@pytest.fixture(params=engines())
def network(request: pytest.FixtureRequest) -> ScriptedNetwork:
    return ScriptedNetwork(request.param)


async def test_garbage_in_place_of_a_handshake(network: ScriptedNetwork) -> None:
    async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(GREETING, TLS, b"220 2.0.0 go ahead\r\n")(reader, writer)
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 20)
        await forever()

    async with serving(network, MX, garbage):
        session = await converse(CALL, frame(network))
    assert (session.reached, session.failure) == (Stage.STARTTLS, Failure.TLS_HANDSHAKE)


async def test_a_handshake_that_hangs_is_a_timeout(network: ScriptedNetwork) -> None:
    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(GREETING, TLS, b"220 2.0.0 go ahead\r\n")(reader, writer)
        await forever()

    async with serving(network, MX, mute):
        session = await converse(CALL, frame(network, replace(TIMEOUTS, reply=0.2)))
    assert (session.reached, session.failure) == (Stage.STARTTLS, Failure.TIMEOUT)


async def test_a_hang_up_during_the_handshake_is_the_handshakes(network: ScriptedNetwork) -> None:
    async def leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(GREETING, TLS, b"220 2.0.0 go ahead\r\n")(reader, writer)
        await reader.read(1)

    async with serving(network, MX, leave):
        session = await converse(CALL, frame(network))
    assert (session.reached, session.failure) == (Stage.STARTTLS, Failure.TLS_HANDSHAKE)


async def test_a_declined_starttls_goes_on_in_the_clear(network: ScriptedNetwork) -> None:
    script = answering(GREETING, TLS, b"454 4.7.0 TLS not available\r\n", OK, OK, then=OK)
    async with serving(network, MX, script):
        session = await converse(CALL, frame(network))
    assert session.completed
    assert session.step(Stage.STARTTLS).failure is Failure.DEFERRED


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_the_descriptor_is_gone_when_the_conversation_is(network: ScriptedNetwork) -> None:
    before = descriptors()
    async with serving(network, MX, answering(GREETING, EHLO, OK, OK, then=OK)):
        await converse(CALL, frame(network))
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.05)
    assert descriptors() <= before


async def test_a_cancellation_that_meets_a_reply_is_not_lost(network: ScriptedNetwork) -> None:
    """The task is cancelled in the very turn of the loop in which the reply comes."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        await forever()

    async with serving(network, MX, script):
        for turns in range(12):
            async with asyncio.TaskGroup() as group:
                task = group.create_task(converse(CALL, frame(network, replace(TIMEOUTS, reply=0.2))))
                for _ in range(turns):
                    await asyncio.sleep(0)
                task.cancel()
            assert task.cancelled()
