"""Proof by receiving it ourselves: ``listen:PORT`` or ``listen:ADDR:PORT``, for a mail host that forwards to us.

In: where to listen, then tokens. Out: the message's headers and how many copies came. ``UsageError`` when the port
cannot be opened. Without an address both families are listened to, each with a socket of its own; a family this machine
does not have is left out.

The trace header put on top (RFC 5321 4.4) names the client as the socket does, so that its hop proves over which family
the mail host reached us. Only messages with a token in their headers are accepted, and each is only found by its own.
Anybody may connect, so all is bounded: connections at once, octets of a connection (aiosmtpd bounds no line in DATA),
size and number of messages, seconds without a command.
"""

import asyncio
import errno
import logging
import os
import re
import socket
import ssl
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from probe.address import family_of, literal
from probe.grammar import body
from probe.grammar.date_time import write
from probe.grammar.endpoint import listening
from probe.grammar.header import section
from probe.grammar.options import quoted
from probe.measure.proof.arrival import Found, Means
from probe.measure.proof.message import carries, is_ours
from probe.model.errors import UsageError
from probe.model.words import Family

CONNECTIONS = 32  # at once
MESSAGE_LIMIT = 1 << 20  # octets of one message
OCTET_LIMIT = 2 << 20  # octets of one connection
KEPT = 64  # messages of a run
MOST = 256 * 1024  # octets of a header section that are kept
PATIENCE = 60.0  # seconds without a command

_ANYWHERE = {Family.IPV6: "::", Family.IPV4: "0.0.0.0"}  # noqa: S104 - who says no address means all of them
_KINDS = {Family.IPV6: socket.AF_INET6, Family.IPV4: socket.AF_INET}
_ABSENT = {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL}
_LOG = "mail.log"  # of aiosmtpd, which else writes what strangers say to standard error
_QUIET = logging.NullHandler()
_ODD = re.compile(r"[^A-Za-z0-9.:\[\]-]")


@asynccontextmanager
async def watch(spec: str, _means: Means | None = None) -> AsyncIterator["Listen"]:
    """Listen for as long as the context lasts; on leaving, no connection and no task is left."""
    logging.getLogger(_LOG).addHandler(_QUIET)
    sockets = _sockets(spec)
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        for opened in sockets:
            stack.callback(opened.close)
        listen = Listen(spec, await asyncio.to_thread(_self_made))
        stack.push_async_callback(listen.end)
        for opened in sockets:
            server = await loop.create_server(listen.connected, sock=opened)
            stack.callback(server.close)
        yield listen


