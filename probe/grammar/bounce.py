"""A message that says a message was not delivered, or not yet: RFC 3464 reports, and what some servers send instead.

In: a message as bytes or text. Out: a ``Bounce``, or None for anything else: vacation notes, read receipts (MDN),
challenges, and mail. Nothing raises and every text is escaped; ``probe.grammar.mime`` says how much is read.

A report often names the refusing server only by name and tells its address in the part for people, so that is read too
(``probe.grammar.bounce_text``). Without a report the subject must be one that a program is known to write, and the
sender a program:

=========== ==========================================================================
Exim        ``Mail delivery failed: returning message to sender``, X-Failed-Recipients
qmail       ``failure notice`` and ``Hi. This is the qmail-send program``
Postfix     ``Undelivered Mail Returned to Sender``, ``Delayed Mail``
Sendmail    ``Returned mail: see transcript for details``, ``Warning: could not send``
OpenSMTPD   ``Delivery status notification: error``
Courier     ``NOTICE: mail delivery status.``
Exchange    ``Undeliverable: ...``
Gmail       ``Delivery Status Notification (Failure)``, X-Failed-Recipients
others      ``Failure Notice``, ``Delivery Notification: Delivery has failed``, ``Message undeliverable``
=========== ==========================================================================
"""

import re
from collections.abc import Iterator

from probe.address import family_of
from probe.grammar import bounce_text
from probe.grammar.date_time import read
from probe.grammar.header import fields
from probe.grammar.mime import MESSAGE, Part, content_type, parts
from probe.grammar.quoted_address import address_of
from probe.grammar.text import escape
from probe.model.bounce import Action, Bounce, BouncedRecipient

RECIPIENTS = 100
EXPLANATION = 2000

_FAILED = re.compile(
    rb"mail delivery failed|failure notice|undelivered mail|returned mail: |"
    rb"(?:un|non-?)deliver(?:able|ed)(?: (?:mail|message))?(?:[: ]|$)|"
    rb"delivery status notification(?:$|: error| \(failure\))|notice: mail delivery status|mail system error|"
    rb"permanent delivery failure|message status - undeliverable|"
    rb"(?:mail |message )?delivery (?:failure|failed|error|problem)|"
    rb"delivery notification: delivery has failed|"
    rb"(?:mail|message) (?:undeliverable|could not be delivered)",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    rb"delayed mail|delivery status notification \(delay\)|warning: could not send message|"
    rb"warning: message .{1,80} delayed|delivery status notification: delay|"
    rb"(?:mail |message )?delivery (?:is )?delayed",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"(?<![0-9.:])[45][0-9]{2}[ -]|#?[45]\.[0-9]{1,3}\.[0-9]{1,3}")
_STATUS = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})")
_ID = re.compile(r"<([^<>\s]{1,998})>")
_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})  # RFC 3464, RFC 6533
_SENT_TO = ("x-original-to", "envelope-to", "delivered-to", "to")  # the address of the envelope first

Block = dict[str, str]


def parse(message: str | bytes) -> Bounce | None:
    r"""What ``message`` says about another one.

    >>> report = parse(
    ...     b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
    ...     b"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n"
    ...     b"Final-Recipient: rfc822; u@example.com\nAction: failed\nStatus: 5.1.1\n--b--\n"
    ... )
    >>> report.action.value, report.recipients[0].recipient, report.recipients[0].status
    ('failed', 'u@example.com', '5.1.1')
    """
    data = (message if isinstance(message, bytes) else message.encode("utf-8", "surrogatepass"))[:MESSAGE]
    header = dict(reversed(list(fields(data))))
    kind, parameters = content_type(header.get("content-type"))
    about = parameters.get("report-type", "").lower()
    if kind == "multipart/report" and about not in {"", "delivery-status"}:
        return None  # a read receipt, an abuse report
    leaves = parts(data)
    status = next((leaf for leaf in leaves if leaf.type in _STATUS_TYPES), None)
    if status is not None:
        return _report(header, status, leaves)
    return _plain(header, leaves, declared=kind == "multipart/report" and about == "delivery-status")


