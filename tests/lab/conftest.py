"""What the lab's tests share: a raw conversation through the lab's network, worlds of one odd host, and reports."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from probe.address import family_of
from probe.api import judge, measure
from probe.lab.faults import Behaviour
from probe.lab.network import LabNetwork
from probe.lab.scenario import Scenario, pair
from probe.lab.scenarios import SCENARIOS
from probe.lab.world import World, world
from probe.lab.zones import MX6
from probe.measure.transport import awake
from probe.model.network import Endpoint
from probe.model.report import Report
from probe.model.settings import ENGINE


@dataclass
class Talk:
    """A conversation in raw bytes, so that no client library can smooth anything over."""

    link_socket: socket.socket
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def line(self) -> bytes:
        async with asyncio.timeout(60):
            return await self.reader.readline()

    async def reply(self) -> bytes:
        lines = [await self.line()]
        while lines[-1][3:4] == b"-":
            lines.append(await self.line())
        return b"".join(lines)

    async def ask(self, command: bytes) -> bytes:
        self.writer.write(command + b"\r\n")
        return await self.reply()

    async def starttls(self) -> ssl.SSLObject:
        assert (await self.ask(b"STARTTLS")).startswith(b"220 ")
        return await self.secure()

    async def secure(self) -> ssl.SSLObject:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        await self.writer.start_tls(context, server_hostname="mx1.example.com")
        found = self.writer.get_extra_info("ssl_object")
        assert isinstance(found, ssl.SSLObject)
        return found

    async def envelope(self, recipient: bytes = b"user@example.com") -> None:
        assert (await self.ask(b"MAIL FROM:<>")).startswith(b"250 ")
        assert (await self.ask(b"RCPT TO:<" + recipient + b">")).startswith(b"250 ")

    async def send(self, recipient: bytes = b"user@example.com") -> bytes:
        await self.envelope(recipient)
        assert (await self.ask(b"DATA")).startswith(b"354 ")
        return await self.ask(b"Subject: test\r\n\r\n..dot\r\n.")


@asynccontextmanager
async def talk(network: LabNetwork, address: str = MX6) -> AsyncIterator[Talk]:
    link = await network.dial(Endpoint(address, 25, family_of(address)), None, 60.0)
    reader, writer = await asyncio.open_connection(sock=link.socket)
    try:
        yield Talk(link.socket, reader, writer)
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)


Start = Callable[[Behaviour], AbstractAsyncContextManager[World]]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """A world whose mx1 behaves so over IPv6."""

    def started(ipv6: Behaviour) -> AbstractAsyncContextManager[World]:
        return world(Scenario(name="test", title="one odd host", hosts=pair(ipv6=ipv6)), tmp_path)

    return started


Told = Callable[..., Report]


@pytest.fixture(scope="session")
def measured() -> dict[tuple[str, str], Report]:
    """What is known of scenarios already, by name and engine."""
    return {}


@pytest.fixture
def told(
    measured: dict[tuple[str, str], Report], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Told:
    """The report of a scenario, measured once for all tests; and once more for the second try of one."""

    async def report(name: str, engine: str) -> Report:
        async with world(SCENARIOS[name], tmp_path_factory.mktemp(name)) as place:
            settings = replace(place.settings, engine=engine)
            found = await measure(place.target, settings, network=place.network, secrets=place.secrets, memory=place)
            return judge(found)

    again = set(measured) if getattr(request.node, "execution_count", 1) > 1 else set()

    def of(name: str, engine: str = ENGINE) -> Report:
        if (name, engine) not in measured or (name, engine) in again:
            measured[name, engine] = awake.run(report(name, engine))
            again.discard((name, engine))
        return measured[name, engine]

    return of
