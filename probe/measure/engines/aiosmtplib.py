"""The second opinion: aiosmtplib on a socket we dialled ourselves.

In: a connected ``Link``. Out: ``Reply`` values. What goes wrong comes as ``ConversationError``; ``failure_of`` is the
whole table from the library's exceptions to our words, and an exception without a word there is a bug and is raised.

What this library hides, and the probe therefore cannot tell with this engine: the raw bytes of a reply (it strips each
line), codes that differ within one reply (the last wins), a second reply in the same segment, and the text of a 421
nobody asked for. So it is given one command at a time. It would throw away bytes after the 220 of STARTTLS, so we
listen there ourselves.
"""

import asyncio
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import cast

import aiosmtplib
from aiosmtplib import errors
from aiosmtplib.protocol import SMTPProtocol

from probe.grammar.enhanced_code import enhanced_code
from probe.grammar.text import clip, escape
from probe.measure.session.conversation import ConversationError
from probe.measure.session.kept import CLIPPED, keep
from probe.measure.transport.refusal import let_icmp_pass
from probe.measure.transport.tls import client_context
from probe.model.network import Link
from probe.model.smtp import Reply
from probe.model.words import Failure
from probe.smtp.content import FINAL_DOT, content
from probe.smtp.replies import Fact

PIPELINING = False  # of replies that come together it tells the first
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)  # Linux
_SHOWN = 200  # columns of the server's words in a detail
_MOST_HEARD = 65536  # octets; the library gives up at half of that
_MALFORMED = "Malformed SMTP response line: "
_UPGRADING = "while upgrading transport"


def converse(link: Link) -> "AiosmtplibConversation":
    """Take over the link's socket."""
    return AiosmtplibConversation(link)


