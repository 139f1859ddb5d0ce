"""The lab's policy host: HTTPS that gives one answer to every request.

In goes a ``Web`` and a TLS context, what it does is HTTP/1.1 (RFC 9112) on one loopback listener: a request's head is
read, at most ``HEAD_LIMIT`` octets within ``PATIENCE`` seconds, the answer sent and the connection closed.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from http import HTTPStatus

from probe.lab.faults import Web
from probe.lab.listening import close

HEAD_LIMIT = 16384
PATIENCE = 10.0  # seconds


@contextlib.asynccontextmanager
async def webserver(web: Web, host: str, context: ssl.SSLContext) -> AsyncIterator[int]:
    """Serve ``web`` on ``host``; yields the port. On leaving, no connection and no task is left."""
    sessions: set[_Session] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = _Session(web, reader, writer)
        sessions.add(session)
        try:
            await session.run()
        finally:
            sessions.discard(session)

    server = await asyncio.start_server(connected, host, 0, limit=HEAD_LIMIT, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        await close(server, lambda: sessions)


class _Session:
    """One connection: one request, one answer."""

    def __init__(self, web: Web, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._web = web
        self._reader = reader
        self._writer = writer
        self.task: asyncio.Task[None] | None = asyncio.current_task()

    def abort(self) -> None:
        """Drop the connection without a word."""
        self._writer.transport.abort()

    async def run(self) -> None:
        """Answer; a client that breaks off is no error of ours."""
        with contextlib.suppress(OSError, EOFError, ValueError, TimeoutError, asyncio.LimitOverrunError):
            async with asyncio.timeout(PATIENCE):
                await self._reader.readuntil(b"\r\n\r\n")
                self._writer.write(answer(self._web))
                await self._writer.drain()
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


def answer(web: Web) -> bytes:
    """The whole response."""
    head = [
        f"HTTP/1.1 {web.status} {HTTPStatus(web.status).phrase}",
        f"Content-Type: {web.media_type}",
        f"Content-Length: {len(web.body)}",
        "Connection: close",
    ]
    if web.location is not None:
        head.append(f"Location: {web.location}")
    return "\r\n".join([*head, "", ""]).encode() + web.body
