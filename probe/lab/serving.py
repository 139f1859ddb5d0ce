"""Keeps a scenario running for clients of any kind: the name server on a real port, and how to point a client at it.

In goes a ``Scenario``, out come lines for people through ``announce``; ends when it is cancelled. What this cannot show
without root, a silent or turned-back connection, is said instead of served.
"""

import asyncio
import contextlib
import shlex
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import cast

from probe.address import family_of
from probe.lab.faults import PathFault, Web
from probe.lab.listening import close
from probe.lab.nameserver import Nameserver
from probe.lab.network import LOOPBACK
from probe.lab.scenario import Scenario
from probe.lab.world import DOCUMENTATION, Listener, World, world
from probe.model.network import Transport
from probe.model.settings import Pipelining
from probe.model.words import Family

PATIENCE = 30.0  # seconds a DNS connection may be idle


async def serve(scenario: Scenario, directory: Path, announce: Callable[[str], None]) -> None:
    """Run ``scenario`` until cancelled; says where everything listens and a command line that probes it."""
    async with world(scenario, directory) as running, dns_port(running.nameserver) as port:
        with contextlib.ExitStack() as stack:
            served = [(item, _reachable(item, stack)) for item in running.listeners]
            for line in description(running, served, port):
                announce(line)
            await asyncio.Event().wait()


def description(running: World, served: list[tuple[Listener, tuple[str, int] | None]], port: int) -> tuple[str, ...]:
    """One line for each address, and a ready command line last."""
    resolver = LOOPBACK[Family.IPV4]
    lines = [f"{running.scenario.name}: {running.scenario.title}", f"name server  {resolver}:{port} (UDP and TCP)"]
    # Plain: what is asked beside the conversations goes to the zones' own servers, which no --connect-to brings here.
    command = ["probe6", "check", running.target, "--plain", "--nameserver", f"{resolver}:{port}"]
    command += ["--treat-global", ",".join(DOCUMENTATION), "--ca", running.settings.ca_file or ""]
    if running.settings.pipelining is Pipelining.AUTO:
        command += ["--pipelining", Pipelining.AUTO]
    for item, at in served:
        what = "web server " if isinstance(item.host.behaviour, Web) else "mail server"
        logical = f"{_bracketed(item.host.address)}:{item.host.port}"
        if at is None:
            lines.append(f"{what}  {logical} is {item.at}: only inside the lab, not served here")
        else:
            real = f"{_bracketed(at[0])}:{at[1]}"
            lines.append(f"{what}  {logical} is {real}{' (refuses)' if isinstance(item.at, PathFault) else ''}")
            command += ["--connect-to", f"{logical}:{real}"]
    if running.settings.via is not None or running.settings.services:
        # --connect-to is for mail hosts: neither the server of --via nor the other ports are reached by it.
        return (*lines, f"mailbox      {running.maildir}", shlex.join(["probe6", "demo", running.scenario.name]))
    for reference in running.settings.references:
        command += ["--reference", reference]
    for proof in running.settings.proofs:
        command += ["--proof", proof]
    return (*lines, f"mailbox      {running.maildir}", shlex.join(command))


def _reachable(item: Listener, stack: contextlib.ExitStack) -> tuple[str, int] | None:
    """The real address of a listener; for one that refuses, a port that is taken and not listened on."""
    if not isinstance(item.at, PathFault):
        return item.at
    if item.at is not PathFault.REFUSED:
        return None
    taken = stack.enter_context(socket.socket())
    taken.bind((LOOPBACK[Family.IPV4], 0))
    address, port = taken.getsockname()
    return (address, port)


def _bracketed(address: str) -> str:
    return f"[{address}]" if family_of(address) is Family.IPV6 else address


@contextlib.asynccontextmanager
async def dns_port(nameserver: Nameserver) -> AsyncIterator[int]:
    """Serve ``nameserver`` over UDP and TCP on one IPv4 loopback port; yields it."""
    loop = asyncio.get_running_loop()
    connections: set[_TcpQueries] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _TcpQueries(nameserver, reader, writer)
        connections.add(connection)
        try:
            await connection.run()
        finally:
            connections.discard(connection)

    server = await asyncio.start_server(connected, LOOPBACK[Family.IPV4], 0)
    try:
        host, port = server.sockets[0].getsockname()
        transport, _ = await loop.create_datagram_endpoint(lambda: _UdpQueries(nameserver), (host, port))
        try:
            yield port
        finally:
            transport.close()
    finally:
        await close(server, lambda: connections)


class _UdpQueries(asyncio.DatagramProtocol):
    """One datagram in, at most one out."""

    def __init__(self, nameserver: Nameserver) -> None:
        self._nameserver = nameserver
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)  # asyncio's own is not a subclass in 3.11

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        answer = self._nameserver.answer(data, Transport.UDP)
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, addr)


class _TcpQueries:
    """One TCP connection: each message with its length in two octets before it (RFC 1035 4.2.2)."""

    def __init__(self, nameserver: Nameserver, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._nameserver = nameserver
        self._reader = reader
        self._writer = writer
        self.task: asyncio.Task[None] | None = asyncio.current_task()

    def abort(self) -> None:
        """Drop the connection."""
        self._writer.transport.abort()

    async def run(self) -> None:
        """Answer until the client leaves or falls silent."""
        with contextlib.suppress(OSError, EOFError, TimeoutError):
            while True:
                async with asyncio.timeout(PATIENCE):
                    length = int.from_bytes(await self._reader.readexactly(2), "big")
                    query = await self._reader.readexactly(length)
                answer = self._nameserver.answer(query, Transport.TCP)
                if answer is None:
                    break
                self._writer.write(len(answer).to_bytes(2, "big") + answer)
                await self._writer.drain()
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()
