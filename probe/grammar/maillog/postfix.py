"""Postfix: ``postfix/smtpd[77]: 4BzQ3t1mZvz9s: client=mx.example.net[2001:db8::9]`` and what its other daemons write.

In: records whose tag is an instance, perhaps a service, and a Postfix daemon. Out: events; a line of Postfix that says
nothing about a message or a client is ``other``. Queue ids are short (hexadecimal, used again before long) or long
(base 52 without vowels, never used again). Since 3.10 a lost connection names the queue id it cost, since 3.11 a
delivery says ``tls=``. The format is that of the sources (smtpd.c, log_adhoc.c, postscreen.c), which document no other.
"""

import re
from collections.abc import Callable

from probe.grammar.log_envelope import Record
from probe.grammar.log_words import PATH, address, bare, known, named_by_next_hop, reply
from probe.model.log import Daemon, DeliveryStatus, LogEvent, LogKind

PROGRAM = re.compile(
    r"postfix|[\w.+-]{1,64}(?:/[\w.:+-]{1,64})*/(?:smtpd|postscreen|cleanup|n?qmgr|smtp|lmtp|local|virtual|pipe|error|discard"
    r"|retry|bounce|defer|trace|pickup|anvil|master|tlsproxy|dnsblog|verify|scache|tlsmgr|proxymap|trivial-rewrite|flush"
    r"|showq|spawn|qmqpd|post[a-z]+|postfix-script|sendmail|relay)"
)

_ID = re.compile(r"(NOQUEUE|[0-9A-F]{5,20}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,20}): ")
_PEER = r"(?P<name>[^\s\[\]]++)\[(?P<address>[^\s\[\]]*+)\](?::(?P<port>[0-9]{1,5}))?"
_CALL = re.compile(rf"(?P<verb>connect|disconnect) from {_PEER}(?P<rest>.*)", re.DOTALL)
_CLIENT = re.compile(rf"client={_PEER}(?:, (?P<rest>.*))?", re.DOTALL)
_LOST = re.compile(
    rf"(?P<what>lost connection|timeout|too many errors|improper command pipelining) after .{{1,99}}? from {_PEER}"
)
_TLS = re.compile(
    r"(?:\w+ )?TLS connection (?:established|reused) (?P<way>from|to) "  # tlsproxy knows no names
    r"(?P<name>[^\s\[\]]*+)\[(?P<address>[^\s\[\]]*+)\](?::(?P<port>[0-9]{1,5}))?: (?P<tls>.*)"
)
_TLS_ERROR = re.compile(rf"SSL_(?:accept|connect) error (?P<way>from|to) {_PEER}: (?P<text>.*)")
_REJECT = re.compile(rf"(?:milter-)?reject: .*? from {_PEER}[:;] (?P<text>.*)", re.DOTALL)
_ENVELOPE = re.compile(
    rf"; from=(?P<sender>{PATH})(?:,? to=(?P<recipient>{PATH}))?(?:,? proto=\S+)?(?:,? helo=<(?P<helo>.*?)>(?=:|$))?"
)
_MESSAGE_ID = re.compile(r"(?:resent-)?message-id=(.*)", re.DOTALL)
_WORD = re.compile(r"=\?utf-8\?([bq])\?([^?]*+)\?=", re.IGNORECASE)
_QUEUED = re.compile(
    rf"(?:uid=[0-9]+ )?from=(?P<sender>{PATH})(?:, status=(?P<status>(?:force-)?expired), (?P<text>.*))?"
)
_DELIVERY = re.compile(
    rf"to=(?P<recipient>{PATH}), (?:orig_to=(?P<original>{PATH}), )?relay=(?P<relay>[^,]*+)(?:, conn_use=[0-9]+)?"
    r", delay=(?P<delay>[0-9.]{1,20})(?P<more>(?:, (?!dsn=|status=)[a-z_]+=[^,]*+)*+)"
    r"(?:, dsn=(?P<dsn>[245]\.[0-9]{1,3}\.[0-9]{1,3}))?, status=(?P<status>[a-zA-Z]+)(?: \((?P<text>.*)\))?",
    re.DOTALL,
)
_RELAY = re.compile(r"(?P<relay>[^\[]*+)(?:\[(?P<address>[^\]]*+)\](?::(?P<port>[0-9]{1,5}))?)?")
_DIAL = re.compile(
    r"connect to (?P<relay>[^\s\[]++)\[(?P<address>[^\]]++)\](?::(?P<port>[0-9]{1,5}))?: (?P<text>.*)", re.DOTALL
)
_TALK = re.compile(
    r"(?P<said>host )?(?:lost connection with |conversation with )?(?P<relay>[^\s\[]++)\[(?P<address>[^\]]++)\]"
    r"(?::(?P<port>[0-9]{1,5}))? (?P<text>(?:said: |refused to talk to me: |timed out while |while ).*)",
    re.DOTALL,
)
_ACTED = re.compile(rf"(?:milter-)?(?P<what>discard|hold|redirect): .*? from {_PEER}[:;] (?P<text>.*)", re.DOTALL)
_WARNING = re.compile(
    r"warning: (?:hostname \S+ (?:does not resolve to address|verification failed for) (?P<address>[0-9A-Fa-f:.]+)"
    r"|(?:[^\[\]]{0,80} from )?(?P<name>[^\s\[\]]++)\[(?P<client>[^\s\[\]]++)\](?::[0-9]{1,5})?: )"
)
_FORWARDED = re.compile(r"forwarded as (\w{5,20})")
_NOTICE = re.compile(r"(?:sender|postmaster) (?P<text>[a-z -]{1,40}) notification: (?P<next>\w{5,20})")
_SCREENED = re.compile(r"\[(?P<address>[^\s\[\]]++)\](?::(?P<port>[0-9]{1,5}))?")

