"""What a mail log says: one event per line, and the way of one message through it. Texts are already escaped."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from probe.model.words import Family


class Daemon(StrEnum):
    """The software that wrote a line."""

    POSTFIX = "postfix"
    EXIM = "exim"
    OPENSMTPD = "opensmtpd"
    SENDMAIL = "sendmail"
    DOVECOT = "dovecot"


class LogKind(StrEnum):
    """What a line is about."""

    CONNECT = "connect"  # a client connected
    DISCONNECT = "disconnect"  # and left in order
    LOST = "lost"  # and was lost: connection broken, timed out, nothing asked for
    TLS = "tls"  # a handshake succeeded or failed, with a client or with a next hop
    POSTSCREEN = "postscreen"  # a verdict about a client before it may speak to the server
    REJECT = "reject"  # a command or a message was refused, for now or for good
    RECEPTION = "reception"  # a message got its queue id; says who the client is
    MESSAGE_ID = "message-id"  # the Message-ID of a queue id
    QUEUED = "queued"  # the message, or one envelope of it, is in the queue
    UNREACHABLE = "unreachable"  # no conversation with a next hop came about
    DELIVERY = "delivery"  # what became of one recipient; ``status`` says it
    HELD = "held"  # a rule put the message aside: it goes nowhere until the operator lets it go
    REDIRECTED = "redirected"  # a rule gave the message another recipient
    NOTIFICATION = "notification"  # the sender is told about a failure, a delay or a success
    CANCELED = "canceled"  # the queue id was given up before the message was accepted
    REMOVED = "removed"  # the message left the queue
    OTHER = "other"  # a line of a mail daemon that says none of this


class DeliveryStatus(StrEnum):
    """What became of one recipient, in the words Postfix has for it."""

    SENT = "sent"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    EXPIRED = "expired"  # given up after the time a message may stay in the queue
    DISCARDED = "discarded"  # thrown away on purpose
    DELIVERABLE = "deliverable"  # a probe of an address, no message
    UNDELIVERABLE = "undeliverable"


class Fate(StrEnum):
    """What became of a message as far as the log tells."""

    DELIVERED = "delivered"  # every recipient's last line says so
    DEFERRED = "deferred"  # one recipient at least is still waited for
    UNKNOWN = "unknown"  # it was seen, and nothing says how it ended
    FAILED = "failed"  # bounced, expired or discarded for one recipient at least
    REJECTED = "rejected"  # it was never accepted


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One line of a mail log. What it does not say is None.

    ``time`` is UTC. ``queue_id`` is the daemon's own (Dovecot: the LMTP session, which is what it tells the client);
    ``next_queue_id`` what the next hop called the message, or the id of the notification; ``previous_queue_id`` the id
    before a content filter. ``session`` ties the lines of one conversation together where a daemon does so.
    ``client`` and ``relay_address`` are RFC 5952 text; ``family`` is the client's, ``relay_family`` the next hop's.
    ``recipient`` holds all addresses of the line, joined by commas. ``code`` and ``dsn`` are of the reply or status,
    ``delay`` in seconds since the message came in. ``raw`` is the line (a journal entry: its message).
    """

    raw: str
    daemon: Daemon
    kind: LogKind
    time: datetime | None = None
    host: str | None = None
    program: str | None = None
    pid: int | None = None
    queue_id: str | None = None
    next_queue_id: str | None = None
    previous_queue_id: str | None = None
    session: str | None = None
    message_id: str | None = None
    client: str | None = None
    client_name: str | None = None
    client_port: int | None = None
    family: Family | None = None
    helo: str | None = None
    sender: str | None = None
    recipient: str | None = None
    original_recipient: str | None = None
    relay: str | None = None
    relay_address: str | None = None
    relay_port: int | None = None
    relay_family: Family | None = None
    status: DeliveryStatus | None = None
    dsn: str | None = None
    code: int | None = None
    text: str | None = None
    tls: str | None = None
    delay: float | None = None


@dataclass(frozen=True, slots=True)
class LogChain:
    """One message's way through the log: its lines in order, the queue ids in the order it got them.

    ``client`` and ``family`` are those of the first reception: how the message came in from outside.
    """

    fate: Fate
    events: tuple[LogEvent, ...]
    queue_ids: tuple[str, ...] = ()
    client: str | None = None
    client_name: str | None = None
    family: Family | None = None
