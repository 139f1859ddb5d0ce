"""A conversation with nothing between us and the octets, for what no sender would say (``injection``, ``smuggling``).

In: a connected ``Link``. Out: replies, in the order they came, and whatever came in the clear behind a 220 to STARTTLS.
What the server or the network does wrong is ``ConversationError``. Bounded as every conversation: a line, a reply and
all that is heard have their limits, and every wait its time, in seconds.
"""

import asyncio
import ssl
from collections import deque

from probe.grammar.enhanced_code import enhanced_code
from probe.grammar.text import clip, escape
from probe.measure.session import kept
from probe.measure.session.conversation import ConversationError
from probe.measure.transport.refusal import network_error
from probe.measure.transport.wire import Wire
from probe.model.network import Link
from probe.model.smtp import Reply
from probe.model.words import Failure, Family
from probe.smtp import replies

MOST_OCTETS = 131072  # heard in one conversation
_SHOWN = 200  # columns of the server's words in a detail


class Rough:
    """One conversation. ``heard``, ``secured`` and ``lost`` are the wire's to call."""

    def __init__(self, link: Link) -> None:
        self._family = Family.IPV6 if ":" in link.peer else Family.IPV4
        self._wire = Wire(link.socket, self)
        self._reader = replies.ReplyReader()
        self._replies: deque[Reply] = deque()
        self._end: tuple[Failure, str] | None = None
        self._room = MOST_OCTETS
        self._secure = False
        self._happened = asyncio.Event()
        self._wire.listen()

    @property
    def expectant(self) -> bool:
        """For the wire: something is still to come."""
        return self._end is None

    def send(self, data: bytes) -> None:
        """These octets, in as few segments as they fit."""
        if self._end is None:
            self._wire.send(data)

    async def reply(self, timeout: float) -> Reply:
        """The next reply, or why there is none."""
        try:
            async with asyncio.timeout(timeout):
                while not self._replies and self._end is None:
                    self._happened.clear()
                    await self._happened.wait()
        except TimeoutError:
            raise ConversationError(Failure.TIMEOUT, "no whole reply in time") from None
        if self._replies:
            return self._replies.popleft()
        raise ConversationError(*self._over())

    async def secure(self, server_name: str | None, timeout: float) -> ssl.SSLObject:
        """The handshake; what was said in the clear is forgotten with it (``in_clear`` tells it before)."""
        self._replies.clear()
        self._reader = replies.ReplyReader()
        if self._end is not None:
            raise ConversationError(*self._over())
        handshake = self._wire.secure(server_name)
        try:
            async with asyncio.timeout(timeout):
                while not self._secure and self._end is None:
                    self._happened.clear()
                    await self._happened.wait()
        except TimeoutError:
            raise ConversationError(Failure.TIMEOUT, "the TLS handshake did not finish in time") from None
        if not self._secure:
            raise ConversationError(*self._over())
        return handshake

    def in_clear(self) -> str:
        """What has come by now and nobody asked for, escaped; empty when that is nothing."""
        words = [f"{reply.code} {reply.text}" for reply in self._replies]
        words += [escape(self._reader.unfinished)] if self._reader.unfinished else []
        return clip(" / ".join(words), _SHOWN)

    def close(self) -> None:
        """Let go of the socket now."""
        self._wire.close()

    def heard(self, data: bytes) -> None:
        """Octets came in."""
        self._room -= len(data)
        if not data:
            self._finish(Failure.CLOSED, "the server closed the connection")
        elif self._room < 0:
            self._finish(Failure.TOO_LONG, f"more than {MOST_OCTETS} octets in one conversation")
        else:
            self._reader.feed(data)
            while self._end is None and (found := self._reader.next()) is not None:
                self._sort(found)
        self._happened.set()

    def secured(self) -> None:
        """The handshake is done."""
        self._secure = True
        self._happened.set()

    def lost(self, error: OSError) -> None:
        """The connection is gone."""
        if isinstance(error, ssl.SSLEOFError):
            self._finish(Failure.CLOSED, "the server closed the connection inside TLS, or on the way there")
        elif isinstance(error, ssl.SSLError):
            reason = (error.reason or str(error)).replace("_", " ").lower()
            failure = Failure.CLOSED if self._secure else Failure.TLS_HANDSHAKE
            self._finish(failure, f"TLS failed: {clip(escape(reason.encode()), _SHOWN)}")
        else:
            told = network_error(error, self._family)
            self._finish(told.failure, told.detail)
        self._happened.set()

    def _sort(self, found: replies.Heard) -> None:
        match found:
            case replies.Reply():
                self._replies.append(_told(found))
            case replies.NotSmtp(line=line):
                self._finish(Failure.PROTOCOL, clip(escape(line.rstrip(b"\r\n")), _SHOWN))
            case replies.TooLong(limit=limit):
                self._finish(Failure.TOO_LONG, limit)

    def _finish(self, failure: Failure, detail: str) -> None:
        if self._end is None:
            self._end = failure, detail
            self._wire.deafen()

    def _over(self) -> tuple[Failure, str]:
        return self._end or (Failure.CLOSED, "the connection is closed")


def _told(reply: replies.Reply) -> Reply:
    """A reply of the core as the measurement's noun."""
    lines, cut = kept.keep([escape(line) for line in reply.lines])
    facts = (*map(str, reply.facts), *((kept.CLIPPED,) if cut else ()))
    return Reply(reply.code, lines, enhanced_code(reply.code, lines[0]), reply.raw, facts)