Service = Callable[[Record, str | None, str], LogEvent | None]


def parse(record: Record) -> LogEvent | None:
    """Read one line of Postfix."""
    message = record.message
    match = _ID.match(message)
    queue_id, rest = (match[1], message[match.end() :]) if match else (None, message)
    queue_id = None if queue_id == "NOQUEUE" else queue_id
    service = _SERVICES.get(record.program.rpartition("/")[2], _other)
    return service(record, queue_id, rest) or _other(record, queue_id, rest)


def _other(record: Record, queue_id: str | None, rest: str) -> LogEvent:
    if queue_id and rest == "removed":  # qmgr, and postsuper at the operator's command
        return record.event(Daemon.POSTFIX, LogKind.REMOVED, queue_id=queue_id)
    return record.event(Daemon.POSTFIX, LogKind.OTHER, queue_id=queue_id, text=rest)


def _peer(match: re.Match[str]) -> dict[str, object]:
    client, family = address(match["address"])
    port = int(match["port"]) if match["port"] else None
    name = match.groupdict().get("name")
    return {"client": client, "family": family, "client_name": known(name), "client_port": port}


def _next_hop(match: re.Match[str]) -> dict[str, object]:
    found, family = address(match["address"])
    port = int(match["port"]) if match["port"] else None
    relay = match["relay"] or None
    return {"relay": relay, "relay_address": found, "relay_family": family, "relay_port": port}


def _smtpd(record: Record, queue_id: str | None, rest: str) -> LogEvent | None:
    if match := _CALL.match(rest):
        kind = LogKind.CONNECT if match["verb"] == "connect" else LogKind.DISCONNECT
        return record.event(Daemon.POSTFIX, kind, text=match["rest"].strip() or None, **_peer(match))
    if match := _CLIENT.match(rest):
        more = dict(item.partition("=")[::2] for item in (match["rest"] or "").split(", "))
        return record.event(
            Daemon.POSTFIX,
            LogKind.RECEPTION,
            queue_id=queue_id,
            previous_queue_id=more.get("orig_queue_id"),
            **_peer(match),
        )
    if match := _LOST.match(rest):
        return record.event(Daemon.POSTFIX, LogKind.LOST, queue_id=queue_id, text=rest, **_peer(match))
    for told in (_rejected, _acted, _secured, _warned):
        if (event := told(record, queue_id, rest)) is not None:
            return event
    return None


def _warned(record: Record, queue_id: str | None, rest: str) -> LogEvent | None:
    """What smtpd has to say about a client that it goes on talking to."""
    match = _WARNING.match(rest)
    if match is None:
        return None
    client, family = address(match["address"] or match["client"])
    return record.event(
        Daemon.POSTFIX, LogKind.OTHER, queue_id=queue_id, text=rest, client=client, family=family,
        client_name=known(match["name"]),
    )  # fmt: skip


