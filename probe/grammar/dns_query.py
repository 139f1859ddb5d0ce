"""A DNS query as octets (RFC 1035 4.1, RFC 6891 6.1.2), for names as mail hosts have them.

In: a name in A-labels, a type, a number for the header. Out: the message; None for a name or a type that needs a whole
DNS library to write. With this little the first question of a run is on its way before such a library is loaded.
"""

import re
import struct

PAYLOAD = 1232  # octets of an answer we take over UDP: what passes every path unfragmented (RFC 9715)

_TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "TLSA": 52}
_NAME = re.compile(r"(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?")
_LONGEST = 253  # characters without the last dot: 255 octets on the wire (RFC 1035 2.3.4)
_RD, _AD = 0x0100, 0x0020  # recursion desired; AD without the signatures (RFC 6840 5.7)
_IN, _OPT = 1, 41


def query(name: str, rrtype: str, number: int, *, edns: bool) -> bytes | None:
    """The message that asks for ``rrtype`` of ``name``."""
    kind = _TYPES.get(rrtype.upper())
    bare = name.removesuffix(".")
    if kind is None or len(bare) > _LONGEST or _NAME.fullmatch(name) is None:
        return None
    labels = b"".join([bytes([len(label)]) + label.encode("ascii") for label in bare.split(".")])
    header = struct.pack("!6H", number, _RD | _AD, 1, 0, 0, 1 if edns else 0)
    question = labels + b"\0" + struct.pack("!2H", kind, _IN)
    opt = b"\0" + struct.pack("!2HIH", _OPT, PAYLOAD, 0, 0) if edns else b""
    return header + question + opt
