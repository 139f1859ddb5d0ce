"""TLSA records as SMTP senders use them: what each promises, and which of a set count (RFC 6698, 7671, 7672 3.1).

In: RDATA in presentation form (``3 1 1 ab01...``, or as RFC 3597 has it for any type). Out: ``Tlsa`` nouns; ``fault``
says why a sender passes one over. Nothing raises.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

_RDATA = re.compile(r"[ \t]*(\d{1,3})[ \t]+(\d{1,3})[ \t]+(\d{1,3})(?:[ \t]+([0-9A-Fa-f \t]*))?", re.ASCII)
_GENERIC = re.compile(r"[ \t]*\\#[ \t]+\d{1,5}[ \t]+([0-9A-Fa-f \t]*)", re.ASCII)  # RFC 3597 5
_USAGES = {0: "PKIX-TA", 1: "PKIX-EE", 2: "DANE-TA", 3: "DANE-EE"}
TRUST_ANCHOR, END_ENTITY = 2, 3
WHOLE, KEY = 0, 1  # selectors: the certificate, or its SubjectPublicKeyInfo
EXACT, SHA256, SHA512 = 0, 1, 2
_LENGTHS = {SHA256: 32, SHA512: 64}
_SEQUENCE = 0x30  # a certificate and a key are DER sequences
_SHOWN = 64  # hexadecimal digits that are shown of the data


@dataclass(frozen=True, slots=True)
class Tlsa:
    """One record. ``fault`` is None when SMTP senders use it."""

    usage: int
    selector: int
    matching: int
    data: bytes
    fault: str | None = None

    def __str__(self) -> str:
        """As it stands in a zone, the data cut short."""
        digits = self.data.hex()
        return f"{self.usage} {self.selector} {self.matching} {digits[:_SHOWN]}{'...' if len(digits) > _SHOWN else ''}"

    def promises(self, der: bytes) -> bool:
        """True when ``der``, a certificate or a key as ``selector`` wants it, is what the record speaks of."""
        match self.matching:
            case 0:
                return der == self.data
            case 1:
                return hashlib.sha256(der).digest() == self.data
            case 2:
                return hashlib.sha512(der).digest() == self.data
        return False


def parse(record: str) -> Tlsa | None:
    """Read one record; None for what is no TLSA record at all."""
    generic = _GENERIC.fullmatch(record)
    if generic is not None:
        return _of_octets("".join(generic[1].split()))
    found = _RDATA.fullmatch(record)
    if found is None:
        return None
    usage, selector, matching = map(int, found.groups()[:3])
    digits = "".join((found[4] or "").split())
    if len(digits) % 2:
        return Tlsa(usage, selector, matching, b"", "its data is cut short")
    data = bytes.fromhex(digits)
    return Tlsa(usage, selector, matching, data, _fault(usage, selector, matching, data))


def _of_octets(digits: str) -> Tlsa | None:
    """A record that a library could only pass on as it came."""
    if len(digits) % 2 or len(digits) < 6:
        return None
    usage, selector, matching, *data = bytes.fromhex(digits)
    return Tlsa(usage, selector, matching, bytes(data), _fault(usage, selector, matching, bytes(data)))


def _fault(usage: int, selector: int, matching: int, data: bytes) -> str | None:
    """Why senders pass a record over (RFC 7672 3.1.3 for usages 0 and 1; unknown values: RFC 6698 4.1)."""
    if usage in {0, 1}:
        return f"usage {usage} ({_USAGES[usage]}) is not for mail between servers"
    if usage not in _USAGES:
        return f"usage {usage} is unknown"
    if selector not in {WHOLE, KEY}:
        return f"selector {selector} is unknown"
    if matching not in {EXACT, SHA256, SHA512}:
        return f"matching type {matching} is unknown"
    if matching in _LENGTHS and len(data) != _LENGTHS[matching]:
        return f"its digest has {len(data)} octets where matching type {matching} has {_LENGTHS[matching]}"
    if matching == EXACT and data[:1] != bytes((_SEQUENCE,)):
        return "its data is neither a certificate nor a key"
    return None


def in_force(records: Iterable[Tlsa]) -> tuple[Tlsa, ...]:
    """Those a sender compares with: of the digests for one usage and selector the strongest alone (RFC 7671 9)."""
    usable = [record for record in records if record.fault is None]
    strongest: dict[tuple[int, int], int] = {}
    for record in usable:
        key = record.usage, record.selector
        strongest[key] = max(strongest.get(key, 0), record.matching)
    return tuple(record for record in usable if record.matching in {EXACT, strongest[record.usage, record.selector]})
