r"""What IMAP says in text: the place of a mailbox as a person writes it, and names of mailboxes on the wire.

In: ``imap://USER@HOST[:PORT]/FOLDER`` (RFC 5092, the part of it that names a mailbox) or the lines of a server. Out: a
``Place``, quoted strings, attributes. ``UsageError`` for a place nobody can mean; lines of a server never raise.

>>> parse_place("imaps://user%40example.com@mail.example.com/Entw%C3%BCrfe").folder
'Entwürfe'
>>> mailbox("Entwürfe & more")
'"Entw&APw-rfe &- more"'
"""

import re
from binascii import b2a_base64
from dataclasses import dataclass
from urllib.parse import unquote

from probe.grammar.endpoint import host_port
from probe.grammar.options import line, quoted
from probe.model.errors import UsageError

PORTS = {"imap": 143, "imaps": 993}
INBOX = "INBOX"

_OTHER_RUN = re.compile(r"[^ -~]+|&")
# RFC 3501 7.2.2: attributes in parentheses, the separator, the name as atom or quoted string.
_LIST = re.compile(rb'\(([^()]{0,1000})\) +(?:NIL|"(?:\\?.)") +(.{1,1000})', re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """A mailbox: ``host`` is an A-label or an address, ``folder`` as people write it; ``tls`` is that of ``imaps``."""

    user: str
    host: str
    port: int
    folder: str
    tls: bool


def parse_place(text: str) -> Place:
    """``imap://USER@HOST[:PORT][/FOLDER]`` or ``imaps://…``; without a folder the INBOX is meant."""
    scheme, _, rest = text.partition("://")
    known = scheme in PORTS
    authority, _, folder = rest.partition("/")
    user, at, where = authority.rpartition("@")
    if known and ":" in user:
        raise UsageError(f"{scheme}: a password on the command line can be read by every user of the machine")
    wrong = UsageError(f"{quoted(text)} is not {scheme if known else 'imaps'}://USER@HOST/FOLDER")
    if not known or not at or not where or not line_or_none(rest):
        raise wrong
    if ";" in user or ";" in folder or "?" in folder:  # RFC 5092 has more to say there; none of it is for a proof
        raise wrong
    host, port = host_port(where)
    return Place(_decoded(user, wrong), host, port or PORTS[scheme], _folder(folder, wrong), scheme == "imaps")


def line_or_none(text: str) -> str | None:
    """``text`` when it is one printable line."""
    try:
        return line(text, 1000)
    except UsageError:
        return None


def _folder(text: str, wrong: UsageError) -> str:
    return _decoded(text.rstrip("/"), wrong) if text.rstrip("/") else INBOX


def _decoded(text: str, wrong: UsageError) -> str:
    try:
        found = line_or_none(unquote(text, errors="strict"))
    except UnicodeDecodeError:
        found = None
    if found is None:
        raise wrong
    return found


def mailbox(name: str) -> str:
    """The name of a mailbox as a quoted string in modified UTF-7 (RFC 3501 5.1.3)."""
    return quote(_OTHER_RUN.sub(_shifted, name))


def _shifted(run: re.Match[str]) -> str:
    if run[0] == "&":
        return "&-"
    packed = b2a_base64(run[0].encode("utf-16-be", "surrogatepass"), newline=False)
    return f"&{packed.decode('ascii').rstrip('=').replace('/', ',')}-"


def quote(text: str) -> str:
    """A quoted string (RFC 3501 9). ``ValueError`` for what cannot stand in one: line ends, and NUL."""
    if any(char in text for char in "\r\n\0"):
        raise ValueError("no line end fits into a quoted string")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def parse_list(response: bytes) -> tuple[frozenset[str], str] | None:
    r"""Attributes in lower case, and the name ready to be sent back, of a LIST response without its ``* LIST``.

    >>> attributes, name = parse_list(b'(\\HasNoChildren \\Junk) "/" Spam')
    >>> sorted(attributes), name
    (['\\hasnochildren', '\\junk'], '"Spam"')
    """
    found = _LIST.fullmatch(response.strip(b" \r\n"))
    if not found:
        return None
    attributes = frozenset(found[1].decode("ascii", "replace").lower().split())
    name = found[2]
    if name.startswith(b'"'):
        if len(name) < 2 or not name.endswith(b'"'):
            return None
        name = re.sub(rb"\\(.)", rb"\1", name[1:-1])
    text = name.decode("ascii", "replace")
    return (attributes, quote(text)) if line_or_none(text) and text.isascii() else None
