"""The lab's mail server that keeps to the protocol: aiosmtpd with a postmaster's policy and a mailbox behind it.

In goes a ``Mail`` and where its messages go, what it does is SMTP with STARTTLS on one loopback listener. Each message
gets the trace header Postfix writes, naming the client the connection stands for in the lab. Bounded: a connection may
send ``OCTET_LIMIT`` octets in all and be idle for ``PATIENCE`` seconds (aiosmtpd itself does not bound a line in DATA).
"""

import asyncio
import itertools
import logging
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from email.utils import format_datetime

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from probe.address import literal
from probe.grammar.header import fields, section
from probe.lab.faults import Mail, ehlo_lines
from probe.lab.listening import ClientOf, close

# Where nobody set up logging, Python prints what aiosmtpd warns of: clients that hang up, which is what a lab is for.
logging.getLogger("mail.log").addHandler(logging.NullHandler())

MESSAGE_LIMIT = 10_240_000
OCTET_LIMIT = 2 * MESSAGE_LIMIT
PATIENCE = 30.0  # seconds
SETTLING = 60  # seconds a greylisted client is told to wait; how long it must is the scenario's


class Postmaster:
    """The policy of one server and where its mail goes; aiosmtpd calls a method for each verb.

    ``deliver`` stores a message; ``client_of`` and ``client_name`` say whom a connection stands for and its confirmed
    name; ``now`` is the time for trace headers; ``write`` adds to the mail log (host, service, words). The state
    (greylist, serial numbers) is that of all its listeners.
    """

    def __init__(
        self,
        mail: Mail,
        deliver: Callable[[bytes, str], object],
        client_of: ClientOf,
        client_name: Callable[[str], str | None],
        now: Callable[[], datetime],
        write: Callable[[str, str, str], object] | None = None,
    ) -> None:
        self.mail = mail
        self._deliver = deliver
        self._client_of = client_of
        self._client_name = client_name
        self._now = now
        self._write = write if mail.logs else None
        self._names = itertools.cycle(mail.names)
        self._serial = itertools.count(0xA1B2C3D4E5, 7919)
        self._first_seen: dict[tuple[str, str, str], float] = {}
        self._timers: list[asyncio.TimerHandle] = []

    def next_name(self) -> str:
        """The name the next connection is greeted with."""
        return next(self._names)

    def log(self, service: str, text: str) -> None:
        """A line for the mail log, at once or as late as the scenario says."""
        if self._write is None:
            return
        host = self.mail.names[0].partition(".")[0]
        if self.mail.log_delay:
            loop = asyncio.get_running_loop()
            self._timers.append(loop.call_later(self.mail.log_delay, self._write, host, service, text))
        else:
            self._write(host, service, text)

    def log_call(self, verb: str, peer: object) -> None:
        """That a client connected or left."""
        self.log("smtpd", f"{verb} from {self._seen(self._client_of(peer))}")

    def cancel(self) -> None:
        """Forget the messages that are accepted and not yet delivered, and the lines not yet written."""
        for timer in self._timers:
            timer.cancel()

    async def handle_EHLO(  # noqa: N802 (aiosmtpd finds a hook by its verb)
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, _responses: list[str]
    ) -> list[str]:
        """Replace aiosmtpd's own list, so that a broken server beside this one can offer exactly the same."""
        session.host_name = hostname
        greeting = str(server.hostname)
        if self.mail.echo:
            client = self._client(session)
            greeting += f" Hello {self._client_name(client) or hostname} [{self.mail.seen_as or client}]"
        offered = server.tls_context is not None and session.ssl is None
        capabilities = self.mail.capabilities
        if self.mail.login is not None and session.ssl is not None:
            capabilities = (*capabilities, "AUTH PLAIN LOGIN")
        return list(ehlo_lines(capabilities, greeting, starttls=offered))

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: LoginPassword
    ) -> AuthResult:
        """AUTH: the one user with the one password."""
        known = tuple(item.encode() for item in self.mail.login or ())
        return AuthResult(success=(given.login, given.password) == known, handled=False)

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Any sender will do, the null reverse-path included."""
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Say yes, or why not."""
        refusal = self._refusal(session, envelope, address)
        if refusal is None:
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
            return "250 2.1.5 Ok"
        sender = str(envelope.mail_from).strip("<>")
        where = f"reject: RCPT from {self._seen(self._client(session))}: {refusal}"
        protocol = "ESMTP" if session.extended_smtp else "SMTP"
        self.log(
            "smtpd", f"NOQUEUE: {where}; from=<{sender}> to=<{address}> proto={protocol} helo=<{session.host_name}>"
        )
        return refusal

    def _refusal(self, session: Session, envelope: Envelope, address: str) -> str | None:
        """Postfix's order: the client first, then the recipient, then whether it has been here before."""
        client = self._client(session)
        if self.mail.wants_ptr and self._client_name(client) is None:
            return f"550 5.7.25 Client host rejected: cannot find your hostname, [{client}]"
        if self.mail.refusal:
            return self.mail.refusal
        if self.mail.relays_for is not None and client not in self.mail.relays_for and not session.authenticated:
            return f"554 5.7.1 <{address}>: Relay access denied"
        if not self._is_own(address):
            return None if self.mail.relays else self.mail.elsewhere
        if address.lower() not in self.mail.mailboxes and not self.mail.catches_all:
            return f"550 5.1.1 <{address}>: Recipient address rejected: User unknown in local recipient table"
        if self._too_early(client, str(envelope.mail_from), address):
            return f"450 4.2.0 <{address}>: Recipient address rejected: Greylisted, try again in {SETTLING} seconds"
        return None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the message; deliver as many copies as the scenario says, at once or later."""
        queue_id = f"{next(self._serial):X}"
        content = envelope.original_content or b""
        self.log("smtpd", f"{queue_id}: client={self._seen(self._client(session))}")
        self.log("cleanup", f"{queue_id}: message-id={_message_id(content)}")
        sender = str(envelope.mail_from).strip("<>")
        size, count = len(content), len(envelope.rcpt_tos)
        self.log("qmgr", f"{queue_id}: from=<{sender}>, size={size}, nrcpt={count} (queue active)")
        for recipient in envelope.rcpt_tos:
            message = self._trace(server, session, envelope, recipient, queue_id) + content + self.mail.footer.encode()
            folder = self.mail.folder
            if self.mail.bounce is not None:
                message, folder = self._report(server, envelope, recipient, message), ""
            for _ in range(self.mail.copies):
                if self.mail.delay:
                    loop = asyncio.get_running_loop()
                    self._timers.append(loop.call_later(self.mail.delay, self._deliver, message, folder))
                else:
                    self._deliver(message, folder)
            self._log_ending(queue_id, recipient)
            if self.mail.answers:
                self._deliver(self._vacation(envelope, recipient, content), "")
        return f"250 2.0.0 Ok: queued as {queue_id}"

    def _log_ending(self, queue_id: str, recipient: str) -> None:
        end = self.mail.ending
        times = "delay=0.01, delays=0.01/0/0/0"
        self.log(
            end.service,
            f"{queue_id}: to=<{recipient}>, relay={end.relay}, {times}, dsn={end.dsn}, status={end.status}",
        )
        if not end.status.startswith("deferred"):
            self.log("qmgr", f"{queue_id}: removed")

    def _seen(self, client: str) -> str:
        """The client as this server sees it, in the form of its log."""
        if self.mail.seen_as:
            return f"unknown[{self.mail.seen_as}]"
        return f"{self._client_name(client) or 'unknown'}[{client}]"

    def _client(self, session: Session) -> str:
        return self._client_of(session.peer)

    def _is_own(self, address: str) -> bool:
        """True for a mailbox in a domain of this server's; one that has no mailbox at all does not know its domain."""
        domains = {mailbox.rpartition("@")[2] for mailbox in self.mail.mailboxes}
        return not domains or address.lower().rpartition("@")[2] in domains

    def _too_early(self, client: str, sender: str, recipient: str) -> bool:
        """True while this client, sender and recipient have not been known for long enough (RFC 6647 2.1)."""
        now = time.monotonic()
        return now - self._first_seen.setdefault((client, sender, recipient), now) < self.mail.greylist

    def _trace(self, server: SMTP, session: Session, envelope: Envelope, recipient: str, queue_id: str) -> bytes:
        """The headers Postfix puts on top (RFC 5321 4.4): the client as this server sees it, not as it says."""
        client = self._client(session)
        seen = self.mail.seen_as or client
        name = (None if self.mail.seen_as else self._client_name(client)) or "unknown"
        protocol = "ESMTP" if session.extended_smtp else "SMTP"
        if session.ssl is not None and not self.mail.in_clear:
            protocol = "ESMTPS"
        sender = str(envelope.mail_from).strip("<>")
        results = f"Authentication-Results: {self.mail.results}\r\n" if self.mail.results else ""
        return (
            f"Return-Path: <{sender}>\r\n"
            f"Delivered-To: {recipient}\r\n"
            f"{results}"
            f"Received: from {self.mail.heard_as or session.host_name} ({name} {literal(seen)})\r\n"
            f"\tby {server.hostname} (Postfix) with {protocol} id {queue_id}\r\n"
            f"\tfor <{recipient}>; {format_datetime(self._now())}\r\n"
            f"{self.mail.beneath}"
        ).encode()

    def _vacation(self, envelope: Envelope, recipient: str, content: bytes) -> bytes:
        """An answer of somebody who is away (RFC 3834), with the text of the message in it."""
        return (
            f"Return-Path: <>\r\nDelivered-To: {str(envelope.mail_from).strip('<>')}\r\nFrom: {recipient}\r\n"
            "Subject: Undeliverable: away until Monday\r\nAuto-Submitted: auto-replied\r\n\r\nYou wrote:\r\n\r\n"
        ).encode() + content

    def _report(self, server: SMTP, envelope: Envelope, recipient: str, message: bytes) -> bytes:
        """What the sender gets when the message failed after it was accepted (RFC 3464)."""
        header = message.partition(b"\r\n\r\n")[0].decode("ascii", "replace")
        return (
            f"Return-Path: <>\r\nDelivered-To: {str(envelope.mail_from).strip('<>')}\r\n"
            f"From: MAILER-DAEMON@{server.hostname}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            f"--b\r\n\r\n<{recipient}>: {self.mail.bounce}\r\n"
            "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            f"Reporting-MTA: dns; {server.hostname}\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\n"
            f"Action: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; {self.mail.bounce}\r\n"
            f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{header}\r\n--b--\r\n"
        ).encode()