def _rejected(record: Record, queue_id: str | None, rest: str) -> LogEvent | None:
    """A refusal by smtpd, or by cleanup, which puts its reason behind the envelope."""
    match = _REJECT.match(rest) if "reject: " in rest[:20] else None
    if match is None:
        return None
    text, envelope = match["text"], _ENVELOPE.search(rest, match.start("text") - 2)
    found = envelope.groupdict() if envelope else {}
    if envelope:
        text = text[: envelope.start() - match.start("text")] if envelope.start() > match.start("text") else ""
        text = text or rest[envelope.end() :].removeprefix(": ")
    text = text.partition("; proto=")[0]
    code, dsn = reply(text)
    if code is None and text[:1] in {"4", "5"} and text[1:2] == ".":
        dsn = text.partition(" ")[0]
    return record.event(
        Daemon.POSTFIX, LogKind.REJECT, queue_id=queue_id, text=text, code=code, dsn=dsn, helo=found.get("helo"),
        sender=bare(found.get("sender")), recipient=bare(found.get("recipient")), **_peer(match),
    )  # fmt: skip


def _secured(record: Record, queue_id: str | None, rest: str) -> LogEvent | None:
    match = _TLS.match(rest) or _TLS_ERROR.match(rest)
    if match is None:
        return None
    found = match.groupdict()
    who = _peer(match)
    if match["way"] == "to":
        who = {
            "relay": match["name"],
            "relay_address": who["client"],
            "relay_family": who["family"],
            "relay_port": who["client_port"],
        }
    return record.event(
        Daemon.POSTFIX, LogKind.TLS, queue_id=queue_id, tls=found.get("tls"), text=found.get("text"), **who
    )  # fmt: skip


def _cleanup(record: Record, queue_id: str | None, rest: str) -> LogEvent | None:
    if match := _MESSAGE_ID.match(rest):
        message_id = _WORD.sub(_plain, match[1])
        return record.event(Daemon.POSTFIX, LogKind.MESSAGE_ID, queue_id=queue_id, message_id=bare(message_id))
    if queue_id and rest == "canceled":
        return record.event(Daemon.POSTFIX, LogKind.CANCELED, queue_id=queue_id)
    return _rejected(record, queue_id, rest) or _acted(record, queue_id, rest)


def _acted(record: Record, queue_id: str | None, rest: str) -> LogEvent | None:
    """Discarded, held or redirected by a milter, a header check or an access table; the client is told it was taken.

    smtpd does so at RCPT, when the message has no queue id yet.
    """
    match = _ACTED.match(rest)
    if match is None:
        return None
    envelope = _ENVELOPE.search(rest, match.start("text") - 2)
    found = envelope.groupdict() if envelope else {}
    return record.event(
        Daemon.POSTFIX, _ACTIONS[match["what"]], queue_id=queue_id, text=rest,
        status=DeliveryStatus.DISCARDED if match["what"] == "discard" else None,
        sender=bare(found.get("sender")), recipient=bare(found.get("recipient")), **_peer(match),
    )  # fmt: skip


def _plain(word: re.Match[str]) -> str:
    """An encoded word of RFC 2047: how Postfix logs an id that is not plain text."""
    import binascii

    from probe.grammar.text import escape

    try:
        data = word[2].encode("ascii")
        return escape(binascii.a2b_base64(data) if word[1] in "bB" else binascii.a2b_qp(data, header=True))
    except ValueError:
        return word[0]


def _queued(record: Record, queue_id: str | None, rest: str) -> LogEvent | None:
    match = _QUEUED.match(rest)
    if match is None or queue_id is None:
        return _deliver(record, queue_id, rest)  # before 2.3 the queue manager told of what it put off itself
    sender = bare(match["sender"])
    if match["status"]:
        return record.event(
            Daemon.POSTFIX,
            LogKind.DELIVERY,
            queue_id=queue_id,
            sender=sender,
            status=DeliveryStatus.EXPIRED,
            text=match["text"],
        )
    kind = LogKind.RECEPTION if rest.startswith("uid=") else LogKind.QUEUED
    return record.event(Daemon.POSTFIX, kind, queue_id=queue_id, sender=sender)


