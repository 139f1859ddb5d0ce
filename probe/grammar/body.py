"""Did the text of a test message come through as it was sent? The message carries the digest of its own body.

In: a message as bytes, as it was sent or as it was found. Out: the digest for the header ``X-Probe6-Body``; or whether
the body still fits it, None where nobody can tell. What mail may change on its way is no change: line ends, blanks at
the end of a line, empty lines at the end, a ``>`` before ``From``, another transfer encoding (RFC 2045 6).
Nothing raises.
"""

import binascii
import hashlib
import quopri

from probe.grammar.header import fields

HEADER = "x-probe6-body"
LENGTH = 32  # hexadecimal digits
_ENDS = (b"\r\n\r\n", b"\n\n")


def digest(body: bytes) -> str:
    r"""The digest of a body.

    >>> digest(b"one\r\n>From two  \r\n\r\n") == digest(b"one\nFrom two")
    True
    """
    lines = [line.rstrip(b" \t\r") for line in body.split(b"\n")]
    while lines and not lines[-1]:
        lines.pop()
    plain = (line[1:] if line.startswith(b">From ") else line for line in lines)
    return hashlib.sha256(b"\n".join(plain)).hexdigest()[:LENGTH]


def unchanged(message: bytes) -> bool | None:
    """Whether the body of ``message``, which is whole, is the one that its header speaks of."""
    places = [(place, len(end)) for end in _ENDS if (place := message.find(end)) >= 0]
    told = dict(fields(message))
    if HEADER not in told or not places:
        return None
    place, length = min(places)
    body = _decoded(message[place + length :], told.get("content-transfer-encoding", b""))
    return body is not None and digest(body).encode() == told[HEADER].strip().lower()


def _decoded(body: bytes, encoding: bytes) -> bytes | None:
    match encoding.strip().lower():
        case b"quoted-printable":
            return quopri.decodestring(body)
        case b"base64":
            try:
                return binascii.a2b_base64(body)
            except binascii.Error:
                return None
        case _:
            return body
