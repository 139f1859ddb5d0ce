"""One client process of the session benchmarks: many conversations through one engine, and what they cost.

``python -m bench.session_client WHO KIND COUNT AT_ONCE PORT`` prints CPU microseconds a session, the interpreter's
start and one warm-up session not counted. WHO is an engine, or ``library`` for aiosmtplib as its own manual uses it.
KIND is ``plain`` (EHLO, MAIL, RCPT, RSET, QUIT, each after the reply to the one before), ``grouped`` (all that follows
EHLO at once), ``mail`` (EHLO, MAIL, RCPT, DATA, a message, QUIT: what smtp-source does, but for its HELO), ``tls``
(``plain`` with STARTTLS), ``tls-grouped``, or ``handshake`` (a bare TLS handshake; WHO does not matter).

``hold`` before WHO keeps COUNT conversations open instead and prints KiB of resident memory for each.
"""

import asyncio
import gc
import resource
import socket
import ssl
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from probe.measure.session.conversation import Conversation, engine
from probe.measure.transport.readiness import connect
from probe.measure.transport.tls import client_context
from probe.model.network import Link

Session = Callable[[], Awaitable[object]]
PATIENCE = 60.0
ENVELOPE = ("MAIL FROM:<>", "RCPT TO:<postmaster@bench.example>")
MESSAGE = b"From: <a@bench.example>\r\nTo: <b@bench.example>\r\nSubject: bench\r\n\r\n" + b"x" * 62 + b"\r\n"


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


async def lockstep(name: str, port: int, *, tls: bool = False) -> None:
    talk = await begun(name, port, tls=tls)
    for command in (*ENVELOPE, "RSET", "QUIT"):
        await talk.commands([command], PATIENCE)
    await talk.close()


async def grouped(name: str, port: int, *, tls: bool = False) -> None:
    talk = await begun(name, port, tls=tls)
    await talk.commands([*ENVELOPE, "RSET", "QUIT"], PATIENCE)
    await talk.close()


async def mail(name: str, port: int) -> None:
    talk = await begun(name, port, tls=False)
    for command in (*ENVELOPE, "DATA"):
        await talk.commands([command], PATIENCE)
    await talk.data(MESSAGE, PATIENCE)
    await talk.commands(["QUIT"], PATIENCE)
    await talk.close()


async def library(port: int, *, tls: bool) -> None:
    """aiosmtplib alone, with its own connect; a TLS context of its own for each session would cost many times this."""
    from aiosmtplib import SMTP

    context = client_context()
    client = SMTP(hostname="127.0.0.1", port=port, local_hostname="bench.example", start_tls=False, tls_context=context)
    await client.connect()
    await client.ehlo()
    if tls:
        await client.starttls(server_hostname="bench.example", tls_context=context)
        await client.ehlo()
    await client.mail("")
    await client.rcpt("postmaster@bench.example")
    await client.rset()
    await client.quit()


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
        match name, kind:
            case _, "handshake":
                await handshake(port)
            case "library", _:
                await library(port, tls=kind == "tls")
            case _, "mail":
                await mail(name, port)
            case _, "grouped" | "tls-grouped":
                await grouped(name, port, tls=kind == "tls-grouped")
            case _:
                await lockstep(name, port, tls=kind == "tls")

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
