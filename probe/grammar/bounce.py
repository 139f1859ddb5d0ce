"""A message that says a message was not delivered, or not yet: RFC 3464 reports, and what some servers send instead.

In: a message as bytes or text. Out: a ``Bounce``, or None for anything else: vacation notes, read receipts (MDN),
challenges, and mail. Nothing raises and every text is escaped; ``probe.grammar.mime`` says how much is read.

A report often names the refusing server only by name and tells its address in the part for people, so that is read too.
Without a report the subject and the first words must be those of a program known to write so:

=========== ==========================================================================
Exim        ``Mail delivery failed: returning message to sender``, X-Failed-Recipients
qmail       ``failure notice`` and ``Hi. This is the qmail-send program``
Postfix     ``Undelivered Mail Returned to Sender``, ``Delayed Mail``
Sendmail    ``Returned mail: see transcript for details``, ``Warning: could not send``
OpenSMTPD   ``Delivery status notification: error``
Courier     ``NOTICE: mail delivery status.``
Exchange    ``Undeliverable: ...``
others      ``Delivery Status Notification (Failure)``, ``Failure Notice``
=========== ==========================================================================
"""

import re
from collections.abc import Iterator

from probe.address import family_of
from probe.grammar.date_time import read
from probe.grammar.enhanced_code import enhanced_code
from probe.grammar.header import fields
from probe.grammar.mime import MESSAGE, Part, content_type, parts
from probe.grammar.quoted_address import address_of
from probe.grammar.text import escape
from probe.model.bounce import Action, Bounce, BouncedRecipient

RECIPIENTS = 100
EXPLANATION = 2000

_FAILED = re.compile(
    rb"mail delivery failed|failure notice|undelivered mail returned to sender|returned mail: |undeliverable: |"
    rb"delivery status notification: error|delivery status notification \(failure\)|notice: mail delivery status|"
    rb"mail system error|delivery failure|message undeliverable",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    rb"delayed mail|delivery status notification \(delay\)|warning: could not send message|"
    rb"warning: message .{1,80} delayed|delivery status notification: delay",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"<([^<>\s]{1,320}@[^<>\s]{1,255})>:?")
_LINE = re.compile(r"^\s{0,8}<?([^<>\s:]{1,320}@[^<>\s:]{1,255})>?:?\s*$", re.MULTILINE)
_SERVER = re.compile(r"(?:host )?([A-Za-z0-9._-]{1,255}) ?\[([0-9A-Fa-f:.]{2,45})\]")
_CODE = re.compile(r"(?<![0-9.:])([245][0-9]{2})[ -](?:#?([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.]))?")
_STATUS = re.compile(r"\(?#?([245]\.[0-9]{1,3}\.[0-9]{1,3})\)?")
_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})  # RFC 3464, RFC 6533

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
    if kind == "multipart/report" and parameters.get("report-type", "delivery-status").lower() != "delivery-status":
        return None  # a read receipt, an abuse report
    leaves = parts(data)
    status = next((leaf for leaf in leaves if leaf.type in _STATUS_TYPES), None)
    if status is not None:
        return _report(status, leaves)
    return _plain(header, leaves)


