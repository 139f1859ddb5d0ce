"""One network of a Postfix list of clients: ``192.0.2.0/24``, ``[2001:db8::]/32``, ``[::1]``, ``[fe80::/10]``.

In: the pattern. Out: the network. Wrong: ``NetworkPatternError`` with the reason; the strictness is Postfix's
(cidr_match), down to the host bits, which have to be zero.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from probe.grammar.logical_lines import shown

Network = IPv4Network | IPv6Network


class NetworkPatternError(ValueError):
    """A pattern Postfix cannot use; the text says why."""


def network_of(pattern: str) -> Network:
    """Read it; an address without a length is a network of one."""
    address, slash, mask = _split(pattern)
    bits = 128 if ":" in address else 32
    if not slash:
        mask = str(bits)
    if not (mask.isascii() and mask.isdigit()):
        raise NetworkPatternError(f"the length of a network is a number of bits, not {shown(mask)}")
    length = int(mask) if len(mask) <= 9 else bits + 1
    if length > bits:
        raise NetworkPatternError(f"the length of a network is at most {bits}, not {shown(mask)}")
    try:
        first = IPv6Address(address) if ":" in address else IPv4Address(address)
    except ValueError:
        raise NetworkPatternError(f"no address: {shown(address)}") from None
    network = ip_network((first, length), strict=False)
    if network.network_address != first:
        raise NetworkPatternError(f"host bits are set, {network} is the network")
    return network


def _split(pattern: str) -> tuple[str, str, str]:
    """Address, slash and length; the closing bracket may stand before the slash or at the end."""
    if not pattern.startswith("["):
        return pattern.partition("/")
    address, bracket, behind = pattern[1:].partition("]")
    if not bracket:
        raise NetworkPatternError("a bracket is not closed")
    if not behind:
        return address.partition("/")
    if not behind.startswith("/"):
        raise NetworkPatternError("text behind the closing bracket")
    return address, "/", behind[1:]
