"""Exim: ``2026-11-22 18:00:01 1tsNIS-00000002QEt-2cM2 <= user@example.net H=mx.example.net [2001:db8::9] P=esmtps``.

In: records tagged ``exim`` (the time is then written twice), or without a tag from Exim's own files. Out: events; a
line without a tag that shows no sign of Exim is None. Flags and fields are those of the specification's chapter on log
files; ids have 16 characters, since 4.97 they have 23. rejectlog's first lines are those of the main log.

A client may write what it likes into its HELO, so an address counts only where Exim puts one: behind the name and the
HELO in parentheses, which has no blanks.
"""

import re

from probe.grammar.log_envelope import Record
from probe.grammar.log_words import QUOTED, address, bare, known, named_by_next_hop, reply
from probe.model.log import Daemon, DeliveryStatus, LogEvent, LogKind

PROGRAM = re.compile(r"(?:exim[\w.-]*)?")

_STAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?: [+-][0-9]{4})?(?: \[[0-9]{1,10}\])? "
)
_ID = re.compile(r"([0-9A-Za-z]{6}-(?:[0-9A-Za-z]{11}-[0-9A-Za-z]{4}|[0-9A-Za-z]{6}-[0-9A-Za-z]{2}))(?: |$)")
_FIELD = re.compile(rf" (?P<key>[A-Z][A-Z0-9]{{0,4}}|id)=(?P<value>{QUOTED}|[^ ]*+)")
_HOST = (
    r"(?:(?P<name>[^\s(\[]++) )?(?:\((?P<helo>\S*)\) )?\[(?P<address>[0-9A-Fa-f:.]{2,45})\](?::(?P<port>[0-9]{1,5}))?"
)
_H = re.compile(r"(?:^| )H=" + _HOST)
_ADDRESS = rf"(?:{QUOTED}@[^\s]++|<>|[^\s<]++)"
_DELIVERY = re.compile(rf"(?:>)?(?P<final>{_ADDRESS})(?: \([^()]*+\))?(?: <(?P<original>[^>]*+)>)?")
_CONNECTION = re.compile(rf"SMTP connection (?:Ci=\S{{1,40}} )?from {_HOST}(?P<rest>.*)")
_REJECTED = re.compile(
    r"(?P<temporarily>temporarily )?rejected (?:(?:after |during )?(?P<verb>[A-Z]{4,9})\b"
    r"(?: <(?P<mailbox>[^>]*+)>| (?P<bare>[^\s<>:@]++@[^\s<>:]++))?|by local_scan\(\)|connection in \"\w+\" ACL)"
    r"(?P<text>.*)"
)
_SENDER = re.compile(r"(?:^| )F=(?:<([^>]*+)>|([^\s<>]++))")
_SYNC = re.compile(
    rf"SMTP (?:protocol )?(?:synchronization )?error (?:\([^()]{{0,200}}\)|in {QUOTED})"
    rf"(?:: rejected (?:connection from|{QUOTED}))? H={_HOST}"
)
_LOGIN = re.compile(rf"\w{{1,40}} authenticator failed for (?:H=)?{_HOST}(?: I=\[\S+)?(?: U=\S+)?: (?P<text>.*)")
_DROPPED = re.compile(rf"SMTP call from {_HOST}.{{0,60}} dropped: (?P<text>.*)")
_SAID_BY = re.compile(r" host (?P<name>[^\s\[]++) \[(?P<address>[0-9A-Fa-f:.]{2,45})\](?::(?P<port>[0-9]{1,5}))?: ")
_LOST = re.compile(
    r"(?:unexpected disconnection|SMTP command timeout|SMTP data timeout|no MAIL in SMTP connection|TLS error).{0,120}?"
    rf" (?:from|on) (?:TLS )?(?:connection from )?(?:H=)?{_HOST}"
)
_UNREACHABLE = re.compile(
    r"(?:H=|Failed to connect to )?(?P<name>[^\s\[=:]++) \[(?P<address>[0-9A-Fa-f:.]{2,45})\]"
    r"(?::(?P<port>[0-9]{1,5}))?:? (?!TLS |Warning|F=|U=|I=|X=|CV=|P=|sender |rejected |temporarily )(?P<text>.*)"
)
_FROZEN = re.compile(r"(?:\*\*\* )?frozen\b|Message is frozen\b", re.IGNORECASE)
_SPAN = re.compile(r"(?:([0-9]+)w)?(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+(?:\.[0-9]+)?)s)?")
_SIGNS = re.compile(
    r"SMTP |no host name found|no IP address found|(?:Start|End) queue run|H=|exim |rejected |unexpected disc|TLS |"
    r"no MAIL|\w{1,40} authenticator failed for |cwd=|daemon: "
)

