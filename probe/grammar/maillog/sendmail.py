"""Sendmail: ``06QDQnNf050438: from=<user@example.net>, size=1, msgid=<...>, relay=mx [IPv6:2001:DB8:0:0:0:0:0:9]``.

In: records tagged ``sm-mta``, ``sendmail`` and the like. Out: events. A line is a queue id and ``key=value`` parts; the
last, ``stat`` or ``reject``, is free text. ``relay`` is a name, an address in brackets, or both, with a remark behind;
Sendmail writes out the zeros of an IPv6 address and tags it, and brackets it twice where the address is also the name.
"""

import re

from probe.grammar.log_envelope import Record
from probe.grammar.log_words import PATH, address, bare, known, named_by_next_hop, reply
from probe.model.log import Daemon, DeliveryStatus, LogEvent, LogKind

PROGRAM = re.compile(r"(?:sm-[\w.-]+|sendmail[\w.-]*)")

_ID = re.compile(r"(?P<id>NOQUEUE|[0-9A-Za-z]{8}[0-9]{5,12}|[0-9A-Za-z]{7}[0-9]{5}|[A-Z]{3}[0-9]{5}): ")
_FIELD = re.compile(rf"(?:^|(?<=, ))(?P<key>[a-z_0-9]{{1,20}})=(?P<value>(?:{PATH}(?:,(?=<))?|[^,<]++)*+)(?=, |,?$)")
_FREE = re.compile(r"(?:^|, )(?P<key>stat|reject)=(?P<text>.*)", re.DOTALL)
_BRACKETS = re.compile(r"\[+(?P<address>[^\s\[\]]++)\]+")
_NOTICE = re.compile(
    r"(?P<id>[0-9A-Za-z]{8}[0-9]{5,12}): "
    r"(?P<text>(?:sender notify|DSN|postmaster notify|return to sender|return receipt):? .*)"
)
_LOST = re.compile(
    r"(?:lost input channel from|timeout waiting for input from) (?P<who>.{1,400}?) (?:to|during) |"
    r"(?P<idle>.{1,400}?) did not issue MAIL/EXPN/VRFY/ETRN during connection"
)
_MILTER = re.compile(
    r"(?:Milter(?: \([^()]{0,80}\))?: |milter=)(?:to=(?P<recipient><[^>]*+>)|from=(?P<sender><[^>]*+>)|[\w.-]{1,80})?"
    r", ?(?P<what>reject|discard)(?:=(?P<text>.*))?"
)
_REFUSED = re.compile(
    r"rejecting commands from +(?P<early>.{1,400}?) due to "
    r"|(?P<curious>\S{0,255} ?\[[^\s\]]{2,60}\]): (?i:expn|vrfy) .{0,400} \[rejected\]"
    r"|(?P<recipient><[^>]*+>)\.\.\. (?:No such user|User unknown|Mailbox disabled)"
)
_CONNECT = re.compile(r"connect from (?P<who>.{1,400})")
_TLS = re.compile(r"STARTTLS=(?P<way>server|client), ")
_SENT = re.compile(r"Sent(?: \((?P<text>.*)\))?")
_TAKEN = re.compile(r"(?:\w{1,40} )?Message accepted|[Oo][Kk]\b|.*\bqueued\b")
_DELAY = re.compile(r"(?:([0-9]+)\+)?([0-9]+):([0-9]+):([0-9]+)")


def parse(record: Record) -> LogEvent | None:
    """Read one line of Sendmail."""
    match = _ID.match(record.message)
    rest = record.message[match.end() :] if match else record.message
    queue_id = match["id"] if match and match["id"] != "NOQUEUE" else None
    if rest.startswith(("from=", "to=", "ruleset=")):
        return _message(record, queue_id, rest)
    if match := _TLS.match(rest):
        return _secured(record, queue_id, rest, match)
    if match := _NOTICE.match(rest):
        notice = match["text"]
        return record.event(
            Daemon.SENDMAIL, LogKind.NOTIFICATION, queue_id=queue_id, next_queue_id=match["id"], text=notice
        )
    if match := _LOST.match(rest):
        who = _peer(match["who"] or match["idle"])
        return record.event(Daemon.SENDMAIL, LogKind.LOST, queue_id=queue_id, text=rest, **who)
    if match := _CONNECT.match(rest):
        return record.event(Daemon.SENDMAIL, LogKind.CONNECT, queue_id=queue_id, **_peer(match["who"]))
    if match := _MILTER.match(rest):
        return _filtered(record, queue_id, rest, match)
    if match := _REFUSED.match(rest):
        who = _peer((match["early"] or match["curious"]).strip()) if match["recipient"] is None else {}
        return record.event(
            Daemon.SENDMAIL, LogKind.REJECT, queue_id=queue_id, text=rest, recipient=bare(match["recipient"]), **who
        )
    who = _peer(_apart(rest)[0].get("relay")) if rest.startswith("AUTH=server, ") else {}
    return record.event(Daemon.SENDMAIL, LogKind.OTHER, queue_id=queue_id, text=rest, **who)