def _report(status: Part, leaves: list[Part]) -> Bounce | None:
    blocks = list(_blocks(status.body))
    if not blocks:
        return None
    about = blocks[0] if "final-recipient" not in blocks[0] else {}
    human = _human(leaves)
    recipients = tuple(
        _recipient(block, human)
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
        message_id=_message_id(returned),
        returned=returned,
        explanation=human[:EXPLANATION] or None,
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


def _recipient(block: Block, human: str) -> BouncedRecipient:
    recipient, diagnostic = _typed(block.get("final-recipient")), _typed(block.get("diagnostic-code"))
    remote = _typed(block.get("remote-mta"))
    code, _ = _reply(diagnostic or "")
    said = (diagnostic or "", _paragraph(human, recipient))
    address = _server(said[0], remote) or _server(said[1], remote) or address_of(remote or "")
    status = _STATUS.search(block.get("status", ""))
    word = block.get("action", "").split("(")[0].strip().lower()
    return BouncedRecipient(
        action=_ACTIONS.get(word, Action.FAILED),
        recipient=recipient,
        original_recipient=_typed(block.get("original-recipient")),
        status=status[1] if status else None,
        code=code,
        diagnostic=diagnostic,
        remote_mta=remote,
        address=address,
        family=family_of(address) if address else None,
    )


def _paragraph(human: str, recipient: str | None) -> str:
    """What the part for people says about this recipient; all of it where it does not name one."""
    place = human.find(f"<{recipient}>") if recipient else -1
    return human[place : place + EXPLANATION] if place >= 0 else human[: 4 * EXPLANATION]


def _server(text: str, name: str | None) -> str | None:
    """The address ``text`` gives to the server that refused: the one behind its name, else the first."""
    found = [(match[1], address_of(match[2])) for match in _SERVER.finditer(text)]
    known = [(host, address) for host, address in found if address]
    wanted = (name or "").rstrip(".").lower()
    first = known[0][1] if known else None
    return next((address for host, address in known if host.rstrip(".").lower() == wanted), first)


def _reply(text: str) -> tuple[int | None, str | None]:
    match = _CODE.search(text)
    return (int(match[1]), enhanced_code(int(match[1]), match[2] or "")) if match else (None, None)


def _human(leaves: list[Part]) -> str:
    """The first text, a line a line, folded lines as one."""
    body = next((leaf.body for leaf in leaves if leaf.type == "text/plain"), b"")[: 8 * EXPLANATION]
    return " ".join(escape(line) for line in re.sub(rb"[ \t]+", b" ", body).split(b"\n"))


def _returned(leaves: list[Part]) -> str | None:
    """The header of the message that is talked about."""
    for leaf in leaves:
        if leaf.type in {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}:
            return "; ".join(f"{name}: {escape(value)}" for name, value in fields(leaf.body))[:65536] or None
    return None


def _message_id(returned: str | None) -> str | None:
    match = re.search(r"(?:^|; )message-id: <?([^<>\s;]{1,998})", returned or "")
    return match[1] if match else None


def _plain(header: dict[str, bytes], leaves: list[Part]) -> Bounce | None:
    """A bounce without a report."""
    subject = header.get("subject", b"")
    failed = header.get("x-failed-recipients")
    delayed = _DELAYED.match(subject.strip())
    if not (failed or delayed or _FAILED.match(subject.strip())):
        return None
    automatic = header.get("auto-submitted", b"").lower().startswith(b"auto-replied")
    returns = header.get("return-path", b"<>").strip() in {b"<>", b""}
    if not failed and not returns and not _from_a_daemon(header):
        return None  # somebody answers, with that subject
    human = _human(leaves)
    if automatic and not failed and not _CODE.search(human) and not delayed:
        return None
    named = escape(failed).replace(" ", "").split(",") if failed else _named(leaves)
    code, status = _reply(human)
    found = _STATUS.search(human)
    address = _server(human, None)
    recipients = tuple(
        BouncedRecipient(
            action=Action.DELAYED if delayed else Action.FAILED,
            recipient=name or None,
            status=status or (found[1] if found and code is None else None),
            code=code,
            address=address,
            family=family_of(address) if address else None,
        )
        for name in named[:RECIPIENTS] or [""]
    )
    returned = _returned(leaves) or human
    return Bounce(
        standard=False,
        recipients=recipients,
        message_id=_message_id(returned) or _quoted_id(human),
        returned=returned or None,
        explanation=human[:EXPLANATION] or None,
    )


def _from_a_daemon(header: dict[str, bytes]) -> bool:
    return b"mailer-daemon" in header.get("from", b"").lower() or b"postmaster@" in header.get("from", b"").lower()


def _named(leaves: list[Part]) -> list[str]:
    """The mailboxes that stand alone on a line of the text, or in angle brackets at its beginning (qmail)."""
    body = next((leaf.body for leaf in leaves if leaf.type == "text/plain"), b"")[: 8 * EXPLANATION]
    text = "\n".join(escape(line) for line in body.split(b"\n"))
    before = re.split(r"(?i)^-+ .{0,40}(?:copy|original|header)", text, maxsplit=1, flags=re.MULTILINE)[0]
    return list(dict.fromkeys(_LINE.findall(before) or _ADDRESS.findall(before)))


def _quoted_id(human: str) -> str | None:
    """The Message-ID in a copy of the header that stands in the text itself (qmail, Exim)."""
    match = re.search(r"(?i)message-id: ?<([^<>\s]{1,998})>", human)
    return match[1] if match else None


_ACTIONS = {action.value: action for action in Action}
