r"""The words mail logs are made of: addresses in brackets, mailboxes, quoted strings, replies.

In: escaped text (``probe.grammar.text.escape``), where a backslash is two and an octet that is no text is ``\xNN``.
Out: values. Nothing raises. The patterns are possessive, so what one has taken it does not give back, and bounded, so a
line full of openings without an end costs no more than a constant for each.
"""

import re
from functools import lru_cache

from probe.grammar.enhanced_code import enhanced_code
from probe.grammar.queue_id import from_reply
from probe.grammar.quoted_address import address_of
from probe.model.words import Family

QUOTED = r'"(?:[^"\\]{1,512}+|\\\\(?:\\\\|[^\\])|\\x[0-9a-f]{2}){0,32}+"'
"""A quoted string; a backslash in it takes the next character with it."""

PATH = rf"<(?:(?:[^<>\"]{{1,256}}+|{QUOTED}){{0,8}}+|[^>]{{0,512}}+)>"
"""A mailbox in angle brackets; its local part may be quoted and hold anything."""

_REPLY = re.compile(r"(?<![0-9.:])([245][0-9]{2})[ -](?:#?([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.]))?")


@lru_cache(maxsize=4096)
def address(text: str | None) -> tuple[str | None, Family | None]:
    """An address in any of its spellings, and its family; a pair of None for anything else.

    >>> address("IPv6:2001:DB8:0:0:0:0:0:1")
    ('2001:db8::1', <Family.IPV6: 'ipv6'>)
    """
    found = address_of(text) if text else None
    return (found, Family.IPV6 if ":" in found else Family.IPV4) if found else (None, None)


def bare(path: str | None) -> str | None:
    """A mailbox without its angle brackets; the empty one is an empty string."""
    return path[1:-1] if path and path.startswith("<") and path.endswith(">") else path


def known(name: str | None) -> str | None:
    """A host's name, or None for the words that say it has none."""
    name = (name or "").rstrip(".")
    return None if name.lower() in {"", "unknown", "<unknown>", "local"} or name.startswith("[") else name


def reply(text: str) -> tuple[int | None, str | None]:
    """The first reply code in ``text`` and the enhanced code behind it.

    >>> reply("host mx1.example.com[2001:db8::25] said: 450 4.2.0 try later")
    (450, '4.2.0')
    """
    match = _REPLY.search(text)
    if match is None:
        return None, None
    code = int(match[1])
    return code, enhanced_code(code, match[2] or "")


def named_by_next_hop(text: str) -> str | None:
    """The id the next hop gave the message, from its 2xx reply; a text that is no such reply names none.

    >>> named_by_next_hop("250 2.0.0 Ok: queued as 4BzQ3t1mZvz9s")
    '4BzQ3t1mZvz9s'
    """
    return from_reply(text[4:]) if text[:1] == "2" and text[1:3].isdigit() and text[3:4] in {" ", "-"} else None
