"""One GET over HTTPS on a connection of our own dialling: verified (RFC 9525, PKIX), bounded, no redirect followed.

In: a host, a path, and one address to ask. Out: a ``PolicyFetch`` with what came or why nothing did. HTTP/1.1 is h11's
(RFC 9112), the connection is dialled by the ``Network``, so that each family is asked by itself and nothing falls back.
Wrong: ``UsageError`` for an unreadable ``--ca`` file; all else is data. Seconds and octets.
"""

import asyncio
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, replace

import h11

from probe.grammar.text import clip, escape
from probe.measure.transport.tlslayer import TlsLayer
from probe.model.errors import NetworkError, UsageError
from probe.model.network import Endpoint, Network
from probe.model.policies import PolicyFetch
from probe.model.version import VERSION
from probe.model.words import Failure

_MOST_HEADERS = 16384  # octets of a response's head
_PIECE = 16384
_SHOWN = 200  # columns of a text from the server


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: ``https://host/path``, at most ``most`` octets of it, verified with ``context``."""

    host: str
    path: str
    most: int
    context: ssl.SSLContext


def verifying_context(ca_file: str | None) -> ssl.SSLContext:
    """Trust anchors of ``ca_file`` or the system's; names by subjectAltName alone. It reads files: for a thread."""
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(f"--ca {ca_file}: not a readable file of PEM certificates") from error
    context.hostname_checks_common_name = False
    context.set_alpn_protocols(["http/1.1"])
    return context


async def fetch(
    network: Network, question: Question, endpoint: Endpoint, bound: str | None, connect: float, rest: float
) -> PolicyFetch:
    """Ask ``endpoint`` within ``connect`` seconds for the connection and ``rest`` for all that follows."""
    started = network.monotonic()
    found = PolicyFetch(endpoint.family, endpoint.address, 0.0)
    try:
        link = await network.dial(endpoint, bound, connect)
    except NetworkError as error:
        found = replace(found, failure=error.failure, detail=error.detail)
    else:
        found = await _answer(link.socket, question, found, rest)
    return replace(found, elapsed=round(network.monotonic() - started, 6))


async def _answer(sock: socket.socket, question: Question, found: PolicyFetch, rest: float) -> PolicyFetch:
    """TLS, the request and its answer."""
    layer = TlsLayer(question.host, question.context)
    try:
        async with asyncio.timeout(rest):
            await _shake(sock, layer)
            return await _exchange(sock, layer, question, found)
    except TimeoutError:
        what = "no whole answer came" if layer.established else "the TLS handshake did not end"
        return replace(found, failure=Failure.TIMEOUT, detail=f"{what} within {rest:g} s")
    except ssl.SSLCertVerificationError as error:
        return replace(found, failure=Failure.TLS_CERTIFICATE, detail=clip(error.verify_message, _SHOWN))
    except h11.ProtocolError as error:
        return replace(found, failure=Failure.PROTOCOL, detail=clip(f"no HTTP: {error}", _SHOWN))
    except OSError as error:
        if layer.established:
            failure = Failure.RESET if isinstance(error, ConnectionResetError) else Failure.CLOSED
            return replace(found, failure=failure, detail="the server hung up before its answer was whole")
        words = "the server hung up in the TLS handshake"
        if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
            words = clip((error.reason or str(error)).replace("_", " ").lower(), _SHOWN)
        return replace(found, failure=Failure.TLS_HANDSHAKE, detail=words)
    finally:
        sock.close()


async def _shake(sock: socket.socket, layer: TlsLayer) -> None:
    """The handshake; when OpenSSL gives up, the server is told why."""
    try:
        while not layer.shake():
            await _send(sock, layer)
            layer.receive(await asyncio.get_running_loop().sock_recv(sock, _PIECE))
    except ssl.SSLError:
        with suppress(OSError):
            await _send(sock, layer)
        raise


async def _send(sock: socket.socket, layer: TlsLayer) -> None:
    await asyncio.get_running_loop().sock_sendall(sock, layer.outgoing())


async def _exchange(sock: socket.socket, layer: TlsLayer, question: Question, found: PolicyFetch) -> PolicyFetch:
    """Send the request; read the answer as far as ``most`` octets of its body."""
    http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MOST_HEADERS)
    request = h11.Request(
        method="GET",
        target=question.path,
        headers=[
            ("Host", question.host),
            ("User-Agent", f"probe6/{VERSION}"),
            ("Accept", "text/plain"),
            ("Connection", "close"),
        ],
    )
    layer.send((http.send(request) or b"") + (http.send(h11.EndOfMessage()) or b""))
    await _send(sock, layer)
    body = bytearray()
    while True:
        match _next(http):
            case h11.NEED_DATA:
                layer.receive(await asyncio.get_running_loop().sock_recv(sock, _PIECE))
                for text in layer.texts():
                    http.receive_data(text)
            case h11.InformationalResponse():
                pass
            case h11.Response() as answer:
                found = _told(answer, found)
                if found.status != 200:
                    return found  # RFC 8461 3.3: nothing but a 200 counts, and what it says is nobody's policy
            case h11.Data(data=data):
                body += data
                if len(body) > question.most:
                    return replace(found, failure=Failure.TOO_LONG, detail=f"more than {question.most} octets")
            case h11.EndOfMessage():
                return replace(found, body=bytes(body))


def _next(http: h11.Connection) -> object:
    """What comes next in the answer. A server that hangs up too early is not one that speaks no HTTP."""
    waiting, closed = http.trailing_data
    within = http.their_state is h11.SEND_BODY
    try:
        return http.next_event()
    except h11.RemoteProtocolError:
        if closed and (within or not waiting):
            raise ConnectionError("hung up") from None
        raise


def _told(answer: h11.Response, found: PolicyFetch) -> PolicyFetch:
    headers = {name: clip(escape(value), _SHOWN) for name, value in reversed(list(answer.headers))}
    media = headers.get(b"content-type", "").partition(";")[0].strip().lower()
    location = headers.get(b"location") if 300 <= answer.status_code < 400 else None
    return replace(found, status=answer.status_code, media_type=media or None, location=location)
