"""Dovecot: ``lmtp(user)<77><session>: msgid=<...>: saved mail to INBOX`` and the same from its local delivery agent.

In: records tagged ``dovecot``, and lines of Dovecot's own log file. Out: events; other services are ``other``, with
the client's address where they name one (``rip=``). The session of LMTP is what the 250 to the final dot tells, so it
stands as the queue id. Before 2.3 the process id and the user stood in one pair of parentheses, the session behind.
"""

import re

from probe.grammar.log_envelope import Record
from probe.grammar.log_words import address, bare
from probe.model.log import Daemon, DeliveryStatus, LogEvent, LogKind

PROGRAM = re.compile(r"dovecot[\w.-]*")

_SERVICE = re.compile(
    r"(?P<service>lmtp|lda|deliver)(?:\((?:[0-9]+, )?(?P<user>[^()]*+)\))?(?:<[0-9]*+>)?(?:<(?P<session>[^<>\s]*+)>)?: "
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} )?(?:(?:Info|Error|Warning|Debug): )?"
    r"(?:(?P<older>[A-Za-z0-9+/]{8,64}(?::\w+)?): (?=sieve: |msgid=))?(?P<text>.*)",
    re.DOTALL,
)
# Behind the id the operator may have more logged (deliver_log_format), a subject among it: the last such words count.
_MESSAGE = re.compile(
    r"(?:sieve: )?msgid=(?P<id>\? ?<[^>]*+>|<{1,2}[^>]*+>{1,2}|unspecified|[^\s:,]*+)(?: \(added by \S+\))?"
    r"(?:: (?:\w{1,40} action: )?(?P<text>.*)"
    r"|[, ].{0,2000}: (?P<late>(?:saved mail|stored mail|save failed|forwarded|discarded message|rejected)\b.*))",
    re.DOTALL,
)
_CALL = re.compile(
    r"(?P<verb>Connect|Disconnect) from (?P<address>[^\s:]*:[^\s]*?|[^\s:]*)(?:: |$)(?P<text>.*)", re.DOTALL
)
_REMOTE = re.compile(r"\brip=([0-9A-Fa-f:.]{2,45})(?=,|$| )")
_STATUSES = (
    ("saved mail to ", DeliveryStatus.SENT),
    ("stored mail into ", DeliveryStatus.SENT),
    ("forwarded to ", DeliveryStatus.SENT),
    ("save failed to ", DeliveryStatus.DEFERRED),
    ("failed to store into ", DeliveryStatus.DEFERRED),
    ("rejected: ", DeliveryStatus.BOUNCED),
    ("rejected mail", DeliveryStatus.BOUNCED),
    ("rejected message", DeliveryStatus.BOUNCED),
    ("discarded message", DeliveryStatus.DISCARDED),
    ("discarded duplicate", DeliveryStatus.DISCARDED),
    ("marked message to be discarded", DeliveryStatus.DISCARDED),
)


def parse(record: Record) -> LogEvent | None:
    """Read one line of Dovecot."""
    match = _SERVICE.match(record.message)
    if match is None:
        remote = _REMOTE.search(record.message)
        client, family = address(remote[1]) if remote else (None, None)
        return record.event(Daemon.DOVECOT, LogKind.OTHER, text=record.message, client=client, family=family)
    session = match["session"] or match["older"]
    text, service = match["text"], match["service"]
    if call := _CALL.match(text):
        kind = LogKind.CONNECT if call["verb"] == "Connect" else LogKind.DISCONNECT
        client, family = address(call["address"])
        return record.event(
            Daemon.DOVECOT, kind, session=session, client=client, family=family, text=call["text"] or None
        )
    message = _MESSAGE.match(text)
    said = (message["text"] or message["late"] or "") if message else text
    status = next((status for words, status in _STATUSES if said.startswith(words)), None)
    if message is None or status is None:
        return record.event(Daemon.DOVECOT, LogKind.OTHER, queue_id=session, text=text)
    named = message["id"].lstrip("? ").strip("<>")
    return record.event(
        Daemon.DOVECOT, LogKind.DELIVERY, queue_id=session, session=session, status=status, relay=service, text=said,
        message_id=None if message["id"] == "unspecified" else named, recipient=bare(match["user"]) or None,
    )  # fmt: skip
