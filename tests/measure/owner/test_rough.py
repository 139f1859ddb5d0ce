"""Octets out and replies in: what comes, what does not, and what is too much."""

import asyncio
from pathlib import Path

import pytest

from probe.lab.faults import Mail
from probe.measure.owner.rough import Rough
from probe.measure.session.conversation import ConversationError
from probe.model.network import Endpoint
from probe.model.words import Failure, Family
from tests.measure.lab_call import calling
from tests.measure.scripted import Script, ScriptedNetwork, forever, serving

MX = "192.0.2.25"


async def hears(*said: bytes, wait: bool = False) -> Rough:
    network = ScriptedNetwork()

    async def script(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in said:
            writer.write(part)
        await writer.drain()
        if wait:
            await forever()

    return await _talk(network, script)


async def _talk(network: ScriptedNetwork, script: Script) -> Rough:
    async with serving(network, MX, script):
        rough = Rough(await network.dial(Endpoint(MX, 25, Family.IPV4), None, 60))
        try:
            while True:
                HEARD.append((await rough.reply(0.2 if "silent" in HEARD else 60)).text)
        except ConversationError as error:
            HEARD.append(str(error.failure))
        finally:
            rough.close()
    return rough


HEARD: list[str] = []


@pytest.fixture(autouse=True)
def nothing_heard() -> None:
    HEARD.clear()


async def test_replies_come_in_order_and_then_the_end() -> None:
    await hears(b"220-a\r\n220 b\r\n250 o", b"ne\r\n250 two\r\n")
    assert HEARD == ["a b", "one", "two", "closed"]


async def test_what_is_no_reply_ends_it() -> None:
    await hears(b"220 a\r\nHTTP/1.1 400 Bad Request\r\n250 never read\r\n", wait=True)
    assert HEARD == ["a", "protocol"]


async def test_silence_is_waited_for_as_long_as_told() -> None:
    HEARD.append("silent")
    await hears(wait=True)
    assert HEARD == ["silent", "timeout"]


@pytest.mark.parametrize("flood", [b"x" * 200_000, b"250-x\r\n" * 30_000, b"250 x\r\n" * 30_000])
async def test_it_takes_only_so_much(flood: bytes) -> None:
    await hears(b"220 a\r\n", flood, wait=True)
    assert HEARD[-1] in {"too-long", "protocol"}
    assert sum(map(len, HEARD)) < 200_000


async def test_hostile_octets_are_escaped() -> None:
    await hears(b"220 \x1b[2J\x07\r\n")
    assert HEARD[0] == r"\x1b[2J\x07"


async def test_inside_tls_nothing_is_left_of_what_came_before(tmp_path: Path) -> None:
    async with calling(Mail(), tmp_path) as (frame, _):
        rough = Rough(await frame.network.dial(Endpoint("2001:db8::25", 25, Family.IPV6), None, 60))
        assert (await rough.reply(60)).code == 220
        rough.send(b"EHLO a\r\n")
        assert (await rough.reply(60)).code == 250
        rough.send(b"NOOP\r\nSTARTTLS\r\n")
        assert [(await rough.reply(60)).code for _ in range(2)] == [250, 220]
        assert rough.in_clear() == ""
        handshake = await rough.secure("mx1.example.com", 60)
        assert handshake.version() == "TLSv1.3"
        rough.send(b"QUIT\r\n")
        assert (await rough.reply(60)).code == 221
        with pytest.raises(ConversationError) as ended:
            await rough.reply(60)
        assert ended.value.failure is Failure.CLOSED
        rough.close()
        rough.close()


async def test_a_handshake_with_what_is_no_tls_fails() -> None:
    network = ScriptedNetwork()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"250 this is no TLS record at all, whatever you may think\r\n")
        await forever()

    async with serving(network, MX, script):
        rough = Rough(await network.dial(Endpoint(MX, 25, Family.IPV4), None, 60))
        with pytest.raises(ConversationError) as failed:
            await rough.secure(None, 60)
        rough.close()
    assert failed.value.failure is Failure.TLS_HANDSHAKE
    assert " alert " not in failed.value.detail
