"""OpenSMTPD: ``f7a2e6aa567530c9 smtp connected address=[2001:db8::9] host=mx.example.net``.

In: records tagged ``smtpd``. Out: events. A conversation's lines share its session id; a message's id is eight
hexadecimal digits, which an envelope's id (sixteen) begins with, and which the 250 text tells the client. The client's
address stands only in the line of its connection, and no line holds a Message-ID.
"""

import re

from probe.grammar.log_envelope import Record
from probe.grammar.log_words import PATH, address, bare, known, named_by_next_hop, reply
from probe.model.log import Daemon, DeliveryStatus, LogEvent, LogKind

PROGRAM = re.compile(r"(?:open)?smtpd")

_SESSION = re.compile(
    r"(?P<id>[0-9a-f]{16}) (?P<side>smtp|mta|mda) (?:event=)?(?P<what>[a-z-]+(?: \w+-\w+)?)(?P<rest>.*)", re.DOTALL
)
# Before 6.0: the daemon's parts wrote sentences.
_OPENED = re.compile(
    r"smtp-in: New session (?P<id>[0-9a-f]{16}) from host (?P<name>\S{1,255}) \[(?P<address>[^\s\]]++)\]"
)
_TAKEN = re.compile(
    rf"smtp-in: Accepted message (?P<message>[0-9a-f]{{8}}) on session (?P<id>[0-9a-f]{{16}}): "
    rf"from=(?P<sender>{PATH})(?:, to=(?P<recipient>{PATH}))?"
)
_REFUSED = re.compile(r'smtp-in: Failed command on session (?P<id>[0-9a-f]{16}): ".{0,600}?" => (?P<text>.*)')
_CLOSED = re.compile(r"smtp-in: (?P<how>Closing|Received disconnect from) session (?P<id>[0-9a-f]{16})")
_TOLD = re.compile(
    r"(?P<by>delivery|relay): (?P<result>Ok|TempFail|PermFail) for (?P<envelope>[0-9a-f]{16}): (?P<rest>.*)", re.DOTALL
)
_COMMAS = re.compile(rf"(?:^|, )(?P<key>[a-z]+)=(?P<value>{PATH}|[^,]*+)")
# The last of a line (stat, result, reason) is free text; in quotes it may hold quotes.
_FIELD = re.compile(rf' (?P<key>[a-z]+)=(?P<value>{PATH}|"[^"]*+"|[^ ]*+)')
_FREE = re.compile(r' (?:stat|result|reason)=(?P<text>(?!"?(?:Ok|TempFail|PermFail|Loop)\b).*)', re.DOTALL)
_URL = re.compile(r"[a-z+]+://(?P<address>\[?[0-9A-Fa-f:.]++\]?|\S+?):(?P<port>[0-9]{1,5})")
_RELAY = re.compile(r"(?P<address>\[?[0-9A-Fa-f:.]++\]?)(?: \((?P<name>[^()]*+)\))?")
_RESULTS = {"Ok": DeliveryStatus.SENT, "TempFail": DeliveryStatus.DEFERRED, "PermFail": DeliveryStatus.BOUNCED}
_DELAY = re.compile(r"(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?")


def parse(record: Record) -> LogEvent | None:
    """Read one line of OpenSMTPD."""
    match = _SESSION.match(record.message)
    if match is None:
        return _sentence(record) or record.event(Daemon.OPENSMTPD, LogKind.OTHER, text=record.message)
    session, side, what, rest = match["id"], match["side"], match["what"], match["rest"]
    fields = {item["key"]: item["value"].strip('"') for item in reversed(list(_FIELD.finditer(rest)))}
    free = _FREE.search(rest)
    text = _unquoted(free["text"]) if free else None
    if side == "smtp":
        return _incoming(record, session, what, fields, text)
    if what == "delivery":
        return _delivery(record, session, fields, text, local=side == "mda")
    return _outgoing(record, session, what, fields, text)


