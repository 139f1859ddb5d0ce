"""The addresses a mail server would send from, and their reverse names.

In: the configuration, the routing table (no packet leaves), the DNS. Out: a ``Source`` for each family with an address
that the Internet could answer to; for a private or local one there is no reverse name to ask for. Nothing raises.
"""

from probe.address import canonical, classify, family_of
from probe.measure.dns.lookups import Lookups
from probe.model.configuration import Configuration, Source
from probe.model.errors import NetworkError
from probe.model.network import Network
from probe.model.settings import Settings
from probe.model.words import AddressClass, Family

_BINDS = {Family.IPV6: "smtp_bind_address6", Family.IPV4: "smtp_bind_address"}
_AFAR = {Family.IPV6: "2001:500:2f::f", Family.IPV4: "192.5.5.241"}  # f.root-servers.net: far from everybody's own net


async def sources(
    network: Network, lookups: Lookups, settings: Settings, configuration: Configuration
) -> tuple[Source, ...]:
    """One for each family that mail may leave over, where the machine has one at all."""
    found = []
    for family in Family:
        if configuration.machine is None or not any(family in item.families for item in configuration.outgoing):
            continue
        chosen = _configured(configuration, family) or _routed(network, family)
        if chosen is None or classify(chosen[0], settings.treat_global) is not AddressClass.GLOBAL:
            continue
        ptr, fcrdns, _ = await lookups.reverse(chosen[0])
        found.append(Source(family, *chosen, ptr, fcrdns))
    return tuple(found)


def _configured(configuration: Configuration, family: Family) -> tuple[str, str] | None:
    """What is bound by a setting; the only address of inet_interfaces in its family counts as one (postconf(5))."""
    bound = _addresses(configuration.value(_BINDS[family]), family)
    if bound:
        return bound[0], _BINDS[family]
    listed = _addresses(configuration.value("inet_interfaces"), family)
    if len(listed) == 1 and classify(listed[0]) is not AddressClass.LOOPBACK:
        return listed[0], "inet_interfaces"
    return None


def _addresses(value: str, family: Family) -> list[str]:
    found = []
    for word in value.replace(",", " ").split():
        try:
            address = canonical(word)
        except ValueError:
            continue
        if family_of(address) is family and address not in {"::", "0.0.0.0"}:  # noqa: S104 - words, nothing is bound
            found.append(address)
    return found


def _routed(network: Network, family: Family) -> tuple[str, str] | None:
    try:
        return network.source_for(_AFAR[family]).address, "routing"
    except NetworkError:
        return None
