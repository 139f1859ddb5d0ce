"""Who is inside mynetworks: every range of it, and what it means that this range may send mail on to anybody.

In: a range, what is known of the machine, what the operator declares as his own. Out: a ``Trust`` with the reason in
words, or None where nothing need be said. The boundaries are those of RFC 6177 (no site is given more than a /48) and
RFC 4291 (a link has a /64).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from probe.address import classify
from probe.model.configuration import Machine
from probe.model.words import AddressClass, Family, Verdict

Network = IPv4Network | IPv6Network

SITE, LINK = 48, 64  # bits
_FEW = 120  # a range of 256 addresses or fewer is a choice, no slip
_IPV4_SHORTEST = 8  # no network is larger than what IANA gave a registry
_LINK_LOCAL = IPv6Network("fe80::/10")
_ULA = IPv6Network("fc00::/7")
_EVERYBODY = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Trust:
    """What is to be said of one range: ``who`` is inside, as the end of a sentence."""

    verdict: Verdict
    who: str


def trust(network: Network, machine: Machine | None, lan: Sequence[str]) -> Trust | None:
    """What to think of mynetworks holding ``network``."""
    if any(_inside(network, ip_network(item, strict=False)) for item in lan):
        return Trust(Verdict.OK, "declared as your own") if _is_wide(network) else None
    if isinstance(network, IPv4Network):
        if network.prefixlen < _IPV4_SHORTEST:
            return Trust(Verdict.CRITICAL, "an open relay for the IPv4 Internet")
        return None
    return _ipv6(network, machine)


def _ipv6(network: IPv6Network, machine: Machine | None) -> Trust | None:
    if _EVERYBODY.subnet_of(network):
        return Trust(Verdict.CRITICAL, "an open relay for the whole IPv6 Internet")
    if _inside(network, _LINK_LOCAL):
        return Trust(
            Verdict.CRITICAL,
            "an open relay for whoever shares a link with this machine, neighbours in a data centre and guests in "
            "a wireless network included",
        )
    if network.prefixlen >= _FEW:
        return None
    if _inside(network, _NAT64):
        return Trust(Verdict.CRITICAL, "an open relay for every IPv4 address that comes through a translator (NAT64)")
    if network.overlaps(_ULA):
        return _local(network)
    kind = classify(str(network.network_address))
    if kind not in {AddressClass.GLOBAL, AddressClass.DOCUMENTATION, AddressClass.SIX_TO_FOUR, AddressClass.TEREDO}:
        return None
    if network.prefixlen < SITE:
        return Trust(Verdict.CRITICAL, "an open relay for strangers: no site is given more than a /48")
    if network.prefixlen > LINK:
        return Trust(Verdict.OK, "a part of a link; every machine in it may send mail through this one")
    attached = _attached(network, machine)
    if attached is not None and network.prefixlen < attached:
        return Trust(
            Verdict.CRITICAL,
            f"an open relay for strangers: the interface has a /{attached}, what is beyond is not here",
        )
    return Trust(Verdict.WARNING, "every machine in it may send mail through this one to anybody; is all of it yours")


def _local(network: IPv6Network) -> Trust | None:
    """Unique local addresses: a site's own /48 is chosen at random (RFC 4193 3), and nobody else has it."""
    if network.prefixlen >= SITE:
        return None
    return Trust(Verdict.WARNING, "more than one site's local addresses, whatever a VPN leads here included")


def _attached(network: IPv6Network, machine: Machine | None) -> int | None:
    """The prefix length of the interface inside ``network``; the shortest of several."""
    if machine is None:
        return None
    lengths = [
        item.length
        for item in machine.prefixes
        if item.family is Family.IPV6 and IPv6Network(f"{item.address}/128").subnet_of(network)
    ]
    on_link = [length for length in lengths if length <= LINK]
    return min(on_link) if on_link else None


def _is_wide(network: Network) -> bool:
    return network.prefixlen < (_FEW if isinstance(network, IPv6Network) else _IPV4_SHORTEST)


def _inside(inner: Network, outer: Network) -> bool:
    if isinstance(inner, IPv6Network):
        return isinstance(outer, IPv6Network) and inner.subnet_of(outer)
    return isinstance(outer, IPv4Network) and inner.subnet_of(outer)