def _sentence(record: Record) -> LogEvent | None:
    """A line as it was written before 6.0."""
    message = record.message
    if match := _OPENED.match(message):
        client, family = address(match["address"])
        return record.event(
            Daemon.OPENSMTPD, LogKind.CONNECT, session=match["id"], client=client, family=family,
            client_name=known(match["name"]),
        )  # fmt: skip
    if match := _TAKEN.match(message):
        return record.event(
            Daemon.OPENSMTPD, LogKind.RECEPTION, session=match["id"], queue_id=match["message"],
            sender=bare(match["sender"]), recipient=bare(match["recipient"]),
        )  # fmt: skip
    if match := _REFUSED.match(message):
        code, dsn = reply(match["text"])
        return record.event(
            Daemon.OPENSMTPD, LogKind.REJECT, session=match["id"], text=match["text"], code=code, dsn=dsn
        )
    if match := _CLOSED.match(message):
        kind = LogKind.DISCONNECT if match["how"] == "Closing" else LogKind.LOST
        return record.event(Daemon.OPENSMTPD, kind, session=match["id"])
    if match := _TOLD.match(message):
        stat = match["rest"].rpartition(", stat=")
        fields = {item["key"]: item["value"] for item in _COMMAS.finditer(stat[0])}
        fields |= {"evpid": match["envelope"], "result": match["result"]}
        session = fields.get("session", "")
        return _delivery(record, session, fields, stat[2], local=match["by"] == "delivery")
    return None


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _incoming(record: Record, session: str, what: str, fields: dict[str, str], text: str | None) -> LogEvent:
    match what:
        case "connected":
            client, family = address(fields.get("address"))
            name = known(fields.get("host"))
            return record.event(
                Daemon.OPENSMTPD, LogKind.CONNECT, session=session, client=client, family=family, client_name=name
            )
        case "disconnected" | "closed":
            kind = LogKind.DISCONNECT if text == "quit" else LogKind.LOST
            return record.event(Daemon.OPENSMTPD, kind, session=session, text=text)
        case "tls" | "starttls":
            return record.event(Daemon.OPENSMTPD, LogKind.TLS, session=session, tls=fields.get("ciphers"))
        case "message":
            client, family = address(fields.get("address"))  # 6.0 to 6.3 name the client in every line
            return record.event(
                Daemon.OPENSMTPD, LogKind.RECEPTION, session=session, queue_id=fields.get("msgid"), client=client,
                family=family, client_name=known(fields.get("host")), sender=bare(fields.get("from")),
                recipient=bare(fields.get("to")),
            )  # fmt: skip
        case "envelope":
            return record.event(
                Daemon.OPENSMTPD, LogKind.QUEUED, session=session, queue_id=_message(fields.get("evpid")),
                sender=bare(fields.get("from")), recipient=bare(fields.get("to")),
            )  # fmt: skip
        case "failed-command":
            code, dsn = reply(text or "")
            return record.event(Daemon.OPENSMTPD, LogKind.REJECT, session=session, text=text, code=code, dsn=dsn)
    return record.event(Daemon.OPENSMTPD, LogKind.OTHER, session=session, text=record.message)


def _message(envelope: str | None) -> str | None:
    return envelope[:8] if envelope and len(envelope) == 16 else envelope


def _delivery(record: Record, session: str, fields: dict[str, str], text: str | None, *, local: bool) -> LogEvent:
    status = _RESULTS.get(fields.get("result", ""))
    relay = _RELAY.fullmatch(fields.get("relay", ""))
    found, family = address(relay["address"]) if relay else (None, None)
    code, dsn = reply(text or "")
    rcpt = bare(fields.get("rcpt"))
    name = relay["name"] if relay else fields.get("relay")
    return record.event(
        Daemon.OPENSMTPD,
        LogKind.DELIVERY,
        session=session or None,
        queue_id=_message(fields.get("evpid")),
        next_queue_id=named_by_next_hop(text or "") if status is DeliveryStatus.SENT else None,
        sender=bare(fields.get("from")),
        recipient=bare(fields.get("to")),
        original_recipient=None if rcpt == "-" else rcpt,
        relay="local" if local else name,
        relay_address=found,
        relay_family=family,
        status=status,
        dsn=dsn,
        code=code,
        text=text,
        delay=_seconds(fields.get("delay", "")),
    )


def _outgoing(record: Record, session: str, what: str, fields: dict[str, str], text: str | None) -> LogEvent:
    """The other lines of a conversation with a next hop."""
    url = _URL.fullmatch(fields.get("address", ""))
    found, family = address(url["address"]) if url else (None, None)
    kind = {"tls": LogKind.TLS, "error": LogKind.UNREACHABLE}.get(what, LogKind.OTHER)
    return record.event(
        Daemon.OPENSMTPD, kind, session=session, relay=fields.get("host"), relay_address=found, relay_family=family,
        relay_port=int(url["port"]) if url else None, tls=fields.get("ciphers"),
        text=text if kind is LogKind.UNREACHABLE else what,
    )  # fmt: skip


def _seconds(text: str) -> float | None:
    match = _DELAY.fullmatch(text[:40])
    if match is None or not text:
        return None
    weights = (86400, 3600, 60, 1)
    return float(sum(int(number) * weight for number, weight in zip(match.groups(), weights, strict=True) if number))
