"""Does our own resolver make IPv6 addresses up? The NAT64 prefixes behind ``ipv4only.arpa`` (RFC 7050).

In: the AAAA records of that name, then the addresses of a host. Out: prefixes; which addresses are synthesised.
"""

from collections.abc import Iterable

from probe.address import canonical, contains, embedded_ipv4
from probe.model.dns import Resolution
from probe.model.words import Outcome, Provenance

NAME = "ipv4only.arpa"
# The only two addresses the name ever has (RFC 7050 8.2): whatever embeds one of them shows the prefix.
_WELL_KNOWN = frozenset({"192.0.0.170", "192.0.0.171"})
_LENGTHS = (96, 64, 56, 48, 40, 32)


def prefixes(answer: Resolution) -> tuple[str, ...]:
    """The prefixes in use, each once; none when the name has no AAAA, as it should be without DNS64."""
    found = (_prefix(record) for record in answer.records)
    return tuple(dict.fromkeys(prefix for prefix in found if prefix))


def _prefix(address: str) -> str | None:
    """The longest prefix under which ``address`` embeds a well-known one."""
    for length in _LENGTHS:
        if embedded_ipv4(address, f"{address}/{length}") in _WELL_KNOWN:
            return _network(address, length)
    return None


def _network(address: str, length: int) -> str:
    from ipaddress import IPv6Network

    network = IPv6Network((address, length), strict=False)
    return f"{canonical(str(network.network_address))}/{length}"


def synthesised(address: str, known: Iterable[str], ipv4: Resolution) -> bool:
    """True when ``address`` is what DNS64 makes of one of the host's own IPv4 addresses.

    ``ipv4`` is the host's A look-up; where it does not tell what the DNS64 saw, being inside the prefix is enough.
    """
    inside = [prefix for prefix in known if contains(prefix, address)]
    if not inside or ipv4.outcome in {Outcome.NO_DATA, Outcome.NXDOMAIN}:
        return False
    if ipv4.outcome is not Outcome.ANSWER or ipv4.provenance is not Provenance.DNS:
        return True
    return any(embedded_ipv4(address, prefix) in ipv4.records for prefix in inside)