def _deliver(record: Record, queue_id: str | None, rest: str) -> LogEvent | None:
    match = _DELIVERY.fullmatch(rest) if rest.startswith("to=") else None
    if match is None:
        return _not_delivered(record, queue_id, rest)
    status, text = _STATUSES.get(match["status"]), match["text"] or ""
    if status is None:
        return None
    more = dict(item.partition("=")[::2] for item in match["more"].split(", "))
    return record.event(
        Daemon.POSTFIX, LogKind.DELIVERY, queue_id=queue_id, next_queue_id=_next_id(status, text),
        recipient=bare(match["recipient"]), original_recipient=bare(match["original"]), status=status, dsn=match["dsn"],
        code=_code(text), text=text or None, tls=more.get("tls"), delay=_seconds(match["delay"]),
        **_relay(match["relay"]),
    )  # fmt: skip


def _code(text: str) -> int | None:
    return reply(text)[0] if text[:1].isdigit() or " said: " in text else None


def _next_id(status: DeliveryStatus, text: str) -> str | None:
    """What the next hop called the message; a filter ends its reply with the one it got, an alias names the copy."""
    if status is not DeliveryStatus.SENT:
        return None
    match = _FORWARDED.match(text)
    return match[1] if match else named_by_next_hop(text)


def _relay(text: str) -> dict[str, object]:
    match = _RELAY.match(text)
    return {} if match is None or text == "none" else _next_hop(match)


def _seconds(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _not_delivered(record: Record, queue_id: str | None, rest: str) -> LogEvent | None:
    if match := _DIAL.match(rest):
        return record.event(
            Daemon.POSTFIX, LogKind.UNREACHABLE, queue_id=queue_id, text=match["text"], **_next_hop(match)
        )
    if match := _TALK.match(rest):
        kind = LogKind.OTHER if match["text"].startswith("said: ") else LogKind.UNREACHABLE
        code, dsn = reply(match["text"])
        return record.event(Daemon.POSTFIX, kind, queue_id=queue_id, text=rest, code=code, dsn=dsn, **_next_hop(match))
    return _secured(record, queue_id, rest)


def _bounce(record: Record, queue_id: str | None, rest: str) -> LogEvent | None:
    match = _NOTICE.match(rest)
    if match is None:
        return None
    text = match["text"]
    return record.event(Daemon.POSTFIX, LogKind.NOTIFICATION, queue_id=queue_id, next_queue_id=match["next"], text=text)


def _postscreen(record: Record, queue_id: str | None, rest: str) -> LogEvent | None:
    """Its clients have no names; its own words are in capitals."""
    if rest.startswith("reject: "):
        match = re.match(r"reject: \w+ from " + _SCREENED.pattern + r": (?P<text>.*)", rest)
        if match is None:
            return None
        envelope = _ENVELOPE.search(match["text"])
        text = match["text"][: envelope.start()] if envelope else match["text"]
        found = envelope.groupdict() if envelope else {}
        code, dsn = reply(text)
        return record.event(
            Daemon.POSTFIX, LogKind.REJECT, text=text, code=code, dsn=dsn, helo=found.get("helo"),
            sender=bare(found.get("sender")), recipient=bare(found.get("recipient")), **_peer(match),
        )  # fmt: skip
    match = _SCREENED.search(rest) if rest[:1].isupper() or rest.startswith("disconnect") else None
    if match is None:
        return None
    kind = _SCREEN_KINDS.get(rest.partition(" ")[0], LogKind.POSTSCREEN)
    return record.event(Daemon.POSTFIX, kind, queue_id=queue_id, text=rest, **_peer(match))


_ACTIONS = {"discard": LogKind.DELIVERY, "hold": LogKind.HELD, "redirect": LogKind.REDIRECTED}
_STATUSES = {status.value: status for status in DeliveryStatus} | {"SOFTBOUNCE": DeliveryStatus.DEFERRED}
_SCREEN_KINDS = {"CONNECT": LogKind.CONNECT, "DISCONNECT": LogKind.DISCONNECT, "HANGUP": LogKind.LOST}
_DELIVERERS = ("smtp", "lmtp", "local", "virtual", "pipe", "error", "discard", "retry", "relay")
_SERVICES: dict[str, Service] = {
    "smtpd": _smtpd, "cleanup": _cleanup, "qmgr": _queued, "nqmgr": _queued, "pickup": _queued,
    "tlsproxy": _secured, "bounce": _bounce, "defer": _bounce, "trace": _bounce, "postscreen": _postscreen,
    **dict.fromkeys(_DELIVERERS, _deliver),
}  # fmt: skip
