"""One client process of the session benchmarks: many conversations through one engine, and what they cost.

``python -m bench.session_client ENGINE plain|tls|handshake COUNT AT_ONCE PORT`` prints CPU microseconds a session, the
interpreter's start and one warm-up session not counted. ``hold`` before the kind keeps COUNT conversations open instead
and prints KiB of resident memory for each.
"""

import asyncio
import gc
import resource
import socket
import ssl
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from probe.measure.conversation import Conversation, engine
from probe.measure.readiness import connect
from probe.measure.tls import client_context
from probe.model.network import Link

Session = Callable[[], Awaitable[object]]
PATIENCE = 60.0


async def dial(port: int) -> Link:
    connection = socket.socket()
    connection.setblocking(False)
    await connect(connection, ("127.0.0.1", port))
    return Link(connection, "127.0.0.1", "127.0.0.1")


async def begun(name: str, port: int, *, tls: bool) -> Conversation:
    """A conversation up to its EHLO, over TLS its second one."""
    talk = engine(name).converse(await dial(port))
    await talk.greeting(PATIENCE)
    await talk.commands(["EHLO bench.example"], PATIENCE)
    if tls:
        await talk.starttls("bench.example", PATIENCE)
        await talk.commands(["EHLO bench.example"], PATIENCE)
    return talk


async def whole(name: str, port: int, *, tls: bool) -> None:
    talk = await begun(name, port, tls=tls)
    for command in ("MAIL FROM:<>", "RCPT TO:<postmaster@bench.example>", "RSET", "QUIT"):
        await talk.commands([command], PATIENCE)
    await talk.close()


async def handshake(port: int) -> None:
    """The floor of a TLS session: the client's half of one handshake, nothing around it."""
    link = await dial(port)
    loop = asyncio.get_running_loop()
    for text in (b"", b"EHLO bench.example\r\n", b"STARTTLS\r\n"):
        if text:
            await loop.sock_sendall(link.socket, text)
        await loop.sock_recv(link.socket, 4096)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = client_context().wrap_bio(incoming, outgoing, server_hostname="bench.example")
    while True:
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            await loop.sock_sendall(link.socket, outgoing.read())
            incoming.write(await loop.sock_recv(link.socket, 65536))
        else:
            await loop.sock_sendall(link.socket, outgoing.read())
            break
    link.socket.close()


async def many(session: Session, count: int, at_once: int) -> None:
    """``count`` sessions, ``at_once`` side by side, each place taken again as soon as it is free."""
    left = iter(range(count))

    async def place() -> None:
        for _ in left:
            await session()

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(place())


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def resident() -> float:
    """KiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1024


async def cost(name: str, kind: str, count: int, at_once: int, port: int) -> float:
    """CPU microseconds a session."""

    async def session() -> None:
        await (handshake(port) if kind == "handshake" else whole(name, port, tls=kind == "tls"))

    await many(session, 1, 1)
    before = cpu()
    await many(session, count, at_once)
    return (cpu() - before) / count * 1e6


async def held(name: str, kind: str, count: int, port: int) -> float:
    """KiB of resident memory for each of ``count`` conversations that are all open."""
    talks = [await begun(name, port, tls=kind == "tls")]
    gc.collect()
    before = resident()

    async def one() -> None:
        talks.append(await begun(name, port, tls=kind == "tls"))

    await many(one, count, 50)
    gc.collect()
    each = (resident() - before) / count
    for talk in talks:
        await talk.close()
    return each


def main() -> None:
    hold = sys.argv[1] == "hold"
    name, kind, count, at_once, port = sys.argv[2:] if hold else sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    work = held(name, kind, int(count), int(port)) if hold else cost(name, kind, int(count), int(at_once), int(port))
    print(asyncio.run(work))


if __name__ == "__main__":
    main()