def _filtered(record: Record, queue_id: str | None, rest: str, match: re.Match[str]) -> LogEvent:
    """What a milter decided."""
    text = match["text"] or rest
    code, dsn = reply(text)
    if match["what"] == "discard":
        return record.event(
            Daemon.SENDMAIL, LogKind.DELIVERY, queue_id=queue_id, status=DeliveryStatus.DISCARDED, text=rest
        )
    return record.event(
        Daemon.SENDMAIL, LogKind.REJECT, queue_id=queue_id, text=text, code=code, dsn=dsn,
        recipient=bare(match["recipient"]), sender=bare(match["sender"]),
    )  # fmt: skip


def _apart(rest: str) -> tuple[dict[str, str], str | None]:
    """The parts by key, and the free text that ends the line."""
    free = _FREE.search(rest)
    fields: dict[str, str] = {}
    for match in _FIELD.finditer(rest[: free.start()] if free else rest):
        fields.setdefault(match["key"], match["value"])
    return fields, free["text"] if free else None


def _host(text: str | None) -> tuple[str | None, str | None, object]:
    """Name, address and family of ``name [address] (may be forged)``."""
    text = (text or "")[:400]
    every = _BRACKETS.findall(text)
    found, family = address(every[-1]) if every else (None, None)
    name = text.partition(" ")[0]
    return known(name.rpartition("@")[2]), found, family


def _peer(text: str | None) -> dict[str, object]:
    name, client, family = _host(text)
    return {"client_name": name, "client": client, "family": family}


def _next_hop(text: str | None) -> dict[str, object]:
    name, found, family = _host(text)
    return {"relay": name, "relay_address": found, "relay_family": family}


def _message(record: Record, queue_id: str | None, rest: str) -> LogEvent:
    fields, text = _apart(rest)
    if rest.startswith("ruleset="):
        code, dsn = reply(text or "")
        return record.event(
            Daemon.SENDMAIL, LogKind.REJECT if text else LogKind.OTHER, queue_id=queue_id, text=text or rest,
            code=code, dsn=dsn, recipient=bare(fields.get("arg1")) if fields.get("ruleset") == "check_rcpt" else None,
            sender=bare(fields.get("arg1")) if fields.get("ruleset") == "check_mail" else None,
            **_peer(fields.get("relay")),
        )  # fmt: skip
    if rest.startswith("from="):
        return record.event(
            Daemon.SENDMAIL, LogKind.RECEPTION, queue_id=queue_id, sender=bare(fields.get("from")),
            message_id=bare(fields.get("msgid")), **_peer(fields.get("relay")),
        )  # fmt: skip
    said = text or ""
    sent = _SENT.match(said)
    if said.startswith("queued"):
        return record.event(Daemon.SENDMAIL, LogKind.QUEUED, queue_id=queue_id, recipient=_recipients(fields.get("to")))
    code, dsn = reply(fields.get("reply", said))
    return record.event(
        Daemon.SENDMAIL, LogKind.DELIVERY, queue_id=queue_id, recipient=_recipients(fields.get("to")),
        status=_status(fields.get("dsn", ""), said), dsn=fields.get("dsn") or dsn, code=code, text=text,
        next_queue_id=_next_id(sent["text"] or "") if sent else None, delay=_seconds(fields.get("delay", "")),
        **(_next_hop(fields["relay"]) if "relay" in fields else {"relay": fields.get("mailer")}),
    )  # fmt: skip


def _recipients(text: str | None) -> str | None:
    return None if text is None else ",".join(str(bare(path)) for path in re.findall(rf"{PATH}|[^,<]+", text))


def _status(dsn: str, text: str) -> DeliveryStatus:
    if dsn.startswith("2.") or text.startswith("Sent"):
        return DeliveryStatus.SENT
    if text.startswith("discarded"):
        return DeliveryStatus.DISCARDED
    return DeliveryStatus.DEFERRED if dsn.startswith("4.") or text.startswith("Deferred") else DeliveryStatus.BOUNCED


def _next_id(text: str) -> str | None:
    """The id in the next hop's reply, which Sendmail logs without its code."""
    return (
        named_by_next_hop(text if text[:1] == "2" else f"250 {text}") if _TAKEN.match(text) or text[:1] == "2" else None
    )


def _secured(record: Record, queue_id: str | None, rest: str, match: re.Match[str]) -> LogEvent:
    fields, _ = _apart(rest[match.end() :])
    who = _peer(fields.get("relay")) if match["way"] == "server" else _next_hop(fields.get("relay"))
    tls = " ".join(fields[key] for key in ("version", "cipher", "bits") if key in fields)
    return record.event(Daemon.SENDMAIL, LogKind.TLS, queue_id=queue_id, tls=tls or None, text=rest, **who)


def _seconds(text: str) -> float | None:
    """``[days+]hh:mm:ss``."""
    match = _DELAY.fullmatch(text[:40])
    if match is None:
        return None
    return float(
        sum(int(number or 0) * weight for number, weight in zip(match.groups(), (86400, 3600, 60, 1), strict=True))
    )
