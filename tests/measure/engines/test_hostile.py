"""Servers that mean harm, against our own engine: ended by their deadline, the descriptor gone, memory bounded."""

import asyncio
import gc
import socket
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import pytest

from probe.measure.connector import converse
from probe.measure.engines.native import converse as native
from probe.measure.session.conversation import ConversationError
from probe.model.network import Endpoint, Link
from probe.model.words import Failure, Stage
from tests.measure.scripted import Script, ScriptedNetwork, answering, forever, serving
from tests.measure.test_connector import CALL, EHLO, GREETING, MX, OK, TIMEOUTS, frame

TLS = b"250-mx1.example.com\r\n250 STARTTLS\r\n"
READY = b"220 2.0.0 go ahead\r\n"
PATIENCE = 0.3  # seconds a step may take
SLACK = 1.0  # seconds a busy machine may add


class Watched(ScriptedNetwork):
    """Remembers the sockets it gave away."""

    def __init__(self) -> None:
        super().__init__("native")
        self.sockets: list[socket.socket] = []

    async def dial(self, endpoint: Endpoint, bound: str | None, timeout: float, max_segment: int | None = None) -> Link:
        link = await super().dial(endpoint, bound, timeout, max_segment)
        self.sockets.append(link.socket)
        return link


def then(piece: bytes, *before: bytes, pause: float = 0.0) -> Script:
    """Say ``before``, one reply per line heard, and then ``piece`` for ever."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(*before, b"")(reader, writer)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return script


def shaking(piece: bytes, pause: float = 0.0) -> Script:
    """Take STARTTLS and the first octet of our handshake, and then say ``piece`` for ever."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(GREETING, TLS, READY)(reader, writer)
        await reader.readexactly(1)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return script


async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes nothing more once the message comes."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    for reply in (GREETING, EHLO, OK, OK, b"354 go\r\n"):
        writer.write(reply)
        await reader.readuntil(b"\n")
        if reply.startswith(b"354"):
            writer.transport.pause_reading()
    await forever()


RECORD = b"\x16\x03\x03\x40\x00" + b"\x00" * 16384  # of a handshake, as long as they get
CASES: dict[str, tuple[Script, Stage, set[Failure]]] = {
    "endless line": (then(b"x" * 4096), Stage.BANNER, {Failure.TOO_LONG}),
    "endless line of NUL": (then(b"\0" * 4096), Stage.BANNER, {Failure.TOO_LONG}),
    "endless lines": (then(b"220-" + b"y" * 4000 + b"\r\n"), Stage.BANNER, {Failure.TOO_LONG}),
    "endless short lines": (then(b"220-\r\n"), Stage.BANNER, {Failure.TOO_LONG}),
    "endless empty lines": (then(b"\n" * 4096), Stage.BANNER, {Failure.PROTOCOL}),
    "endless EHLO reply": (then(b"250-X\r\n" * 500, GREETING), Stage.EHLO, {Failure.TOO_LONG}),
    "endless replies": (then(b"250 ok\r\n" * 500, GREETING), Stage.MAIL, {Failure.TOO_LONG}),
    "endless rubbish behind a reply": (then(b"\n" * 4096, GREETING, EHLO), Stage.MAIL, {Failure.PROTOCOL}),
    "binary": (then(bytes(range(256)) * 16), Stage.BANNER, {Failure.PROTOCOL}),
    "drip": (then(b"2", pause=0.02), Stage.BANNER, {Failure.TIMEOUT}),
    "drip of lines": (then(b"220-\r\n", pause=0.02), Stage.BANNER, {Failure.TIMEOUT}),
    "drip in the EHLO reply": (then(b"2", GREETING, pause=0.02), Stage.EHLO, {Failure.TIMEOUT}),
    "plaintext for a handshake": (shaking(b"250 ok\r\n"), Stage.STARTTLS, {Failure.TLS_HANDSHAKE}),
    "endless handshake": (shaking(RECORD), Stage.STARTTLS, {Failure.TLS_HANDSHAKE, Failure.TIMEOUT}),
    "drip of a handshake": (shaking(b"\x16", 0.02), Stage.STARTTLS, {Failure.TLS_HANDSHAKE, Failure.TIMEOUT}),
}


