"""A loopback network and servers that play a script, for the lab ring of the connector's tests."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from probe.measure.transport.awake import clock
from probe.model.errors import NetworkError
from probe.model.network import Endpoint, Link, Source, Transport
from probe.model.words import Failure

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OURS = "203.0.113.9"


class ScriptedNetwork:
    """Dials loopback for documentation addresses; sleeps are written down, and the clock jumps ahead.

    ``engine`` is who is to speak SMTP over it.
    """

    def __init__(self, engine: str = "native") -> None:
        self.engine = engine
        self.doors: dict[str, int] = {}
        self.refusals: dict[str, list[NetworkError]] = {}
        self.dialled: list[str] = []
        self.slept: list[float] = []
        self.ahead = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return clock() + self.ahead

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.ahead += seconds
        await asyncio.sleep(0)

    def source_for(self, address: str, bound: str | None = None) -> Source:
        return Source(bound or OURS, temporary=False, deprecated=False)

    async def dial(self, endpoint: Endpoint, bound: str | None, timeout: float, max_segment: int | None = None) -> Link:
        self.dialled.append(endpoint.address)
        if self.refusals.get(endpoint.address):
            raise self.refusals[endpoint.address].pop(0)
        if endpoint.address not in self.doors:
            raise NetworkError(Failure.REFUSED, "connection refused")
        connection = socket.socket()
        connection.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", self.doors[endpoint.address]))
        except BaseException:
            connection.close()
            raise
        return Link(connection, bound or OURS, endpoint.address, max_segment)

    def nameservers(self) -> tuple[tuple[str, int], ...]:
        return (("203.0.113.53", 53),)

    def trust_ad(self) -> bool:
        return False

    async def exchange(self, server: tuple[str, int], query: bytes, transport: Transport, timeout: float) -> bytes:
        raise NetworkError(Failure.REFUSED, "no name server here")


@asynccontextmanager
async def serving(network: ScriptedNetwork, address: str, script: Script) -> AsyncIterator[None]:
    """Play ``script`` to everybody who dials ``address``; all connections are gone at the end."""
    writers: list[asyncio.StreamWriter] = []

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        try:
            await script(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the probe hung up: its right
        finally:
            writer.close()

    server = await asyncio.start_server(play, "127.0.0.1", 0, limit=2**20)
    network.doors[address] = server.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        del network.doors[address]
        server.close()
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)


def answering(*replies: bytes, then: bytes | None = None) -> Script:
    """The greeting, then one reply per line received; after the last, ``then`` for ever, or the connection closes."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for index, reply in enumerate(replies):
            if index:
                await reader.readuntil(b"\n")
            writer.write(reply)
            await writer.drain()
        while then is not None and await reader.readuntil(b"\n"):
            writer.write(then)
            await writer.drain()

    return script


async def forever() -> None:
    """Until the server is torn down."""
    await asyncio.Event().wait()
