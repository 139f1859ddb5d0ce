"""A mail server for the faults that no library would commit: silence, hang-ups, endless and broken replies.

In goes a ``Wire``, what it plays is bytes on real TCP connections. What the client sends is read line by line and never
more than ``LINE_LIMIT`` octets of one, ``MESSAGE_LIMIT`` of a message, within ``PATIENCE`` seconds; beyond that the
connection is closed. Nothing is stored. Every connection ends with the server.
"""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator

from probe.lab.faults import READY, SOFTWARE, Act, End, Endless, Grouped, Say, Step, Wait, Wire, ehlo_lines
from probe.lab.listening import close

LINE_LIMIT = 4096
MESSAGE_LIMIT = 1 << 20
PATIENCE = 30.0  # seconds
SMALL_SEGMENT = 1220  # octets: what fits every IPv6 path (RFC 8200 5)
ENDLESS_LIMIT = 64 << 20  # octets: far beyond what any client should take
_VERBS = {step.encode(): step for step in Step if step not in {Step.BANNER, Step.DOT}}
_GAP = 0.0005  # seconds between two helpings of an endless reply: the loop is not ours alone


@contextlib.asynccontextmanager
async def rawserver(wire: Wire, host: str, context: ssl.SSLContext | None) -> AsyncIterator[int]:
    """Serve ``wire`` on ``host``; yields the port. On leaving, no connection and no task is left."""
    stop = asyncio.Event()
    sessions: set[_Session] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = _Session(wire, context, reader, writer, stop)
        sessions.add(session)
        try:
            await session.run()
        finally:
            sessions.discard(session)

    server = await asyncio.start_server(connected, host, 0, limit=LINE_LIMIT)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        stop.set()
        await close(server, lambda: sessions)