_STATUSES = {
    "=>": DeliveryStatus.SENT, "->": DeliveryStatus.SENT, ">>": DeliveryStatus.SENT,
    "**": DeliveryStatus.BOUNCED, "==": DeliveryStatus.DEFERRED,
}  # fmt: skip
_NOWHERE = frozenset({"discarded", ":blackhole:"})


def parse(record: Record) -> LogEvent | None:
    """Read one line of Exim."""
    stamp = _STAMP.match(record.message)
    message = record.message[stamp.end() :] if stamp else record.message
    match = _ID.match(message)
    if match is None:
        if not record.program and not _SIGNS.match(message):
            return None
        return _without_message(record, None, message)
    queue_id, rest = match[1], message[match.end() :]
    flag, text = rest[:2], rest[2:]
    if flag in {"<=", "(="} and text.startswith(" "):
        return _arrival(record, queue_id, text)
    if flag in _STATUSES and text.startswith(" "):
        return _delivery(record, queue_id, _STATUSES[flag], text)
    if rest.startswith(("Completed", "removed by ", "cancelled by ")):
        return record.event(Daemon.EXIM, LogKind.REMOVED, queue_id=queue_id)
    if _FROZEN.match(rest):
        return record.event(Daemon.EXIM, LogKind.HELD, queue_id=queue_id, text=rest)
    return _without_message(record, queue_id, rest)


def _client(match: re.Match[str]) -> dict[str, object]:
    client, family = address(match["address"])
    port = int(match["port"]) if match["port"] else None
    helo = match["helo"]
    return {"client": client, "family": family, "client_name": known(match["name"]), "client_port": port, "helo": helo}


def _fields(text: str) -> dict[str, str]:
    """``KEY=value`` by key; the first of a key counts, as the client's words come last."""
    found: dict[str, str] = {}
    for match in _FIELD.finditer(text):
        found.setdefault(match["key"], match["value"])
    return found


def _arrival(record: Record, queue_id: str, text: str) -> LogEvent:
    sender = re.match(_ADDRESS, text[1:])
    rest = text[1 + (sender.end() if sender else 0) :]
    host = _H.match(rest)
    fields = _fields(rest[host.end() :] if host else rest)
    _, _, recipients = rest.rpartition(" for ")  # the last field, when it is logged at all
    return record.event(
        Daemon.EXIM, LogKind.RECEPTION, queue_id=queue_id, sender=bare(sender[0]) if sender else None,
        message_id=fields.get("id"), tls=fields.get("X"), **(_client(host) if host else {}),
        recipient=recipients.replace(" ", ",") if " for " in rest and not {"=", '"'} & set(recipients) else None,
    )  # fmt: skip


def _delivery(record: Record, queue_id: str, status: DeliveryStatus, text: str) -> LogEvent:
    match = _DELIVERY.match(text, 1)
    final, original = (match["final"], match["original"]) if match else (None, None)
    rest = text[match.end() :] if match else text
    if final and final.endswith(":") and final not in _NOWHERE:  # the reason stands right behind the address
        final, rest = final[:-1], f":{rest}"
    if final == "blackhole" and not rest:  # an ACL said discard; what is delivered has a router
        final = ":blackhole:"
    fields = _fields(rest)
    said, code, dsn = _said(status, fields, rest)
    host = _H.search(rest) if "H" in fields else _SAID_BY.search(rest)
    found, family = address(host["address"]) if host else (None, None)
    if final in _NOWHERE:
        status, final = DeliveryStatus.DISCARDED, original
    return record.event(
        Daemon.EXIM, LogKind.DELIVERY, queue_id=queue_id, status=status, recipient=final,
        next_queue_id=named_by_next_hop(said) if status is DeliveryStatus.SENT else None,
        original_recipient=original if original != final else None, text=said or None, code=code, dsn=dsn,
        relay=host["name"] if host else fields.get("T", "").rstrip(":") or None, relay_address=found,
        relay_family=family, relay_port=int(host["port"]) if host and host["port"] else None,
        tls=fields.get("X"), delay=_span(fields.get("QT")),
    )  # fmt: skip


