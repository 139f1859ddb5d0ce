"""The Received headers of a message: who took it from whom, over which family, and when (RFC 5321 4.4).

In: a message (or its header section), or the values of its Received headers, with or without the name in front; newest
first. Out: a ``Hop`` for each.
Nothing raises and nothing is trusted: every part is escaped, a part that cannot be read is None. At most ``HOPS``
headers are read. The writers agree on little more than the key words, so the part after ``from`` is read by its shape:

======================================== ===================================================================
``helo (name [address])``                Postfix, Sendmail, OpenSMTPD, Courier, Gmail, Halon, Haraka, amavis
``helo (address)``                       Exchange
``name ([address] helo=helo)``           Exim; without ``helo=`` when it is the name
``[address] (helo=helo)``                Exim, when the address has no name
``name (HELO helo) (ident@address)``     qmail; James and Yahoo with ``EHLO`` and ``([address])``
``name ([address]:port "EHLO helo")``    ZMailer
``[address] (account user HELO helo)``   CommuniGate Pro
``helo [address]``                       appliances, no comment around the address
``[address] (helo)``                     chasquid
======================================== ===================================================================

Of several addresses the last is the client's: what stands before it is what the client called itself.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from probe.address import family_of
from probe.grammar.date_time import read
from probe.grammar.header import SECTION, VALUE, fields
from probe.grammar.quoted_address import address_of
from probe.grammar.structured import Kind, Piece, pieces, without_comments
from probe.grammar.text import escape
from probe.model.delivery import Hop

HOPS = 200

_NAMED = re.compile(rb"\A\s*received\s*:", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n]+")
_KEYWORDS = frozenset({"from", "by", "via", "with", "id", "for", "tls", "envelope-from", "envelope-sender"})
_TLS = re.compile(
    r"(?:using|version=|tls:)? ?(?:tls|ssl)[v-]?[0-9](?:[._][0-9])?(?:[\s:,]|$)|(?:tls|ssl)$|[a-z0-9_-]+ encrypted$"
    r"|version=(?:tls|ssl)"
)
# Comments of the from part that do not say who the client is.
_NOTES = re.compile(
    r"(?:(?:not )?using|client (?:cn|did not)|(?:squirrelmail )?authenticated|envelope-(?:from|sender)|smtp-auth) "
    r"|no client cert|(?:auth|tls):|may be forged$"
)
_ACCOUNT = re.compile(r"account [^ ]*+(?: [eh][eh]lo (?P<helo>[^ ]++))?", re.IGNORECASE)
_GLUED = re.compile(r"(?<=[\w.-])\[")
_ENCRYPTED = re.compile(r"[A-Z0-9][A-Za-z0-9_-]* encrypted (?P<protocol>[A-Za-z0-9]+)")
_PLAIN = frozenset({
    "SMTP", "ESMTP", "ESMTPA", "LMTP", "LMTPA",
    "UTF8SMTP", "UTF8SMTPA", "UTF8LMTP", "UTF8LMTPA", "UTF8ESMTP", "UTF8ESMTPA",
})  # fmt: skip
_SECURE = frozenset({"ESMTPS", "ESMTPSA", "LMTPS", "LMTPSA", "SMTPS", "HTTPS"} | {
    f"UTF8{name}" for name in ("SMTPS", "SMTPSA", "LMTPS", "LMTPSA", "ESMTPS", "ESMTPSA")
})  # fmt: skip
_NAMELESS = frozenset(
    {"", "unknown", "<unknown>", "unknown_domain", "verified", "unverified", "softdnserr", "unknownhost"}
)

Clauses = dict[str, list[Piece]]


def parse(headers: str | bytes | Iterable[str | bytes]) -> list[Hop]:
    """The hops of a message, newest first, each with its delay since the nearest hop below that states a time.

    ``headers`` is a message, or one value alone, or any number of values.

    >>> [hop] = parse(["from a.example ([IPv6:2001:DB8::9]) by b.example with ESMTPS; 22 Nov 2026 18:00:01 GMT"])
    >>> hop.address, hop.tls, f"{hop.time}"
    ('2001:db8::9', True, '2026-11-22 18:00:01+00:00')
    """
    hops = [_hop(value) for value in _values(headers)]
    below: datetime | None = None
    for index in reversed(range(len(hops))):
        time = hops[index].time
        if time is None:
            continue
        if below is not None:
            hops[index] = replace(hops[index], delay=(time - below).total_seconds())
        below = time
    return hops


def _values(headers: str | bytes | Iterable[str | bytes]) -> list[bytes]:
    values: list[bytes] = []
    room = SECTION
    if isinstance(headers, str | bytes):
        headers = _of_message(_octets(headers[:SECTION]))
    for value in headers:
        values.append(_NAMED.sub(b"", _octets(value[:VALUE]))[: min(VALUE, room)])
        room -= len(values[-1])
        if len(values) == HOPS or room <= 0:
            break
    return values


def _of_message(message: bytes) -> Iterable[bytes]:
    """The values in a header section; where there is no header at all, the text may be one value alone."""
    every = list(fields(message))
    if not every and message.lstrip().startswith((b"from ", b"by ", b"(")):
        return [message]
    return [value for name, value in every if name == "received"]


def _octets(text: str | bytes) -> bytes:
    """Octets as they came: undecodable ones are surrogates in a ``str`` (PEP 383); other surrogates become ``?``."""
    if isinstance(text, bytes):
        return text
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _hop(value: bytes) -> Hop:
    text = _BLANKS.sub(" ", value.decode("utf-8", "surrogateescape")).strip()
    before, after = _halves(pieces(text))
    clauses = _clauses(before)
    late = _clauses(after)  # Courier writes its id behind the date
    client = _client(clauses.get("from", []), named=_wrote(before, "Exim"), first=_wrote(before, "chasquid"))
    protocol, encrypted = _protocol(clauses.get("with", []))
    return Hop(
        raw=escape(_octets(text)),
        helo=_said(client.helo),
        reverse_name=_said(_name(client.name)),
        address=client.address,
        family=family_of(client.address) if client.address else None,
        by=_said(_first(clauses, "by").rstrip(".")),
        protocol=_said(protocol),
        tls=encrypted or _tls(protocol, clauses, before),
        id=_said(_bare(_first(clauses, "id") or _first(late, "id"))),
        recipient=_said(_bare(_first(clauses, "for"))),
        time=read(_words(late.get("", []))) or read(_words(clauses.get("id", [])[1:])),  # SendGrid: no semicolon
    )


def _words(found: list[Piece]) -> str:
    return " ".join(piece.text for piece in found if piece.kind is Kind.WORD)


def _halves(found: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    """What stands before and after the last semicolon, which separates the date (RFC 5321 4.4)."""
    for index in reversed(range(len(found))):
        if found[index].kind is Kind.SEMICOLON:
            return found[:index], found[index + 1 :]
    return found, []


def _clauses(found: list[Piece]) -> Clauses:
    """The pieces by the key word they follow; ``""`` holds those before the first one.

    A key word counts where it comes first; the word right behind a key word is always its value, so a client that calls
    itself ``by`` hides nothing.
    """
    clauses: Clauses = {"": []}
    current = clauses[""]
    value_next = False
    for piece in found:
        word = piece.text.lower() if piece.kind is Kind.WORD else ""
        if word in _KEYWORDS and word not in clauses and not value_next:
            current = clauses[word] = []
            value_next = True
        else:
            current.append(piece)
            value_next = False
    return clauses


@dataclass(frozen=True, slots=True)
class _Client:
    """What the from part says: how the client called itself, what DNS called it, where it really was."""

    helo: str | None = None
    name: str | None = None
    address: str | None = None


def _client(found: list[Piece], *, named: bool, first: bool) -> _Client:
    """Read the from part. ``named``: the writer is one that puts the looked-up name where others put the HELO;
    ``first``: one that puts the address there, ``[IPv6:2001:db8::9] (helo)``, and of a client that has logged in the
    HELO alone.
    """
    word = next((piece.text for piece in found if piece.kind is Kind.WORD), None)
    comment = next((piece.text for piece in found if piece.kind is Kind.COMMENT), None)
    if first and comment is None:
        return _Client(helo=word)
    if first and word and (address := address_of(word)):
        return _Client(helo=comment, address=address)
    return _name_first(found, named=named)


def _name_first(found: list[Piece], *, named: bool) -> _Client:
    first = next((piece.text for piece in found if piece.kind is Kind.WORD), None)
    client = _Client(helo=first)
    told = False
    for comment in (piece.text for piece in found if piece.kind is Kind.COMMENT):
        if _NOTES.match(comment.lower()):
            continue
        if comment[:5].lower() in {"helo ", "ehlo ", "lhlo "}:
            client = replace(client, helo=comment[5:].strip(), name=first)
            continue
        if account := _ACCOUNT.match(comment):
            client = replace(client, helo=account["helo"] or client.helo)
            continue
        client, claims = _tcp_info(comment, client)
        told = told or claims
    if client.address is None and first and not told:
        words = [piece.text for piece in found if piece.kind is Kind.WORD]
        bracketed = [word for word in words[1:] if word[:1] == "[" or address_of(word)]
        # Exim knows no name and writes the address in its place.
        return replace(client, address=address_of((bracketed or words)[-1 if bracketed else 0]))
    if named and client.address and client.name is None:
        return replace(client, name=first)
    return client


def _tcp_info(comment: str, client: _Client) -> tuple[_Client, bool]:
    """Read one comment of the from part; also whether it has anything to say about the client's address or name."""
    first, previous, claims = client.helo, "", False
    for token in _tokens(without_comments(comment)):
        key, sign, value = token.partition("=")
        if token[:5].lower() in {"helo ", "ehlo ", "lhlo "}:
            client = replace(client, helo=token[5:].strip(), name=first)
        elif sign:
            if key.lower() == "helo":
                client = replace(client, helo=value, name=first)
        else:
            claims = True
            address = address_of(token)
            if address:
                client = replace(client, address=address, name=previous or client.name)
            previous = "" if address else token
    return client, claims