class AiosmtplibConversation:
    """One conversation. The library's own EHLO, STARTTLS and DATA logic is passed by: the connector decides."""

    def __init__(self, link: Link) -> None:
        let_icmp_pass(link.socket)
        # sock: no look-up and no fall-back of its own. local_hostname: else it asks DNS for ours, in a thread.
        # start_tls=False: else it upgrades inside connect(), with a fresh 26 ms context each time.
        self._client = aiosmtplib.SMTP(
            sock=link.socket,
            hostname=None,
            port=None,
            local_hostname="localhost",
            start_tls=False,
            tls_context=client_context(),
        )
        self._socket = link.socket
        self._protocol: SMTPProtocol | None = None

    async def greeting(self, timeout: float) -> Reply:
        """Wait for the whole greeting."""
        try:
            answer = await self._client.connect(timeout=timeout)
        except errors.SMTPConnectResponseError as error:
            # A greeting other than 220; the library has closed the connection by now.
            return _reply(error.code, error.message)
        except (errors.SMTPException, OSError) as error:
            raise _told(error, handshake=False) from error
        _heed_cancellation()
        self._protocol = self._client.protocol
        return _reply(answer.code, answer.message)

    async def commands(self, group: Sequence[str], timeout: float) -> list[Reply]:
        """Send one command, or several at once, and wait for the replies."""
        if len(group) > 1:
            self.send(group)
            return [await self.reply(timeout) for _ in group]
        self._answer_at_once()
        try:
            answer = await self._client.execute_command(group[0].encode("ascii"), timeout=timeout)
        except (errors.SMTPException, OSError) as error:
            raise _told(error, handshake=False) from error
        finally:
            _heed_cancellation()
        return [_reply(answer.code, answer.message)]

    def send(self, group: Sequence[str]) -> None:
        """Send the commands at once. Replies that come in one segment the library keeps from us, but for the first."""
        self._answer_at_once()
        with suppress(ConversationError, errors.SMTPServerDisconnected):  # ``reply`` tells it
            self._speaking().write(b"".join(command.encode("ascii") + b"\r\n" for command in group))

    async def reply(self, timeout: float) -> Reply:
        """The next reply."""
        try:
            answer = await self._speaking().read_response(timeout=timeout)
        except (errors.SMTPException, OSError) as error:
            raise _told(error, handshake=False) from error
        finally:
            _heed_cancellation()
        return _reply(answer.code, answer.message)

    async def starttls(self, server_name: str | None, timeout: float) -> tuple[Reply, ssl.SSLObject | None]:
        """STARTTLS and the handshake; a refusal is a reply, not an error."""
        protocol = self._speaking()
        self._answer_at_once()
        listener = _Listener(protocol)
        try:
            answer = await protocol.start_tls(client_context(), server_hostname=server_name, timeout=timeout)
        except errors.SMTPResponseException as error:
            return _reply(error.code, error.message), None
        except (errors.SMTPException, OSError) as error:
            _refuse_injected(listener)
            handshake = _UPGRADING in str(error) or isinstance(error, ssl.SSLError)
            raise _told(error, handshake=handshake) from error
        finally:
            listener.leave()
        _heed_cancellation()
        _refuse_injected(listener)
        handle = protocol.transport.get_extra_info("ssl_object") if protocol.transport else None
        return _reply(answer.code, answer.message), handle

    async def data(self, message: bytes, timeout: float) -> Reply:
        """The message and its final dot. The library's own DATA hides the 354, so its two halves are used apart."""
        protocol = self._speaking()
        try:
            protocol.write(content(message, {}).wire)
            answer = await protocol.read_response(timeout=timeout)
        except (errors.SMTPException, OSError) as error:
            raise _told(error, handshake=False) from error
        _heed_cancellation()
        return _reply(answer.code, answer.message)

    def unended(self, message: bytes) -> None:
        """The message without its final dot."""
        with suppress(errors.SMTPServerDisconnected):  # that it is not acknowledged tells it
            self._speaking().write(content(message, {}).wire[: -len(FINAL_DOT)])

    def overheard(self) -> list[str]:
        """Nothing: the library throws it away."""
        return []

    async def close(self) -> None:
        """Abort: a TLS close would keep the descriptor 30 s when the peer does not answer close_notify."""
        protocol = self._protocol or self._client.protocol
        if protocol is not None and protocol.transport is not None:
            transport = protocol.transport
            # BaseTransport has no abort(); every stream transport does.
            getattr(transport, "abort", transport.close)()
        self._client.close()
        self._socket.close()

    def _answer_at_once(self) -> None:
        """Acknowledge what comes next without delay (tcp(7)), as soon as the command is on its way.

        A server that holds a reply back until its last segment is acknowledged (Nagle; Postfix after its TLS session
        ticket) would else wait for our delayed ACK, and 40 ms of our own making would stand in the reply's time.
        """
        if _QUICKACK is not None:
            asyncio.get_running_loop().call_soon(self._quickack, _QUICKACK)

    def _quickack(self, option: int) -> None:
        if self._socket.fileno() >= 0:
            self._socket.setsockopt(socket.IPPROTO_TCP, option, 1)

    def _speaking(self) -> SMTPProtocol:
        if self._protocol is None:
            raise ConversationError(Failure.CLOSED, "the connection is closed")
        return self._protocol


class _Listener(asyncio.Protocol):
    """Stands before the library's protocol while STARTTLS is answered, and passes everything on.

    With the handshake asyncio puts its own protocol on the transport, so what is heard here is in the clear.
    """

    def __init__(self, protocol: SMTPProtocol) -> None:
        self._protocol = protocol
        self._transport = cast("asyncio.Transport", protocol.transport)
        self.heard = b""
        self._transport.set_protocol(self)

    def leave(self) -> None:
        """Give the transport back, if there was no handshake."""
        if self._transport.get_protocol() is self:
            self._transport.set_protocol(self._protocol)

    def data_received(self, data: bytes) -> None:
        self.heard = (self.heard + data)[:_MOST_HEARD]
        self._protocol.data_received(data)

    def eof_received(self) -> bool | None:
        return self._protocol.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._protocol.connection_lost(exc)

    def pause_writing(self) -> None:
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        self._protocol.resume_writing()