@pytest.mark.parametrize("name", CASES)
async def test_is_ended_by_its_deadline_and_leaves_nothing(name: str) -> None:
    script, stage, failures = CASES[name]
    network = Watched()
    loop = asyncio.get_running_loop()
    async with serving(network, MX, script):
        began = loop.time()
        session = await converse(CALL, frame(network, replace(TIMEOUTS, banner=PATIENCE, reply=PATIENCE)))
        took = loop.time() - began
    assert session.failure in failures
    assert session.reached is stage
    assert took < 2 * PATIENCE + SLACK
    assert [used.fileno() for used in network.sockets] == [-1]
    assert sum(len(line.text) for line in session.transcript) < 10_000


@pytest.mark.parametrize("name", CASES)
async def test_the_run_s_deadline_holds_too(name: str) -> None:
    script, _, failures = CASES[name]
    network = Watched()
    loop = asyncio.get_running_loop()
    async with serving(network, MX, script):
        began = loop.time()
        session = await converse(CALL, frame(network, deadline=PATIENCE))
        took = loop.time() - began
    assert session.failure in failures | {Failure.DEADLINE}
    assert took < PATIENCE + SLACK
    assert [used.fileno() for used in network.sockets] == [-1]


async def test_a_server_that_takes_no_message_is_left_in_time() -> None:
    network = Watched()
    message = b"Subject: x\r\n\r\n" + (b"x" * 70 + b"\r\n") * 200_000
    call = replace(CALL, until=Stage.DATA, message=lambda helo: message)
    async with serving(network, MX, deaf):
        session = await converse(call, frame(network, replace(TIMEOUTS, final_dot=PATIENCE)))
    assert (session.reached, session.failure) == (Stage.DATA, Failure.TIMEOUT)
    assert [used.fileno() for used in network.sockets] == [-1]


# Many at once. The servers are bare sockets that are stuffed from one shared piece, so that what Python holds is ours.

MANY = 300
EACH = 112 * 1024  # octets: a reply at its limit, twice what is read at once, and the rest
PIECES = {
    "lines": b"220-" + b"y" * 4000 + b"\r\n",
    "short lines": b"220-\r\n" * 600,
    "a line": b"x" * 4096,
    "rubbish": b"\n" * 4096,
}


@pytest.fixture
async def crowd() -> AsyncIterator[list[tuple[socket.socket, socket.socket]]]:
    pairs = []
    with socket.create_server(("127.0.0.1", 0), backlog=MANY) as door:
        for _ in range(MANY):
            ours = socket.create_connection(door.getsockname())
            theirs, _ = door.accept()
            ours.setblocking(False)
            theirs.setblocking(False)
            pairs.append((ours, theirs))
    yield pairs
    for pair in pairs:
        for end in pair:
            end.close()


@pytest.mark.parametrize("name", PIECES)
async def test_memory_under_many_at_once(name: str, crowd: list[tuple[socket.socket, socket.socket]]) -> None:
    ended: list[Failure] = []
    piece = PIECES[name]

    async def greeted(ours: socket.socket) -> None:
        talk = native(Link(ours, "127.0.0.1", "127.0.0.1"))
        try:
            await talk.greeting(5.0)
        except ConversationError as error:
            ended.append(error.failure)
        finally:
            await talk.close()

    async def stuffing() -> None:
        while len(ended) < MANY:
            for _, theirs in crowd:
                with suppress(OSError):
                    theirs.send(piece)
            await asyncio.sleep(0)

    tracemalloc.start()
    try:
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            group.create_task(stuffing())
            for ours, _ in crowd:
                group.create_task(greeted(ours))
        peak = tracemalloc.get_traced_memory()[1]
        gc.collect()
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert set(ended) <= {Failure.TOO_LONG, Failure.PROTOCOL}
    assert peak < MANY * EACH
    assert kept < MANY * 4096
    assert all(ours.fileno() == -1 for ours, _ in crowd)