class _Session:
    """One connection: plays the acts of a step, or gives the healthy reply to it."""

    def __init__(
        self,
        wire: Wire,
        context: ssl.SSLContext | None,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        stop: asyncio.Event,
    ) -> None:
        self._wire = wire
        self._context = context
        self._reader = reader
        self._writer = writer
        self._stop = stop
        self._tls = False
        self._came = b""  # read and not yet looked at
        self._last = b""  # what was said last: after a 354 comes a message, after a refusal the next command
        self.task: asyncio.Task[None] | None = asyncio.current_task()

    def abort(self) -> None:
        """Drop the connection without a word."""
        self._writer.transport.abort()

    async def run(self) -> None:
        """Converse until either side ends it; a client that breaks off or babbles is no error of ours."""
        with contextlib.suppress(OSError, EOFError, ValueError, TimeoutError):
            if await self._play(Step.BANNER):
                await self._converse()
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def _converse(self) -> None:
        while line := await self._line():
            verb = line.split(maxsplit=1)[0].lower() if line.strip() else b""
            step = _VERBS.get(verb)
            if step is None:
                await self._act(Say(b"500 5.5.2 Error: command not recognized\r\n"))
                continue
            more = bool(self._came)
            if not await self._play(step):
                return
            if more and not await self._group(step):
                return
            if step is Step.DATA and self._last.startswith(b"3"):
                await self._message()
                if not await self._play(Step.DOT):
                    return

    async def _line(self) -> bytes:
        """One line of the client's, with its end; empty when it is gone. ``ValueError`` when it is too long."""
        async with asyncio.timeout(PATIENCE):
            while (end := self._came.find(b"\n") + 1) == 0:
                if len(self._came) >= LINE_LIMIT:
                    raise ValueError("a line without end")
                data = await self._reader.read(LINE_LIMIT)
                if not data:
                    return b""
                self._came += data
        line, self._came = self._came[:end], self._came[end:]
        return line

    async def _group(self, first: Step) -> bool:
        """Do with what came behind ``first`` what the scenario says; False when the conversation is over."""
        match self._wire.grouped:
            case Grouped.LOSES_REST:
                self._came = b""
            case Grouped.LOSES_SECOND if first is Step.MAIL:
                await self._line()
            case Grouped.REFUSES:
                for _ in range(self._came.count(b"\n")):
                    await self._line()
                    await self._act(Say(b"503 5.5.1 Error: bad sequence of commands\r\n"))
            case Grouped.CLOSES:
                return False
        return True

    async def _message(self) -> None:
        """Read a message up to its final dot and forget it."""
        if self._wire.ends:
            await self._until([*self._wire.ends, b"\r\n.\r\n"])
            return
        octets = 0
        while (line := await self._line()) != b".\r\n":
            octets += len(line)
            if not line or octets > MESSAGE_LIMIT:
                raise EOFError

    async def _until(self, ends: list[bytes]) -> None:
        """Read up to the first of ``ends``; what is behind it is the next command."""
        async with asyncio.timeout(PATIENCE):
            while not (found := [(self._came.index(end), len(end)) for end in ends if end in self._came]):
                data = await self._reader.read(LINE_LIMIT)
                if not data or len(self._came) > MESSAGE_LIMIT:
                    raise EOFError
                self._came += data
        at, size = min(found)
        self._came = self._came[at + size :]

    async def _play(self, step: Step) -> bool:
        """Play one step; False when the conversation is over."""
        for act in self._wire.acts.get(step, ()) or self._healthy(step):
            if not await self._act(act):
                return False
        return step is not Step.QUIT

    def _healthy(self, step: Step) -> tuple[Act, ...]:
        """What a server without faults answers."""
        name = self._wire.name
        offered = self._context is not None and not self._tls
        match step:
            case Step.BANNER:
                text = f"220 {name} {SOFTWARE}"
            case Step.EHLO:
                text = "\r\n".join(ehlo_lines(self._wire.capabilities, name, starttls=offered))
            case Step.HELO:
                text = f"250 {name}"
            case Step.STARTTLS if offered:
                return (READY, End.HANDSHAKE)
            case Step.STARTTLS:
                text = "502 5.5.1 Error: command not implemented"
            case Step.DATA:
                text = "354 End data with <CR><LF>.<CR><LF>"
            case Step.DOT:
                text = "250 2.0.0 Ok: queued as LAB0RAW"
            case Step.QUIT:
                text = "221 Bye"
            case Step.RCPT:
                text = "250 2.1.5 Ok"
            case _:
                text = "250 2.1.0 Ok"
        return (Say(text.encode() + b"\r\n"),)

    async def _act(self, act: Act) -> bool:
        """Play one act; False when it ended the conversation."""
        if self._wire.loses_large and self._is_lost(act):
            act = End.MUTE
        if isinstance(act, Say):
            self._last = act.data
        match act:
            case Say(data, 0.0):
                self._writer.write(data)
                await self._writer.drain()
            case Say(data, every):
                for octet in data:
                    self._writer.write(bytes((octet,)))
                    await self._pause(every)
            case Endless(data):
                for _ in range(ENDLESS_LIMIT // len(data)):
                    self._writer.write(data)
                    await self._writer.drain()
                    await self._pause(_GAP)
                return False
            case Wait(seconds):
                await self._pause(seconds)
            case End():
                return await self._end(act)
        return True

    def _is_lost(self, act: Act) -> bool:
        """True for what would leave in full segments; with a certificate in it, a handshake does."""
        if act is not End.HANDSHAKE and not (isinstance(act, Say) and len(act.data) > SMALL_SEGMENT):
            return False
        connection = self._writer.get_extra_info("socket")
        size: int = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)
        return size > SMALL_SEGMENT

    async def _end(self, how: End) -> bool:
        """End the conversation, or its clear-text part."""
        match how:
            case End.HANDSHAKE if self._context is not None:
                if not self._wire.keeps_plaintext:
                    self._came = b""
                await self._writer.start_tls(self._context, ssl_handshake_timeout=PATIENCE)
                self._tls = True
                return True
            case End.MUTE:
                while await self._reader.read(LINE_LIMIT):
                    pass
            case End.RESET:
                linger = struct.pack("ii", 1, 0)  # on, no time: close() sends RST instead of FIN
                self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self._writer.transport.abort()
        return False

    async def _pause(self, seconds: float) -> None:
        """Wait, but no longer than the server lives nor after the client is gone."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        if self._stop.is_set() or self._writer.is_closing():
            raise EOFError
