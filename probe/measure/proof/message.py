"""The test message: its token, its headers, its words (catalogue C.1 and rule 40).

In: who, to whom, over which family. Out: the message as bytes with CRLF line ends, pure ASCII, not dot-stuffed: who
sends it does that. Wrong: ``UsageError`` for a name or address with a character that could end a header.

The token stands in four places, because each of them is lost somewhere: Message-ID, Subject, a header of its own and
the first line of the body. It names the family, so that a copy can never be credited to the other one.
"""

import random
import re
import secrets
from base64 import b32encode
from datetime import datetime
from textwrap import wrap

from probe.grammar.body import LENGTH, digest
from probe.grammar.bounce import likely
from probe.grammar.date_time import write
from probe.grammar.header import fields
from probe.grammar.options import quoted
from probe.model.errors import UsageError
from probe.model.words import Family

LEAST = 3000  # octets: more than fits one segment, so that a path which loses full ones shows
WIDTH = 77  # characters of a line, where the words in it allow: RFC 5322 2.1.1 recommends 78 at most

_ANY = re.compile(rb"p6[0-9a-f]{4}[a-z2-7]{16}v[46]")
_VERSION = "0100"  # the token's form, one octet, and one octet of flags, none of which is in use
_RANDOM_BITS = 80
_SUFFIXES = {Family.IPV6: "v6", Family.IPV4: "v4"}
_OWN_NAME = re.compile(r"[A-Za-z0-9.-]{1,255}|\[[A-Za-z0-9.:]{2,80}\]")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._:\[\]-]")
_CARRIERS = frozenset({"message-id", "subject", "x-probe6-token"})
_ANSWERS = frozenset({"in-reply-to", "references"})

_BODY_HEADER, _BLANK = "X-Probe6-Body", "0" * LENGTH  # the digest has its place before the text has its length
_WHAT = (
    "This is a test message of probe6, a program that checks whether mail over IPv6 works as mail over IPv4 does. "
    "Somebody named this mailbox as its destination. It carries no attachment and tracks nothing; you may delete it."
)

_PADDING = "The lines below mean nothing: they make this message fill more than one packet, as most mail does."
_NO_MESSAGE = (
    "This is no message. probe6 checks whether the way to this mail host loses large packets; it closes the connection "
    "before the final dot, so that nothing is delivered."
)


def new_token(family: Family, rng: random.Random | None = None) -> str:
    """A token nobody has used: 24 characters, lower case, letters and digits only. ``rng`` makes it repeatable."""
    bits = rng.getrandbits(_RANDOM_BITS) if rng else secrets.randbits(_RANDOM_BITS)
    text = b32encode(bits.to_bytes(_RANDOM_BITS // 8, "big")).decode("ascii").lower()
    return f"p6{_VERSION}{text}{_SUFFIXES[family]}"


def carries(headers: bytes, token: str) -> bool:
    """True when these are the headers of the message with ``token``, and not those of an answer to it or a bounce.

    A bounce may bear the subject of the message it is about, as an answer does.
    """
    wanted = token.lower().encode("ascii", "replace")
    found: set[str] = set()
    for name, value in fields(headers):
        if name in _CARRIERS | _ANSWERS and wanted in value.lower():
            if name in _ANSWERS:
                return False
            found.add(name)
    return bool(found) and (found != {"subject"} or not likely(headers))


def is_ours(headers: bytes) -> bool:
    """True when these are the headers of a message with a token of any run, and not those of an answer to one."""
    found: set[bytes] = set()
    answered: set[bytes] = set()
    for name, value in fields(headers):
        if name in _CARRIERS:
            found.update(_ANY.findall(value.lower()))
        elif name in _ANSWERS:
            answered.update(_ANY.findall(value.lower()))
    return bool(found - answered)


def check(sender: str, recipient: str, contact: str | None, helo: str | None) -> None:
    """Raise what ``build`` would raise for these: a run asks before it begins."""
    for given in (sender, recipient, contact or ""):
        _plain(given)
    if helo is not None and not _OWN_NAME.fullmatch(helo):
        raise UsageError(f"{quoted(helo)} is not a host name or an address literal")


def build(
    *,
    token: str,
    family: Family,
    sender: str,
    recipient: str,
    mx: str,
    helo: str,
    date: datetime,
    contact: str | None = None,
) -> bytes:
    """The message. ``sender`` ``""`` is the null reverse-path: then From is the postmaster of the name we announce."""
    check(sender, recipient, contact, helo)
    _plain(mx)
    mx = _NOT_IN_NAMES.sub("?", mx)[:255]  # the name server's word, which may hold anything
    suffix = _SUFFIXES[family]
    author = sender or f"postmaster@{helo}"
    headers = [
        ("Date", write(date)),
        ("From", f"probe6 <{author}>"),
        ("To", f"<{recipient}>"),
        ("Subject", f"probe6 {token} {suffix} {mx}"),
        ("Message-ID", f"<{token}@{helo}>"),
        ("Auto-Submitted", "auto-generated"),  # RFC 3834 5: nobody shall answer
        ("Precedence", "bulk"),
        ("X-Auto-Response-Suppress", "All"),  # the same for Exchange
        ("X-Probe6-Token", token),
        ("X-Probe6-Family", family.value),
        (_BODY_HEADER, _BLANK),
        *([("X-Probe6-Contact", contact)] if contact else []),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=us-ascii"),
        ("Content-Transfer-Encoding", "7bit"),
    ]
    how = f"It was sent over {family.label} to {mx} by the host that calls itself {helo}."
    who = "Who runs the probe and can stop these messages:"
    body = [token, *(line for text in (_WHAT, how, who) for line in ("", *_lines(text))), *_lines(contact or author)]
    body += ["", *_lines(_PADDING), ""]
    whole = _padded([*(line for name, value in headers for line in _folded(name, value)), "", *body])
    told = digest(whole.partition(b"\r\n\r\n")[2])
    return whole.replace(f"{_BODY_HEADER}: {_BLANK}".encode(), f"{_BODY_HEADER}: {told}".encode(), 1)


def no_message(helo: str, family: Family) -> bytes:
    """Lines as many as those of a message; they are no message, and say so."""
    headers = [f"Subject: probe6: no message ({_SUFFIXES[family]})", f"From: probe6 <postmaster@{helo}>"]
    return _padded([*headers, "", *_lines(_NO_MESSAGE), ""])


def _padded(lines: list[str]) -> bytes:
    """The lines with their ends, and as many more as it takes to be ``LEAST`` octets long."""
    text = "".join(f"{line}\r\n" for line in lines)
    number = 0
    while len(text) < LEAST:
        number += 1
        text += f"{number:03} {'.' * (WIDTH - 4)}\r\n"
    return text.encode("ascii")


def _folded(name: str, value: str) -> list[str]:
    """A header, folded at its blanks where it would be too long. Each line begins with a word: none is all blanks."""
    first, *rest = _lines(f"{name}: {value}")
    return [first, *(f" {line}" for line in rest)]


def _lines(text: str) -> list[str]:
    return wrap(text, WIDTH - 1, break_long_words=False, break_on_hyphens=False)


def _plain(text: str) -> None:
    if not (text.isascii() and text.isprintable()):
        raise UsageError(f"{quoted(text)} goes into a header: printable ASCII on one line is needed there")