def _message_id(content: bytes) -> str:
    found = (value for name, value in fields(section(content)) if name == "message-id")
    return next(found, b"<>").decode("ascii", "replace").strip()


class _Bounded(SMTP):
    """aiosmtpd's protocol with a limit on what one connection may send, and an end that can be waited for."""

    _octets = 0
    _peer: object = None

    @property
    def task(self) -> "asyncio.Task[None] | None":
        """The task aiosmtpd serves the connection in."""
        return self._handler_coroutine

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is there; comes again after STARTTLS."""
        if self._peer is None:
            self._peer = transport.get_extra_info("peername")
            self.event_handler.log_call("connect", self._peer)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Nobody is there any more."""
        self.event_handler.log_call("disconnect", self._peer)
        super().connection_lost(error)

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


@asynccontextmanager
async def mailserver(postmaster: Postmaster, host: str, context: ssl.SSLContext | None) -> AsyncIterator[int]:
    """Serve on ``host``; yields the port. On leaving, no connection and no task is left."""
    loop = asyncio.get_running_loop()
    sessions: set[_Bounded] = set()

    def connected() -> _Bounded:
        sessions.difference_update([session for session in sessions if session.task and session.task.done()])
        session = _Bounded(
            postmaster,
            hostname=postmaster.next_name(),  # without it aiosmtpd asks the system's resolver, and waits
            ident=postmaster.mail.software,
            tls_context=context,
            authenticator=postmaster.authenticate,
            data_size_limit=MESSAGE_LIMIT,
            timeout=PATIENCE,
            loop=loop,
        )
        sessions.add(session)
        return session

    server = await loop.create_server(connected, host, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        postmaster.cancel()
        await close(server, lambda: sessions)
