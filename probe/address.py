"""IPv6 and IPv4 addresses as text: one way to write them, and what kind each one is.

In: text a user typed, a name server sent or a mail server echoed. Out: RFC 5952 text, words of the model.
Wrong: whatever is not an address (a zone id is not part of one) is a ``ValueError``; nothing else is raised.

The table of kinds is ours: ``ipaddress.is_global`` changes its mind between Python releases, and a verdict must not.
"""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from probe.model.words import AddressClass, Family

_TAG = "ipv6:"  # RFC 5321 4.1.3; compared without case
_LONGEST = len("[IPv6:ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]")
_LONGEST_CIDR = len("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128")

_GIVEN_OUT = (  # IANA registry "IPv6 Global Unicast Address Assignments", each block with the one that follows it
    "2001::/16", "2002::/16", "2003::/16", "2400::/11", "2600::/11", "2620::/11", "2800::/11", "2a00::/11", "2c00::/11"
)  # fmt: skip
# Where several prefixes hold an address the longest one speaks.
_IPV4_CLASSES = (
    ("0.0.0.0/8", AddressClass.RESERVED),  # RFC 791 3.2: "this network"
    ("0.0.0.0/32", AddressClass.UNSPECIFIED),  # RFC 1122 3.2.1.3
    ("10.0.0.0/8", AddressClass.PRIVATE),  # RFC 1918
    ("100.64.0.0/10", AddressClass.SHARED),  # RFC 6598
    ("127.0.0.0/8", AddressClass.LOOPBACK),  # RFC 1122 3.2.1.3
    ("169.254.0.0/16", AddressClass.LINK_LOCAL),  # RFC 3927
    ("172.16.0.0/12", AddressClass.PRIVATE),  # RFC 1918
    ("192.0.0.0/24", AddressClass.RESERVED),  # RFC 6890: IETF protocol assignments, but for
    ("192.0.0.9/32", AddressClass.GLOBAL),  # RFC 7723: PCP anycast
    ("192.0.0.10/32", AddressClass.GLOBAL),  # RFC 8155: TURN anycast
    ("192.0.2.0/24", AddressClass.DOCUMENTATION),  # RFC 5737
    ("192.88.99.0/24", AddressClass.SIX_TO_FOUR),  # RFC 7526: the withdrawn 6to4 relay anycast
    ("192.168.0.0/16", AddressClass.PRIVATE),  # RFC 1918
    ("198.18.0.0/15", AddressClass.BENCHMARK),  # RFC 2544
    ("198.51.100.0/24", AddressClass.DOCUMENTATION),  # RFC 5737
    ("203.0.113.0/24", AddressClass.DOCUMENTATION),  # RFC 5737
    ("224.0.0.0/4", AddressClass.MULTICAST),  # RFC 5771
    ("240.0.0.0/4", AddressClass.RESERVED),  # RFC 1112 4; 255.255.255.255 is in it
    ("0.0.0.0/0", AddressClass.GLOBAL),
)
_IPV6_CLASSES = (
    ("::/128", AddressClass.UNSPECIFIED),  # RFC 4291 2.5.2
    ("::1/128", AddressClass.LOOPBACK),  # RFC 4291 2.5.3
    ("::/96", AddressClass.COMPATIBLE),  # RFC 4291 2.5.5.1
    ("::ffff:0:0/96", AddressClass.MAPPED),  # RFC 4291 2.5.5.2
    ("64:ff9b::/96", AddressClass.NAT64),  # RFC 6052 2.1
    ("64:ff9b:1::/48", AddressClass.NAT64),  # RFC 8215
    ("100::/64", AddressClass.DISCARD),  # RFC 6666
    ("2000::/3", AddressClass.GLOBAL),  # RFC 4291 2.5.4 with the IANA registry: all that is given out
    ("2001::/23", AddressClass.RESERVED),  # RFC 2928: IETF protocol assignments, but for
    ("2001::/32", AddressClass.TEREDO),  # RFC 4380
    ("2001:1::1/128", AddressClass.GLOBAL),  # RFC 7723: PCP anycast
    ("2001:1::2/128", AddressClass.GLOBAL),  # RFC 8155: TURN anycast
    ("2001:1::3/128", AddressClass.GLOBAL),  # RFC 9665: DNS-SD SRP anycast
    ("2001:2::/48", AddressClass.BENCHMARK),  # RFC 5180
    ("2001:3::/32", AddressClass.GLOBAL),  # RFC 7450: AMT
    ("2001:4:112::/48", AddressClass.GLOBAL),  # RFC 7535: AS112
    ("2001:10::/28", AddressClass.ORCHID),  # RFC 4843, returned
    ("2001:20::/28", AddressClass.ORCHID),  # RFC 7343
    ("2001:30::/28", AddressClass.ORCHID),  # RFC 9374: identifiers of drones, not places
    ("2001:db8::/32", AddressClass.DOCUMENTATION),  # RFC 3849
    ("2002::/16", AddressClass.SIX_TO_FOUR),  # RFC 3056
    ("3ffe::/16", AddressClass.SIX_BONE),  # RFC 3701
    ("3fff::/20", AddressClass.DOCUMENTATION),  # RFC 9637
    ("fc00::/7", AddressClass.ULA),  # RFC 4193
    ("fe80::/10", AddressClass.LINK_LOCAL),  # RFC 4291 2.5.6
    ("fec0::/10", AddressClass.SITE_LOCAL),  # RFC 3879
    ("ff00::/8", AddressClass.MULTICAST),  # RFC 4291 2.7
    ("::/0", AddressClass.RESERVED),  # RFC 4291 4: the rest is not for use yet
)


