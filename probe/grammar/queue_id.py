"""The receiver's queue id, from its reply to the final dot: the key into its log (RFC 5321 4.2.5).

In: the text of the 250, with or without its enhanced code. Out: the id, or None when the reply names none. Nothing
raises; only the first ``MOST`` characters are read.

================ ================================================================================
Postfix, Halon   ``Ok: queued as ID``; Yandex ``Ok: queued on HOST ID``
Exim, mail.com   ``OK id=ID``
Sendmail         ``ID Message accepted for delivery``, OpenSMTPD too
Gmail            ``OK  SECONDS ID - gsmtp``
Exchange         ``<message-id> [InternalId=ID, Hostname=...] Queued mail for delivery``
Dovecot          ``<recipient> ID Saved``
Haraka           ``Message Queued (ID)``
qmail            ``ok SECONDS qp ID``
Stalwart         ``Message queued with id ID``
IronPort         ``Message ID accepted``
Courier          ``Ok. ID``
================ ================================================================================
"""

import re

MOST = 4096
LONGEST = 128

_ID = r"<?([a-z0-9][a-z0-9._:=+/@-]*)"
_FORMS = tuple(
    # Not from within a word: that would be another key, and the search is linear because words are entered once.
    re.compile(rf"(?<![a-z0-9._:=+/@-]){form}", re.IGNORECASE | re.ASCII)
    for form in (
        rf"queued (?:as|with id) {_ID}",
        rf"queued on [a-z0-9.-]+ {_ID}",
        rf"InternalId={_ID}",
        rf"id={_ID}",
        rf"{_ID} Message accepted for delivery",
        rf"OK [0-9]+ {_ID} - gsmtp",
        rf"ok [0-9]+ qp {_ID}",
        r"Message Queued \(([0-9a-f]{8}-[0-9a-f-]{27}(?:\.[0-9]+)?)\)",
        rf"{_ID} Saved",
        r"Message ([0-9]+) accepted",
        r"Ok\. ([0-9a-f]{8,}(?:\.[0-9a-f]+)+)",
    )
)
_ENHANCED = re.compile(r"[2-5]\.[0-9]{1,3}\.[0-9]{1,3}(?: |$)")


def from_reply(text: str) -> str | None:
    """The queue id ``text`` names.

    >>> from_reply("2.0.0 Ok: queued as 4BzQ3t1mZvz9s")
    '4BzQ3t1mZvz9s'
    >>> from_reply("2.0.0 Message accepted for delivery")
    """
    said = " ".join(text[:MOST].split())
    enhanced = _ENHANCED.match(said)
    said = said[enhanced.end() :] if enhanced else said
    for form in _FORMS:
        found = [match[1].rstrip(".,;:") for match in form.finditer(said)]
        if found:
            return found[-1] if _is_id(found[-1]) else None  # a filter ends with the reply it got itself
    return None


_STYLES = (
    (re.compile(r"[0-9A-Za-z]{6}-[0-9A-Za-z]{6}-[0-9A-Za-z]{2}"), "Exim"),
    (re.compile(r"[0-9A-Za-z]{6}-[0-9A-Za-z]{11}-[0-9A-Za-z]{4}"), "Exim 4.97"),
    (re.compile(r"[0-9A-F]{6,15}"), "Postfix, short"),
    (re.compile(r"[0-9a-f]{8}"), "OpenSMTPD"),
    (re.compile(r"[0-9A-Za-x]{8}[0-9]{6}"), "Sendmail"),
    (re.compile(r"[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,20}"), "Postfix, long"),
)


def style(queue_id: str) -> str | None:
    """Whose habit it is to write ids like this one, None when nobody's we know; two of one style may be one machine's.

    >>> style("1tEXHp-0000000Ab1C-3Dz9"), style("4BzQ3t1mZvz9s"), style("qp 7")
    ('Exim 4.97', 'Postfix, long', None)
    """
    return next((habit for form, habit in _STYLES if form.fullmatch(queue_id)), None)


def _is_id(word: str) -> bool:
    """A plain English word is none; short ids have a digit."""
    return (
        len(word) <= LONGEST and (any(char.isdigit() for char in word) or len(word) >= 6) and word.lower() != "message"
    )