def likely(headers: bytes) -> bool:
    """True when the rest of a message with these headers is worth being read as a bounce."""
    header = dict(reversed(list(fields(headers))))
    kind, parameters = content_type(header.get("content-type"))
    if kind == "multipart/report":
        return parameters.get("report-type", "delivery-status").lower() == "delivery-status"
    subject = header.get("subject", b"").strip()
    said = _FAILED.match(subject) or _DELAYED.match(subject)
    return bool(said or "x-failed-recipients" in header)


def names(found: Bounce, token: str) -> bool:
    """True when ``found`` is about the message with ``token``: by ENVID, return path (VERP), Message-ID or its copy."""
    texts = (found.envelope_id, found.sent_to, found.message_id, found.returned)
    return any(token.lower() in text.lower() for text in texts if text)


def _report(header: dict[str, bytes], status: Part, leaves: list[Part]) -> Bounce | None:
    blocks = list(_blocks(status.body))
    if not blocks:
        return None
    about = blocks[0] if "final-recipient" not in blocks[0] else {}
    human = bounce_text.lines(leaves)
    said = bounce_text.about(human)
    recipients = tuple(
        _recipient(block, human, said)
        for block in blocks[: RECIPIENTS + 1]
        if "final-recipient" in block or "action" in block
    )
    if not recipients:
        return None
    returned = _returned(leaves)
    return Bounce(
        standard=True,
        recipients=recipients,
        reporting_mta=_typed(about.get("reporting-mta")),
        envelope_id=about.get("original-envelope-id") or None,
        queue_id=about.get("x-postfix-queue-id") or None,
        arrived=read(about.get("arrival-date", "")),
        message_id=_message_id(returned) or _first_id(about.get("x-original-message-id")) or _answered(header),
        returned=returned,
        explanation=_folded(human)[:EXPLANATION] or None,
        sent_to=_sent_to(header),
    )


def _blocks(body: bytes) -> Iterator[Block]:
    """The groups of fields between empty lines; the first is about the message (RFC 3464 2.1)."""
    for group in re.split(rb"\n[ \t\r]*\n", body.strip(b"\r\n")):
        block: Block = {}
        for name, value in fields(group):
            block.setdefault(name, escape(value))
        if block:
            yield block


def _typed(value: str | None) -> str | None:
    """What stands behind the type: ``rfc822; user@example.com``."""
    kind, semicolon, text = (value or "").partition(";")
    return (text if semicolon else kind).strip() or None


def _mailbox(value: str | None) -> str | None:
    found = _typed(value)
    return found[1:-1] if found and found.startswith("<") and found.endswith(">") else found


def _recipient(block: Block, human: str, said: dict[str, str]) -> BouncedRecipient:
    recipient, diagnostic = _mailbox(block.get("final-recipient")), _typed(block.get("diagnostic-code"))
    remote = _typed(block.get("remote-mta"))
    name = re.split(r" ?[\[(]", remote, maxsplit=1)[0].rstrip(".") if remote else None
    code, told = bounce_text.reply(diagnostic or said.get(recipient or "", ""))
    # A reply of SMTP is the refusing server's: an address in it is the client's, ours.
    own = "" if block.get("diagnostic-code", "").lower().startswith("smtp") else diagnostic or ""
    texts = (remote or "", own, said.get(recipient or "", human[: 4 * EXPLANATION]))
    address = next(filter(None, (bounce_text.server(text, name) for text in texts)), None)
    address = address or address_of(remote or "")
    status = _STATUS.search(block.get("status", ""))
    word = block.get("action", "").split("(")[0].strip().lower()
    return BouncedRecipient(
        action=_ACTIONS.get(word, Action.FAILED),
        recipient=recipient,
        original_recipient=_mailbox(block.get("original-recipient")),
        status=status[1] if status else told,
        code=code,
        diagnostic=diagnostic,
        remote_mta=name or remote,
        address=address,
        family=family_of(address) if address else None,
    )


