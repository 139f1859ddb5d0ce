"""An address as mail programs write it into their texts: tagged, bracketed, mapped, with a port or a zone behind it.

In: one word of such a text. Out: the address as RFC 5952 text, a mapped one as the IPv4 address it stands for (it is
how a dual-stack socket spells an IPv4 client), or None. Nothing raises.
"""

from probe.address import canonical, embedded_ipv4

_LONGEST = 160  # an identity of RFC 1413 may stand before the address
_MAPPED = "::ffff:0:0/96"


def address_of(word: str) -> str | None:
    """The address ``word`` is, if it is one.

    >>> [address_of(word) for word in ("[IPv6:2001:DB8:0::1]:60343,", "fe80::1%eth0", "::ffff:192.0.2.1", "8.15.2")]
    ['2001:db8::1', 'fe80::1', '192.0.2.1', None]
    """
    if len(word) > _LONGEST:
        return None
    bare = word.rpartition("@")[2].strip(",.()<>'\"")
    if bare.startswith("["):
        inside, bracket, after = bare[1:].partition("]")
        if not bracket or (after and not (after[0] == ":" and after[1:].isdecimal())):
            return None
        bare = inside
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]  # a port behind IPv4
    try:
        found = canonical(bare.partition("%")[0])
        return (embedded_ipv4(found, _MAPPED) if found.startswith("::ffff:") else None) or found
    except ValueError:
        return None
