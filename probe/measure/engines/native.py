"""Our own engine: ``probe.smtp`` over a socket, with nothing hidden.

In: a connected ``Link``. Out: ``Reply`` values with their octets, their facts and the time of their first line. What
goes wrong comes as ``ConversationError``. ``OurMistake`` of the core is a bug of ours and passes through.

A 421 nobody asked for is given as the reply to what would be sent next, and then is not: the server would not read it.
"""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import replace

from probe.grammar.enhanced_code import enhanced_code
from probe.grammar.text import clip, escape
from probe.measure.session import kept
from probe.measure.session.conversation import ConversationError
from probe.measure.transport.heartbeat import heartbeat
from probe.measure.transport.refusal import network_error
from probe.measure.transport.wire import Wire
from probe.model.network import Link
from probe.model.smtp import Reply
from probe.model.words import Failure, Family
from probe.smtp import replies
from probe.smtp.client import Answered, Broken, Client, Ended, Injected, Unasked
from probe.smtp.commands import command as command_of
from probe.smtp.content import FINAL_DOT

PIPELINING = True
_SHOWN = 200  # columns of the server's words in a detail


def converse(link: Link) -> "NativeConversation":
    """Take over the link's socket."""
    return NativeConversation(link)


class NativeConversation:
    """One conversation. ``heard``, ``secured`` and ``lost`` are the wire's to call, the rest the connector's."""

    __slots__ = (
        "_answers",
        "_client",
        "_end",
        "_family",
        "_heartbeat",
        "_loop",
        "_odd",
        "_secure",
        "_unasked",
        "_waiter",
        "_wire",
    )

    def __init__(self, link: Link) -> None:
        self._client = Client()
        self._wire = Wire(link.socket, self)
        self._family = Family.IPV6 if ":" in link.peer else Family.IPV4
        self._loop = asyncio.get_running_loop()
        self._heartbeat = heartbeat(self._loop)
        self._answers: list[Answered] = []
        self._unasked: list[str] = []
        self._odd: tuple[str, ...] = ()  # facts for the next reply
        self._end: tuple[Failure, str] | None = None
        self._secure = False
        self._waiter: asyncio.Future[bool] | None = None

    async def greeting(self, timeout: float) -> Reply:
        """Wait for the whole greeting."""
        self._wire.listen()
        return await self._reply(timeout)

    async def commands(self, group: Sequence[str], timeout: float) -> list[Reply]:
        """Send the commands at once, and wait for all their replies."""
        self.send(group)
        told = []
        for _ in group:
            told.append(await self.reply(timeout))  # noqa: PERF401 -- a comprehension that awaits costs a coroutine
        return told

    def send(self, group: Sequence[str]) -> None:
        """Send the commands at once; not, where the server has said goodbye: ``reply`` tells that."""
        if self._client.farewell is None and self._end is None:
            self._wire.send(self._client.send(*map(command_of, group), at=self._loop.time()))

    async def reply(self, timeout: float) -> Reply:
        """The next reply, or why none will come."""
        if not self._answers:
            farewell = self._farewell()
            if farewell is not None:
                return farewell
            if self._client.over:
                raise self._ended()
        return await self._reply(timeout)

    async def starttls(self, server_name: str | None, timeout: float) -> tuple[Reply, ssl.SSLObject | None]:
        """STARTTLS and the handshake, within ``timeout`` together; a refusal is a reply, not an error."""
        until = self._loop.time() + timeout
        reply = await self._ask("STARTTLS", timeout)
        if reply.code != 220:
            return reply, None
        try:
            if self._end is not None:
                raise self._ended(handshake=True)
            handshake = self._wire.secure(server_name)
            await self._wait(until - self._loop.time(), "the TLS handshake did not finish in time")
            if not self._secure:
                raise self._ended(handshake=True)
        except ssl.SSLError as error:
            raise ConversationError(Failure.TLS_HANDSHAKE, _tls_words(error), reply) from error
        except ConversationError as error:
            error.reply = replace(reply, facts=(*reply.facts, *map(str, dict.fromkeys(self._odd))))
            self._odd = ()
            raise
        return reply, handshake

    async def data(self, message: bytes, timeout: float) -> Reply:
        """The message and its final dot."""
        farewell = self._farewell()
        if farewell is not None:
            return farewell
        content = self._client.data(message)
        self._odd += content.facts
        self._wire.send(content.wire)
        return await self._reply(timeout)

    def unended(self, message: bytes) -> None:
        """The message without its final dot."""
        if self._end is None and self._client.farewell is None:
            self._wire.send(self._client.data(message).wire[: -len(FINAL_DOT)])

    async def close(self) -> None:
        """Let go of the socket now."""
        self._wire.close()

    def overheard(self) -> list[str]:
        """What the server said unasked since this was last called."""
        told, self._unasked = self._unasked, []
        return told

    @property
    def expectant(self) -> bool:
        """True while a reply, or the rest of a handshake, is still to come."""
        return self._client.expectant

    def heard(self, data: bytes) -> None:
        """Octets came in."""
        for event in self._client.receive(data, self._loop.time()):
            if isinstance(event, Answered):
                self._answers.append(event)
            else:
                self._note(event)
        if self._client.over:
            self._wire.deafen()
        if self._answers or self._end is not None:
            self._wake()

    def secured(self) -> None:
        """The handshake is done."""
        self._client.secured()
        self._secure = True
        self._wake()

    def lost(self, error: OSError) -> None:
        """The connection is gone."""
        if self._end is None:
            self._end = self._what_was_lost(error)
        self._wake()

    def _note(self, event: Unasked | Broken | Injected | Ended) -> None:
        match event:
            case Unasked(heard):
                self._unasked.append(clip(escape(heard.raw.rstrip(b"\r\n")), _SHOWN))
                self._odd += (replies.Fact.UNASKED,)
                if self._client.farewell is not None:
                    self._end = Failure.CLOSED, "the server had said goodbye"
            case Broken(replies.NotSmtp(line=line)):
                self._end = Failure.PROTOCOL, clip(escape(line.rstrip(b"\r\n")), _SHOWN)
            case Broken(replies.TooLong(limit=limit)):
                self._end = Failure.TOO_LONG, limit
            case Injected(raw):
                words = clip(escape(raw), _SHOWN)
                self._odd += (replies.Fact.INJECTED,)
                self._end = Failure.PROTOCOL, f"injected plaintext behind the 220 to STARTTLS: {words}"
            case Ended(unfinished):
                within = f" within a reply: {clip(escape(unfinished), _SHOWN)}" if unfinished else ""
                self._end = Failure.CLOSED, f"the server closed the connection{within}"

    async def _ask(self, text: str, timeout: float) -> Reply:
        [reply] = await self.commands([text], timeout)
        return reply

    def _farewell(self) -> Reply | None:
        """The 421 that came unasked, once; None where the conversation goes on. Else raises why it does not."""
        farewell = self._client.farewell
        if farewell is not None:
            self._client.farewell = None
            return self._told(farewell, None)
        if self._end is not None:
            raise self._ended()
        return None

    async def _reply(self, timeout: float) -> Reply:
        """The next reply, or why there is none."""
        began = self._loop.time()
        if not self._answers:
            await self._wait(timeout, "no whole reply in time")
        if not self._answers:
            raise self._ended()
        answer = self._answers.pop(0)
        return self._told(answer.reply, max(0.0, answer.first_line - began))

    async def _wait(self, timeout: float, late: str) -> None:
        """Until something happens. ``late`` is what to say when nothing does."""
        waiter = self._waiter = self._loop.create_future()
        self._heartbeat.limit(waiter, self._loop.time() + timeout)
        try:
            happened = await waiter
        finally:
            self._waiter = None
            self._heartbeat.release(waiter)
        if not happened:
            self._end = Failure.TIMEOUT, "an earlier reply never came"  # whatever came now would answer that
            raise ConversationError(Failure.TIMEOUT, late + self._meanwhile())

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(True)

    def _meanwhile(self) -> str:
        """What there is to say of a wait that was in vain."""
        said = self._client.unfinished
        part = f", only {clip(escape(said), _SHOWN)}" if said else ""
        warning = f"; meanwhile {self._wire.warning}" if self._wire.warning is not None else ""
        return part + warning

    def _ended(self, *, handshake: bool = False) -> ConversationError:
        failure, detail = self._end or (Failure.CLOSED, "the connection is closed")
        if handshake and failure in {Failure.CLOSED, Failure.RESET}:
            return ConversationError(Failure.TLS_HANDSHAKE, f"{detail} during the TLS handshake")
        return ConversationError(failure, detail, early=failure is Failure.TIMEOUT)

    def _what_was_lost(self, error: OSError) -> tuple[Failure, str]:
        if isinstance(error, ssl.SSLError):
            handshaking = not self._secure
            return (Failure.TLS_HANDSHAKE if handshaking else Failure.CLOSED), _tls_words(error)
        told = network_error(error, self._family)
        if told.failure is Failure.RESET:
            return Failure.RESET, "the server reset the connection"
        return told.failure, told.detail

    def _told(self, reply: replies.Reply, first_line: float | None) -> Reply:
        """A reply of the core as the measurement's noun."""
        lines = tuple([escape(line) for line in reply.lines])
        facts: tuple[str, ...] = ()
        if reply.facts or self._odd:
            facts = tuple(map(str, (*reply.facts, *dict.fromkeys(self._odd))))
            self._odd = ()
        if len(reply.raw) > kept.HARMLESS:
            lines, cut = kept.keep(lines)
            facts += (kept.CLIPPED,) if cut else ()
        seconds = None if first_line is None else round(first_line, 6)
        return Reply(reply.code, lines, enhanced_code(reply.code, lines[0]), reply.raw, facts, seconds)


def _tls_words(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLEOFError):
        return "the server closed the connection during the TLS handshake"
    reason = (error.reason or str(error)).replace("_", " ").lower()
    return f"TLS failed: {clip(escape(reason.encode()), _SHOWN)}"
