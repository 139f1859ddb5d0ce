"""What a receiver wrote about its own checks: Authentication-Results (RFC 8601) and Received-SPF (RFC 7208 9.1).

In: the header's value, text or bytes, with or without the header's name. Out: a noun of the model, or None when it
cannot be read. Nothing raises, every text is escaped. An IPv6 address should stand in quotes there, since a colon is no
token character; many writers leave them out, so a value is whatever stands up to the next blank or semicolon. Exchange
Online leaves out its own name; then the name is empty.
"""

import re

from probe.address import family_of
from probe.grammar.header import VALUE, fields
from probe.grammar.quoted_address import address_of
from probe.grammar.structured import Kind, Piece, pieces
from probe.grammar.text import escape
from probe.model.bounce import AuthResult, AuthResults, ReceivedSpf, Verification

RESULTS = 100
HEADERS = 50  # of one message

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_NAMED = re.compile(rb"\A\s*(?:arc-|x-)?(?:authentication-results|received-spf)\s*:", re.IGNORECASE)
_CLIENT = frozenset({"policy.iprev", "smtp.client-ip", "smtp.remote-ip"})
_COMMENTED = re.compile(r"(?:sender IP is|designates?) ([0-9A-Fa-f:.]{2,45})")
_SPF = frozenset({"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror", "error", "unknown"})


def parse(header: str | bytes) -> AuthResults | None:
    """An Authentication-Results value.

    >>> found = parse("mx.example.com; spf=pass smtp.mailfrom=a@example.net; iprev=pass policy.iprev=2001:DB8::9")
    >>> found.authserv_id, [(item.method, item.result) for item in found.results], found.client
    ('mx.example.com', [('spf', 'pass'), ('iprev', 'pass')], '2001:db8::9')
    """
    clauses = _clauses(_pieces(header))
    words = [piece.text for piece in clauses[0] if piece.kind is Kind.WORD]
    nameless = _result(clauses[0]) is not None
    if not words or ("=" in words[0] and not nameless):
        return None
    results = tuple(result for result in map(_result, clauses[not nameless : RESULTS + 1]) if result is not None)
    client = next(filter(None, map(_client, results)), None)
    name = "" if nameless else _bare(words[0])
    return AuthResults(name, results, client, family_of(client) if client else None)


def _client(result: AuthResult) -> str | None:
    """The client's address as one result names it; Exchange Online and Gmail do so in the comment of SPF."""
    for name, value in result.properties:
        if name in _CLIENT:
            return address_of(value)
    match = _COMMENTED.search(result.comment or "") if result.method == "spf" else None
    return address_of(match[1]) if match else None


def parse_received_spf(header: str | bytes) -> ReceivedSpf | None:
    """A Received-SPF value.

    >>> found = parse_received_spf('Pass (b.example: ok) client-ip=2001:DB8::9; envelope-from="a@example.net"; helo=x')
    >>> found.result, found.client, found.sender, found.helo
    ('pass', '2001:db8::9', 'a@example.net', 'x')
    """
    found = _pieces(header)
    result = found[0].text.lower() if found and found[0].kind is Kind.WORD else ""
    if result not in _SPF:
        return None
    pairs = {name: value for clause in _clauses(found[1:]) for name, value in _pairs(clause)}
    client = address_of(pairs.get("client-ip", ""))
    comment = next((piece.text for piece in found if piece.kind is Kind.COMMENT), None)
    return ReceivedSpf(
        result=result,
        client=client,
        family=family_of(client) if client else None,
        sender=pairs.get("envelope-from"),
        helo=pairs.get("helo"),
        receiver=pairs.get("receiver"),
        identity=pairs.get("identity"),
        mechanism=pairs.get("mechanism"),
        problem=pairs.get("problem"),
        comment=comment,
    )


def placed(message: bytes) -> tuple[Verification, ...]:
    r"""All such headers of a message, each with how many Received headers stand above it: at most ``HEADERS``.

    Who wrote one can be told only from its place, as anybody may send a message with such a header in it.

    >>> message = b"Received: by mx.example.com\nAuthentication-Results: mx.example.com; spf=pass\nSubject: x\n\n"
    >>> [(one.above, one.results.authserv_id) for one in placed(message)]
    [(1, 'mx.example.com')]
    """
    found: list[Verification] = []
    above = 0
    for name, value in fields(message):
        if name == "received":
            above += 1
        elif name == "authentication-results" and (results := parse(value)) is not None:
            found.append(Verification(above, results=results))
        elif name == "received-spf" and (spf := parse_received_spf(value)) is not None:
            found.append(Verification(above, spf=spf))
    return tuple(found[:HEADERS])


def _pieces(header: str | bytes) -> list[Piece]:
    """The value, escaped, apart."""
    data = header if isinstance(header, bytes) else header.encode("utf-8", "surrogatepass")
    return pieces(escape(re.sub(rb"[\s\0]+", b" ", _NAMED.sub(b"", data[:VALUE]))))


def _clauses(found: list[Piece]) -> list[list[Piece]]:
    clauses: list[list[Piece]] = [[]]
    for piece in found:
        if piece.kind is Kind.SEMICOLON:
            clauses.append([])
        else:
            clauses[-1].append(piece)
    return clauses


def _pairs(clause: list[Piece]) -> list[tuple[str, str]]:
    """``name=value`` in order, blanks and comments around the sign allowed; names in lower case."""
    words: list[str] = []
    for text in (piece.text for piece in clause if piece.kind is Kind.WORD):
        if words and (text.startswith("=") or words[-1].endswith("=")):
            words[-1] += text
        else:
            words.append(text)
    split = (word.partition("=") for word in words)
    return [(name.lower(), _bare(value)) for name, sign, value in split if sign and name]


def _bare(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _result(clause: list[Piece]) -> AuthResult | None:
    """One method's clause; ``none`` and what is no result are None."""
    pairs = _pairs(clause)
    if not pairs:
        return None
    (method, result), *rest = pairs
    method = method.partition("/")[0].strip()  # a version may follow (RFC 8601 2.2)
    if not _WORD.fullmatch(method) or not _WORD.fullmatch(result):
        return None
    return AuthResult(
        method=method,
        result=result.lower(),
        reason=next((value for name, value in rest if name == "reason"), None),
        comment=next((piece.text for piece in clause if piece.kind is Kind.COMMENT), None),
        properties=tuple((name, value) for name, value in rest if "." in name),
    )