def _said(status: DeliveryStatus, fields: dict[str, str], rest: str) -> tuple[str, int | None, str | None]:
    """The next hop's words: ``C="..."`` when it took the message, else what stands behind the first colon or defer."""
    if status is DeliveryStatus.SENT:
        text = fields.get("C", "").strip('"').replace('\\\\"', '"')
    elif status is DeliveryStatus.DEFERRED:
        text = rest[max(rest.find(" defer ("), 0) :].lstrip()
    else:
        text = rest.partition(": ")[2]
    code, dsn = reply(text)
    return text, code, dsn


def _without_message(record: Record, queue_id: str | None, text: str) -> LogEvent:
    """Lines about a client, and those about a message that is refused or gets nowhere."""
    if match := _CONNECTION.match(text):
        kind = LogKind.CONNECT
        if " closed by " in match["rest"]:
            kind = LogKind.DISCONNECT
        elif " lost" in match["rest"] or " D=" in match["rest"]:
            kind = LogKind.LOST
        return record.event(Daemon.EXIM, kind, text=text, **_client(match))
    if match := _LOST.match(text):
        return record.event(Daemon.EXIM, LogKind.LOST, queue_id=queue_id, text=text, **_client(match))
    if match := _SYNC.match(text) or _LOGIN.match(text) or _DROPPED.match(text):
        code, dsn = reply(match.groupdict().get("text") or "")
        kind = LogKind.LOST if match.re is _DROPPED else LogKind.REJECT
        return record.event(Daemon.EXIM, kind, queue_id=queue_id, text=text, code=code, dsn=dsn, **_client(match))
    if "rejected " in text[:2000] and (match := _REJECTED.search(text)):
        return _rejection(record, queue_id, text, match)
    if queue_id and (match := _UNREACHABLE.match(text)):
        found, family = address(match["address"])
        said = match["text"].startswith("SMTP error")
        code, dsn = reply(match["text"]) if said else (None, None)
        return record.event(
            Daemon.EXIM, LogKind.OTHER if said else LogKind.UNREACHABLE, queue_id=queue_id, relay=match["name"],
            relay_address=found, relay_family=family, relay_port=int(match["port"]) if match["port"] else None,
            text=match["text"], code=code, dsn=dsn,
        )  # fmt: skip
    host = _H.match(text)
    return record.event(Daemon.EXIM, LogKind.OTHER, queue_id=queue_id, text=text, **(_client(host) if host else {}))


def _rejection(record: Record, queue_id: str | None, text: str, match: re.Match[str]) -> LogEvent:
    """A refused command or message; ``F=`` names the sender, and what MAIL names is one too."""
    host, sender = _H.search(text, 0, match.start()), _SENDER.search(text, 0, match.start())
    mailbox = match["mailbox"] if match["mailbox"] is not None else match["bare"]
    said = match["text"].removeprefix(":").strip()
    code, dsn = reply(said)
    by = (sender[1] if sender[1] is not None else sender[2]) if sender else None
    return record.event(
        Daemon.EXIM, LogKind.REJECT, queue_id=queue_id, recipient=mailbox if match["verb"] != "MAIL" else None,
        sender=mailbox if match["verb"] == "MAIL" else by, text=match[0], dsn=dsn,
        code=code or (450 if match["temporarily"] else 550), **(_client(host) if host else {}),
    )  # fmt: skip


def _span(text: str | None) -> float | None:
    """``1d2h3m4.567s`` in seconds."""
    match = _SPAN.fullmatch(text[:40]) if text else None
    if match is None:
        return None
    weights = (604800, 86400, 3600, 60, 1)
    return sum(float(number) * weight for number, weight in zip(match.groups(), weights, strict=True) if number)