def canonical(text: str) -> str:
    """The one way to write an address: RFC 5952, dotted quad for IPv4 and for the end of a mapped address."""
    return _text(_parse(text))


def is_address(text: str) -> bool:
    """True for the text of an address, and not for a name."""
    try:
        _parse(text)
    except ValueError:
        return False
    return True


def family_of(text: str) -> Family:
    """The family of an address. A mapped address is IPv6: that is how it is published and dialled."""
    return Family.IPV6 if isinstance(_parse(text), IPv6Address) else Family.IPV4


def classify(text: str, treat_global: Sequence[str] = ()) -> AddressClass:
    """The kind of an address; one inside a CIDR of ``treat_global`` counts as global."""
    address = _parse(text)
    if any(address in _network(cidr) for cidr in treat_global):
        return AddressClass.GLOBAL
    return next(kind for network, kind in _table(address.version) if address in network)


def literal(text: str) -> str:
    """The address as SMTP writes it (RFC 5321 4.1.3): ``[IPv6:2001:db8::1]`` or ``[192.0.2.1]``."""
    address = _parse(text)
    return f"[IPv6:{_text(address)}]" if isinstance(address, IPv6Address) else f"[{_text(address)}]"


def reverse_name(text: str) -> str:
    """The name that holds the PTR records (RFC 1035 3.5, RFC 3596 2.5), without the final dot."""
    address = _parse(text)
    if isinstance(address, IPv4Address):
        return ".".join(reversed(str(address).split("."))) + ".in-addr.arpa"
    return ".".join(reversed(f"{int(address):032x}")) + ".ip6.arpa"


def contains(cidr: str, address: str) -> bool:
    """True when ``address`` is inside ``cidr`` (a bare address is a range of one). Families never match each other."""
    return _parse(address) in _network(cidr)


def embedded_ipv4(address: str, prefix: str) -> str | None:
    """The IPv4 address a NAT64 of ``prefix`` would reach through ``address`` (RFC 6052 2.2), else None."""
    whole, network = _parse(address), _network(prefix)
    if not isinstance(whole, IPv6Address) or whole not in network or network.prefixlen not in {32, 40, 48, 56, 64, 96}:
        return None
    octets = whole.packed
    if network.prefixlen == 96:
        return str(IPv4Address(octets[12:]))
    if octets[8]:  # bits 64 to 71 are zero in every address of this form
        return None
    start = network.prefixlen // 8
    return str(IPv4Address((octets[:8] + octets[9:])[start : start + 4]))


def given_out(text: str) -> bool:
    """False for an IPv6 address in space that IANA has given to nobody, so that nobody can announce it.

    Between what has been given out so far room is left, so that this table does not grow wrong with the next block.
    """
    address = _parse(text)
    return address.version == 4 or any(address in _network(cidr) for cidr in _GIVEN_OUT)


def same_network(a: str, b: str) -> bool:
    """True when both are of one site as far as a number tells: the same IPv6 /48 or the same IPv4 /24."""
    first, second = _parse(a), _parse(b)
    host_bits = 80 if first.version == 6 else 8
    return first.version == second.version and int(first) >> host_bits == int(second) >> host_bits


def _parse(text: str) -> IPv4Address | IPv6Address:
    """Read an address with or without brackets and tag."""
    if len(text) > _LONGEST:
        raise ValueError("too long for an address")
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    tagged = bare[: len(_TAG)].lower() == _TAG
    bare = bare[len(_TAG) :] if tagged else bare
    if "%" in bare:  # RFC 4007 11: a zone id means something on this machine only
        raise ValueError(f"{text!r} has a zone id")
    try:
        return IPv6Address(bare) if tagged or ":" in bare else IPv4Address(bare)
    except ValueError:
        raise ValueError(f"{text!r} is not an address") from None


def _text(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return f"::ffff:{address.ipv4_mapped}"  # RFC 5952 5; Python writes it so from 3.13 on
    return str(address)


def _network(cidr: str) -> IPv4Network | IPv6Network:
    base, slash, length = cidr.partition("/")
    if "%" in base or len(cidr) > _LONGEST_CIDR or (slash and not (length.isascii() and length.isdigit())):
        raise ValueError(f"{cidr[:_LONGEST_CIDR]!r} is not an address range")
    return ip_network(cidr, strict=False)


@lru_cache(maxsize=2)
def _table(version: int) -> tuple[tuple[IPv4Network | IPv6Network, AddressClass], ...]:
    rows = _IPV6_CLASSES if version == 6 else _IPV4_CLASSES
    networks = ((ip_network(prefix), kind) for prefix, kind in rows)
    return tuple(sorted(networks, key=lambda row: -row[0].prefixlen))
