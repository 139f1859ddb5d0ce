"""The parts of a message (RFC 2045, RFC 2046), as far as one needs them to read a report.

In: a message as bytes, at most ``MESSAGE`` octets of it. Out: its leaves in order. Nothing raises: a multipart without
its boundary is one leaf, a body that cannot be decoded stays as it is. Parts nest ``DEPTH`` deep and there are
``PARTS`` at most; what is deeper or later is a leaf or left out. A forwarded message is a leaf.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from probe.grammar.header import fields, section

MESSAGE = 1 << 20
DEPTH = 4
PARTS = 50

_TYPE = re.compile(rb"\s*([A-Za-z0-9!#$&.+^_-]{1,60}/[A-Za-z0-9!#$&.+^_-]{1,60})")
_PARAMETER = re.compile(rb';\s*([A-Za-z0-9_-]{1,40})\s*=\s*(?:"((?:[^"\\]++|\\.)*+)"|([^\s;"]++))', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf: its type in lower case, its parameters, its decoded body."""

    type: str
    parameters: dict[str, str]
    body: bytes


def content_type(value: bytes | None) -> tuple[str, dict[str, str]]:
    """The type and the parameters of a Content-Type; text/plain where there is none (RFC 2045 5.2).

    >>> content_type(b'Multipart/Report; report-type=delivery-status; boundary="a b"')
    ('multipart/report', {'report-type': 'delivery-status', 'boundary': 'a b'})
    """
    match = _TYPE.match(value or b"")
    if match is None or value is None:
        return "text/plain", {}
    found: dict[str, str] = {}
    for name, quoted, word in _PARAMETER.findall(value, match.end()):
        text = (re.sub(rb"\\(.)", rb"\1", quoted) or word).decode("utf-8", "replace")
        found.setdefault(name.decode("ascii").lower(), text)
    return match[1].decode("ascii").lower(), found


def parts(message: bytes) -> list[Part]:
    r"""The leaves of ``message``.

    >>> message = b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x\n\ntwo\n--x--\n"
    >>> [part.body for part in parts(message)]
    [b'one', b'two']
    """
    found: list[Part] = []
    for part in _leaves(message[:MESSAGE].replace(b"\r\n", b"\n"), 0):
        found.append(part)
        if len(found) == PARTS:
            break
    return found


def _leaves(entity: bytes, depth: int) -> Iterator[Part]:
    if entity.startswith(b"\n"):  # a part without a header
        yield Part("text/plain", {}, entity[1:])
        return
    head = section(entity)
    body = entity[len(head) :].lstrip(b"\n") if len(head) < len(entity) else b""
    header = dict(reversed(list(fields(head))))
    kind, parameters = content_type(header.get("content-type"))
    boundary = parameters.get("boundary", "").encode("utf-8", "replace")
    if kind.startswith("multipart/") and boundary and depth < DEPTH:
        for inner in _split(body, boundary):
            yield from _leaves(inner, depth + 1)
        return
    yield Part(kind, parameters, _decoded(body, header.get("content-transfer-encoding", b"")))


def _split(body: bytes, boundary: bytes) -> list[bytes]:
    """What stands between the delimiter lines (RFC 2046 5.1.1); the last may lack its end."""
    delimiter = re.compile(rb"(?:\A|\n)--" + re.escape(boundary) + rb"(--)?[ \t\r]*+(?=\n|\Z)")
    _, *rest = delimiter.split(body, maxsplit=PARTS + 1)
    inner = []
    for closes, text in zip(rest[::2], rest[1::2], strict=True):
        if closes:
            break
        inner.append(text.removeprefix(b"\n"))
    return inner


def _decoded(body: bytes, encoding: bytes) -> bytes:
    import binascii

    try:
        match encoding.strip().lower():
            case b"base64":
                return binascii.a2b_base64(body)
            case b"quoted-printable":
                return binascii.a2b_qp(body)
    except ValueError:
        return body
    return body