def _tokens(text: str) -> list[str]:
    """Words and quoted strings, these without their marks."""
    outside = True
    found: list[str] = []
    for part in text.split('"'):
        found.extend(_GLUED.sub(" [", part.replace(",", " ")).split() if outside else [part.strip()])
        outside = not outside
    return found


def _wrote(found: list[Piece], program: str) -> bool:
    """Whether a comment of the header says that ``program`` wrote it."""
    return any(piece.kind is Kind.COMMENT and piece.text.startswith(program) for piece in found)


def _name(text: str | None) -> str:
    """A looked-up name: without the identity of RFC 1413 before it and the dot behind it."""
    name = (text or "").rpartition("@")[2].rstrip(".")
    return "" if name.lower() in _NAMELESS or address_of(name) else name


def _protocol(found: list[Piece]) -> tuple[str, bool]:
    """The words after ``with`` up to a comment, or another ``with`` (Mimecast); a registered protocol in capitals,
    whichever way it was written. Also whether they say that it was encrypted (MessageLabs).

    qpsmtpd sets the comment first: ``with (AES256-SHA encrypted) ESMTPS``.
    """
    words: list[str] = []
    for piece in found:
        if piece.kind is Kind.WORD and piece.text.lower() != "with":
            words.append(piece.text)
        elif words:
            break
    text = " ".join(words)
    encrypted = _ENCRYPTED.fullmatch(text)
    text = encrypted["protocol"] if encrypted else text
    return (text.upper() if text.upper() in _PLAIN | _SECURE else text), encrypted is not None


def _tls(protocol: str, clauses: Clauses, found: list[Piece]) -> bool | None:
    """RFC 3848 and 6531 say it in the protocol's S; some writers say it only in a comment or a clause of its own."""
    if protocol in _SECURE or clauses.get("tls") or "/tls/" in protocol.lower():  # the last is IronPort's
        return True
    notes = (piece.text.lower() for piece in found if piece.kind is Kind.COMMENT)
    if any(_TLS.match(note) or " tls: tls" in note for note in notes):
        return True
    return False if protocol in _PLAIN else None


def _first(clauses: Clauses, keyword: str) -> str:
    return next((piece.text for piece in clauses.get(keyword, []) if piece.kind is Kind.WORD), "")


def _bare(path: str) -> str:
    return path[1:-1] if path.startswith("<") and path.endswith(">") else path


def _said(text: str | None) -> str | None:
    return escape(_octets(text)) if text else None
