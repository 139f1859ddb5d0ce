"""The public key inside a certificate, octet for octet as it was signed: what a TLSA record may speak of.

In: a certificate as DER (X.690), hostile. Out: the SubjectPublicKeyInfo within (RFC 5280 4.1), or None where the octets
are not built like a certificate. Cut out and not written anew, so that a key nobody's library knows has its digest too.
"""

_SEQUENCE = 0x30
_VERSION = 0xA0  # [0] EXPLICIT: absent in certificates of version 1
_LONGEST_LENGTH = 4  # octets a length may take; more would be gigabytes
_BEFORE_KEY = 5  # serial number, signature algorithm, issuer, validity, subject


def public_key_info(certificate: bytes) -> bytes | None:
    """The SubjectPublicKeyInfo of ``certificate``."""
    whole = _element(certificate, 0, _SEQUENCE)
    body = whole and _element(certificate, whole[0], _SEQUENCE)
    if not body:
        return None
    at, end = body
    version = _element(certificate, at, _VERSION)
    if version:
        at = version[1]
    for _ in range(_BEFORE_KEY):
        skipped = _element(certificate, at)
        if skipped is None or skipped[1] > end:
            return None
        at = skipped[1]
    key = _element(certificate, at, _SEQUENCE)
    return certificate[at : key[1]] if key and key[1] <= end else None


def _element(data: bytes, at: int, tag: int | None = None) -> tuple[int, int] | None:
    """Where the content of the element at ``at`` begins and ends; None when there is none, or one of another kind."""
    if at + 2 > len(data) or data[at] & 0x1F == 0x1F or (tag is not None and data[at] != tag):
        return None
    first = data[at + 1]
    start = at + 2
    length = first
    if first & 0x80:
        octets = first & 0x7F
        if not 0 < octets <= _LONGEST_LENGTH or start + octets > len(data):
            return None
        length = int.from_bytes(data[start : start + octets], "big")
        start += octets
    return (start, start + length) if start + length <= len(data) else None
