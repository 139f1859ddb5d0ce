"""What the part of a bounce that is written for people says: who was refused, by which server, with which reply.

In: the leaves of a message (``probe.grammar.mime``). Out: escaped text, mailboxes with the lines about each, addresses,
replies. Nothing raises. Programs have their own ways to name the server that refused:

================================================ =====================================
``host mx1.example.com[2001:db8::25] said:``     Postfix; with a blank Exim, Courier
``mx1.example.com. [2001:db8::25]``              Gmail; in parentheses in its reports
``Server at mx1.example.com (2001:db8::25)``     Exchange Online
``2001:db8::25 does not like recipient.``        qmail, also ``Giving up on`` it
``Remote server (2001:db8::25) issued an error`` hMailServer
================================================ =====================================
"""

import re
from collections.abc import Sequence

from probe.grammar.enhanced_code import enhanced_code
from probe.grammar.mime import Part
from probe.grammar.quoted_address import address_of
from probe.grammar.text import escape

LONGEST = 16_384  # octets of the text that are read

_IP = r"[0-9A-Fa-f:.]{2,45}"
_SERVER = re.compile(
    # A name has a dot and a letter: "550-5.7.1 [2001:db8::9]" and "Client host [2001:db8::9]" speak of the client.
    r"(?P<name>(?<=host )[A-Za-z0-9_-]{1,255}"
    r"|(?=[0-9._-]{0,255}[A-Za-z])[A-Za-z0-9_-]{1,255}(?:\.[A-Za-z0-9_-]{1,255}){1,16}\.?)"
    rf" ?[\[(](?:IPv6:)?(?P<address>{_IP})[\]),]"
    rf"|(?:Connected to|Giving up on|Remote server \(|LastAttemptedIP=\[?) ?(?P<peer>{_IP})"
    rf"|(?:^|(?<=\s))(?P<refusing>{_IP}) (?:does not like|failed after)"
)
_CODE = re.compile(r"(?<![0-9.:])([245][0-9]{2})(?:[ -]|: (?=[245]\.))(?:#?([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.]))?")
_STATUS = re.compile(r"(?<![0-9.])([245]\.[0-9]{1,3}\.[0-9]{1,3})(?!\.?[0-9])")
_TAG = re.compile(rb"<[^<>]{0,4000}>")
_MAILBOX = r"[^<>\s:\"']{1,320}@[^<>\s:\"']{1,255}"
_LINE = re.compile(rf"^[ \t]{{0,16}}<?({_MAILBOX})>?(?::|[ \t]+on [0-9].*)?[ \t]*$", re.MULTILINE)
_LABELLED = re.compile(
    rf"^[ \t]{{0,16}}[A-Za-z -]{{0,30}}(?:Recipient|Failed)(?: address)?:[ \t]*<?({_MAILBOX})>?[ \t]*$", re.MULTILINE
)
_BRACKETS = re.compile(rf"<({_MAILBOX})>")
_WORD = re.compile(rf"(?:^|(?<=\s))({_MAILBOX}?)(?=[,.;:]?(?:\s|$))")
_COPY = re.compile(
    r"^-+ .{0,60}(?:copy|original|header)|^.{0,20}below (?:this line )?is a copy|^original message headers?:",
    re.IGNORECASE | re.MULTILINE,
)


def lines(leaves: Sequence[Part]) -> str:
    """The first text, a line a line; where there is only HTML, what stands between its tags."""
    body = next((leaf.body for leaf in leaves if leaf.type == "text/plain" and leaf.body.strip()), None)
    if body is None:
        marked = next((leaf.body for leaf in leaves if leaf.type == "text/html"), b"")
        body = _TAG.sub(b" ", marked[:LONGEST])
    return "\n".join(escape(line) for line in re.sub(rb"[ \t\r]+", b" ", body[:LONGEST]).split(b"\n"))


def told(text: str) -> str:
    """``text`` without the copy of the message behind it."""
    return _COPY.split(text, maxsplit=1)[0]


def about(text: str) -> dict[str, str]:
    r"""The mailboxes ``text`` is about, each with what is said behind it.

    >>> about("Hi.\n<u@example.com>:\nno such user\n<v@example.com>:\nmailbox full\n--- Here is a copy\n<w@a.example>")
    {'u@example.com': '\nno such user\n', 'v@example.com': '\nmailbox full\n'}
    """
    text = told(text)
    places: list[re.Match[str]] = []
    for form in (_LINE, _LABELLED, _BRACKETS, _WORD):
        places = list(form.finditer(text))
        if places:
            break
    found: dict[str, str] = {}
    end = len(text)
    for match in reversed(places):
        found[match[1]] = text[match.end() : end] + found.pop(match[1], "")
        end = match.start()
    return dict(reversed(found.items()))


def server(text: str, name: str | None = None) -> str | None:
    """The address ``text`` gives to the server that refused: the one behind its name, else the first.

    >>> server("mx9.example.net[192.0.2.9] and mx1.example.com (2001:DB8::25, the server)", "mx1.example.com")
    '2001:db8::25'
    """
    wanted = (name or "").rstrip(".").lower()
    first: str | None = None
    for match in _SERVER.finditer(text):
        address = address_of(match["address"] or (match["peer"] or match["refusing"]).rstrip("."))
        if address and wanted and (match["name"] or "").rstrip(".").lower() == wanted:
            return address
        first = first or address
    return first


def reply(text: str) -> tuple[int | None, str | None]:
    """The first reply in ``text``: its code, and its enhanced code or a status that stands alone.

    >>> reply("Remote host said: 550 5.1.1 unknown"), reply("no mailbox here by that name. (#5.1.1)")
    ((550, '5.1.1'), (None, '5.1.1'))
    """
    match = _CODE.search(text)
    if match:
        return int(match[1]), enhanced_code(int(match[1]), match[2] or "")
    status = _STATUS.search(text)
    return None, status[1] if status else None