def _folded(human: str) -> str:
    """The text as one line."""
    return human.replace("\n", " ")


def _returned(leaves: list[Part]) -> str | None:
    """The header of the message that is talked about."""
    for leaf in leaves:
        if leaf.type in {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}:
            return "; ".join(f"{name}: {escape(value)}" for name, value in fields(leaf.body))[:65536] or None
    return None


def _message_id(returned: str | None) -> str | None:
    match = re.search(r"(?:^|; )message-id: <?([^<>\s;]{1,998})", returned or "")
    return match[1] if match else None


def _first_id(text: str | None) -> str | None:
    match = _ID.search(text or "")
    return match[1] if match else None


def _answered(header: dict[str, bytes]) -> str | None:
    """The message a bounce says it answers, where it returns nothing of it."""
    return _first_id(escape(header.get("in-reply-to") or header.get("references") or b""))


def _sent_to(header: dict[str, bytes]) -> str | None:
    """Where the bounce went: a return path of its own (VERP) tells which message it is about."""
    return ", ".join(dict.fromkeys(escape(header[name])[:998] for name in _SENT_TO if name in header)) or None


def _plain(header: dict[str, bytes], leaves: list[Part], *, declared: bool) -> Bounce | None:
    """A bounce without a report. ``declared``: its header says there is one."""
    subject = header.get("subject", b"").strip()
    failed = header.get("x-failed-recipients")
    delayed = _DELAYED.match(subject)
    if not (failed or delayed or declared or _FAILED.match(subject)):
        return None
    returns = header.get("return-path", b"x").strip() in {b"<>", b""}
    if not (failed or returns or _from_a_daemon(header)):
        return None  # somebody answers, with that subject
    human = bounce_text.lines(leaves)
    automatic = header.get("auto-submitted", b"").lower().startswith(b"auto-replied")
    refused = _from_a_daemon(header) and _REFUSED.search(bounce_text.told(human))
    if automatic and not (failed or delayed or declared or refused):
        return None  # a vacation note
    said = bounce_text.about(human)
    named = escape(failed).replace(" ", "").split(",") if failed else list(said)
    returned = _returned(leaves) or _folded(human)
    return Bounce(
        standard=False,
        recipients=tuple(_named(name, human, said, delayed=bool(delayed)) for name in named[:RECIPIENTS] or [""]),
        message_id=_message_id(returned) or _quoted_id(human) or _answered(header),
        returned=returned or None,
        explanation=_folded(human)[:EXPLANATION] or None,
        sent_to=_sent_to(header),
    )


def _named(name: str, human: str, said: dict[str, str], *, delayed: bool) -> BouncedRecipient:
    """One recipient of a text: by what stands behind it, and where that says nothing by all of the text."""
    texts = (said.get(name, ""), bounce_text.told(human) if len(said) < 2 else "")
    code, status = next((found for found in map(bounce_text.reply, texts) if any(found)), (None, None))
    address = next(filter(None, map(bounce_text.server, texts)), None)
    return BouncedRecipient(
        action=Action.DELAYED if delayed else Action.FAILED,
        recipient=name or None,
        status=status,
        code=code,
        address=address,
        family=family_of(address) if address else None,
    )


def _from_a_daemon(header: dict[str, bytes]) -> bool:
    sender = header.get("from", b"").lower()
    return any(
        word in sender
        for word in (b"mailer-daemon", b"postmaster@", b"mail delivery", b"microsoftexchange", b"mdaemon", b"<>")
    )


def _quoted_id(human: str) -> str | None:
    """The Message-ID in a copy of the header that stands in the text itself (qmail, Exim)."""
    match = re.search(r"(?i)message-id: ?<([^<>\s]{1,998})>", human)
    return match[1] if match else None


_ACTIONS = {action.value: action for action in Action}