def _refuse_injected(listener: _Listener) -> None:
    """Raise for octets behind the 220: whoever put them there, they were not protected (RFC 3207 4.2)."""
    lines = listener.heard.split(b"\n")
    last = next((place for place, line in enumerate(lines) if line[3:4] != b"-"), len(lines))
    behind = b"\n".join(lines[last + 1 :])
    if lines[0][:3] == b"220" and behind:
        code, *_ = lines[last][:3].split() or [b""]
        text = [line[4:].rstrip(b"\r").decode("utf-8", "surrogateescape") for line in lines[: last + 1]]
        reply = replace(_reply(int(code), "\n".join(text)), facts=(str(Fact.INJECTED),)) if code.isdigit() else None
        words = clip(escape(behind), _SHOWN)
        raise ConversationError(Failure.PROTOCOL, f"injected plaintext behind the 220 to STARTTLS: {words}", reply)


def failure_of(error: BaseException, *, handshake: bool) -> Failure | None:
    """Our word for what the library raised; None when it has none, which is a bug."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ConnectionResetError | BrokenPipeError) and not handshake:
            return Failure.RESET
        if isinstance(cause, TimeoutError) and cause.errno is not None:
            return Failure.TIMEOUT  # ETIMEDOUT: the kernel hung up, nobody acknowledged what we sent
        cause = cause.__cause__
    match error:
        case errors.SMTPResponseException(message=message) if "too long" in message:
            return Failure.TOO_LONG
        case errors.SMTPResponseException():
            return Failure.PROTOCOL
        case errors.SMTPTimeoutError():
            return Failure.TIMEOUT
        case ssl.SSLError():
            return Failure.TLS_HANDSHAKE
        case errors.SMTPServerDisconnected() | errors.SMTPConnectError():
            return Failure.TLS_HANDSHAKE if handshake else Failure.CLOSED
        case ConnectionError():
            return Failure.TLS_HANDSHAKE if handshake else Failure.CLOSED
        case TimeoutError():
            return Failure.TIMEOUT
        case _:
            return None


def _heed_cancellation() -> None:
    """Python 3.11's wait_for, which the library uses, drops a cancellation that meets a reply (cpython issue 86296)."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _told(error: errors.SMTPException | OSError, *, handshake: bool) -> ConversationError:
    failure = failure_of(error, handshake=handshake)
    if failure is None:
        raise error
    gone = failure is Failure.TIMEOUT and isinstance(error, errors.SMTPServerDisconnected)
    detail = "the system gave up waiting for an answer" if gone else _detail(error, failure, handshake=handshake)
    return ConversationError(failure, detail, early=gone)


def _detail(error: errors.SMTPException | OSError, failure: Failure, *, handshake: bool) -> str:
    """One line for people; what came from the network in it is escaped."""
    if isinstance(error, errors.SMTPResponseException):
        text = _escaped(error.message.removeprefix(_MALFORMED).rstrip("\r\n"))
        return text if failure is Failure.PROTOCOL else "the reply was longer than 32768 bytes, or a line than 8192"
    if isinstance(error, ssl.SSLError):
        reason = (error.reason or str(error)).replace("_", " ").lower()
        return f"TLS handshake failed: {_escaped(reason)}"
    return {
        Failure.TIMEOUT: "the TLS handshake did not finish in time" if handshake else "no whole reply in time",
        Failure.TLS_HANDSHAKE: "the server closed the connection during the TLS handshake",
        Failure.RESET: "the server reset the connection",
    }.get(failure, "the server closed the connection")


def _reply(code: int, message: str) -> Reply:
    if not 200 <= code <= 599:
        # The library takes whatever int() takes ("+22", "2_2"); RFC 5321 4.2 knows 2xx to 5xx.
        raise ConversationError(Failure.PROTOCOL, f"{code} {_escaped(message)}"[:200])
    lines, cut = keep([_escaped(line) for line in message.split("\n")])
    return Reply(code, lines, enhanced_code(code, lines[0]), facts=(CLIPPED,) if cut else ())


def _escaped(text: str) -> str:
    return escape(text.encode("utf-8", "surrogateescape"))