class Listen:
    """The receiver: what came, and who is connected. aiosmtpd calls the methods named ``handle``."""

    def __init__(self, name: str, context: ssl.SSLContext) -> None:
        self.name = name
        self._context = context
        self._kept: list[tuple[bytes, bool | None]] = []  # header section; whether the text is the one that was sent
        self._open: set[_Connection] = set()

    async def find(self, token: str) -> Found | None:
        """The message with ``token``, if it has come."""
        copies = [(headers, same) for headers, same in self._kept if carries(headers, token)]
        return Found(copies[0][0], len(copies), self.name, unchanged=copies[0][1]) if copies else None

    def connected(self) -> asyncio.Protocol:
        """Somebody is there: who serves the connection."""
        self._open = {one for one in self._open if not one.is_over}
        if len(self._open) >= CONNECTIONS:
            return _TurnedAway()
        one = _Connection(
            self,
            hostname="probe6",  # until the socket says which address this is; aiosmtpd would ask the resolver
            ident="probe6 receives its own test messages only",
            tls_context=self._context,
            data_size_limit=MESSAGE_LIMIT,
            timeout=PATIENCE,
            loop=asyncio.get_running_loop(),
        )
        self._open.add(one)
        return one

    async def end(self) -> None:
        """Drop every connection and wait for its task."""
        for _ in range(4):  # asyncio takes some turns from an accepted socket to a connection
            await asyncio.sleep(0)
        for one in self._open:
            one.abort()
        if tasks := [one.task for one in self._open if one.task]:
            await asyncio.wait(tasks)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the headers of a message of ours, with the trace header on top."""
        content = envelope.original_content or b""
        headers = section(content)[:MOST]
        if not is_ours(headers):
            return "550 5.7.1 Only test messages of probe6 are received here"
        if len(self._kept) >= KEPT:
            return "452 4.3.1 Enough messages for one run"
        number = len(self._kept) + 1
        self._kept.append((_trace(server, session, number) + headers, body.unchanged(content)))
        return f"250 2.0.0 Ok: queued as p6-{number}"

    async def handle_exception(self, error: Exception) -> str:
        """Answer instead of writing a trace to a terminal that others can make us write to."""
        return f"451 4.3.0 Local error: {type(error).__name__}"


class _Connection(SMTP):
    """aiosmtpd's protocol with a limit on what one connection may send, and an end that can be waited for."""

    _octets = 0

    @property
    def task(self) -> "asyncio.Task[None] | None":
        """The task aiosmtpd serves the connection in."""
        return self._handler_coroutine

    @property
    def is_over(self) -> bool:
        """True when nobody is there any more."""
        return self.task is not None and self.task.done()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Call ourselves by the address the client dialled: it is all that is certain. Comes again after STARTTLS."""
        self.hostname = literal(_address(transport.get_extra_info("sockname")))
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Count what comes, in clear or out of TLS."""
        self._octets += len(data)
        if self._octets > OCTET_LIMIT:
            self.abort()
        else:
            super().data_received(data)

    def abort(self) -> None:
        """Drop the connection without a word."""
        for transport in (self.transport, self._original_transport):
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()


class _TurnedAway(asyncio.Protocol):
    """One connection too many: a sender comes again after a 421 (RFC 5321 3.8)."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.WriteTransport):
            transport.write(b"421 4.3.2 Too many connections\r\n")
            transport.close()


def _trace(server: SMTP, session: Session, number: int) -> bytes:
    """The Received header of this receiver, in the form of Postfix. Of what the client says only its name is told."""
    name = _ODD.sub("?", str(session.host_name))[:255]
    protocol = ("ESMTPS" if session.ssl else "ESMTP") if session.extended_smtp else "SMTP"
    return (
        f"Received: from {name} (unknown {literal(_address(session.peer))})\r\n"
        f"\tby {server.hostname} (probe6) with {protocol} id p6-{number};\r\n"
        f"\t{write(datetime.now(UTC))}\r\n"
    ).encode("ascii")


def _address(name: Any) -> str:
    """The address in the name of a socket, without the zone a link-local one has."""
    return str(name[0]).partition("%")[0]


def _sockets(spec: str) -> list[socket.socket]:
    """The sockets, bound. ``UsageError`` when there is no such address here, or the port is somebody else's."""
    try:
        address, port = listening(spec.partition(":")[2])
    except UsageError as error:
        raise UsageError(f"listen: {error}") from None
    wanted = _ANYWHERE if address is None else {family_of(address): address}
    opened: list[socket.socket] = []
    reason = "no address of either family"
    for family, place in wanted.items():
        try:
            opened.append(socket.create_server((place, port), family=_KINDS[family]))
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            if address is None and error.errno in _ABSENT:
                continue
            for one in opened:
                one.close()
            raise UsageError(f"{quoted(spec)}: cannot listen at {place} port {port}: {reason}") from None
    if not opened:
        raise UsageError(f"{quoted(spec)}: cannot listen at port {port}: {reason}")
    return opened


def _self_made() -> ssl.SSLContext:
    """TLS with a key and certificate of the moment: mail hosts encrypt to whoever offers it (RFC 7435)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "probe6 receiver")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=7))
    certificate = builder.sign(key, hashes.SHA256())
    form = serialization.Encoding.PEM
    bare = serialization.NoEncryption()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as directory:  # of mode 0700; OpenSSL reads keys from files only
        file = Path(directory) / "receiver.pem"
        key_text = key.private_bytes(form, serialization.PrivateFormat.PKCS8, bare)
        file.write_bytes(key_text + certificate.public_bytes(form))
        context.load_cert_chain(file)
    return context
