"""The header section of a message, taken apart into fields (RFC 5322 2.2).

In: a message as bytes, whole or only its beginning. Out: names in lower case with their unfolded values, in the order
they stand. Nothing raises: a line that is no header field is passed over with the lines folded under it. What is read
is bounded by ``SECTION`` octets for the whole section and ``VALUE`` octets for one value.
"""

from collections.abc import Iterator

SECTION = 1 << 20
VALUE = 1 << 16

_BLANKS = b" \t\r"


def section(message: bytes) -> bytes:
    """Everything before the first empty line; line ends may be CRLF or LF."""
    text = message[:SECTION].lstrip(b"\r\n")
    ends = [place for place in (text.find(b"\r\n\r\n"), text.find(b"\n\n")) if place >= 0]
    return text[: min(ends)] if ends else text


def fields(message: bytes) -> Iterator[tuple[str, bytes]]:
    r"""Each field of the header section.

    >>> list(fields(b"Subject: one\r\n two\r\nTo: <a@example.com>\r\n\r\nnot: a field\r\n"))
    [('subject', b'one two'), ('to', b'<a@example.com>')]
    """
    name = ""
    parts: list[bytes] = []
    for line in section(message).split(b"\n"):
        if line[:1] in {b" ", b"\t"}:
            parts.append(line.strip(_BLANKS))
            continue
        if name:
            yield name, _unfolded(parts)
        name, parts = _begin(line)
    if name:
        yield name, _unfolded(parts)


def _begin(line: bytes) -> tuple[str, list[bytes]]:
    before, colon, after = line.partition(b":")
    name = before.rstrip(_BLANKS)  # RFC 5322 4.5: blanks before the colon are obsolete, and seen
    if not colon or not name or len(name) > 998 or any(not 33 <= octet <= 126 for octet in name):
        return "", []
    return name.decode("ascii").lower(), [after.strip(_BLANKS)]


def _unfolded(parts: list[bytes]) -> bytes:
    return b" ".join(part for part in parts if part)[:VALUE]
