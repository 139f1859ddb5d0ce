"""Our own machine: from which address would it reach each target, and what do receivers find when they look us up?

In: the addresses to be dialled. Out: a ``Route`` per address, from the routing table, before any packet leaves; and a
``Vantage`` per family with the reverse name of our source and the name for EHLO. Nothing here fails: what the system
or the name servers refuse is data.

A family that cannot judge the target is told from one that fails: a unique local or link-local source never reaches a
global address, so what happens there says nothing about the target. A private IPv4 source is usable, through NAT.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence

from probe.address import canonical, classify, family_of, literal
from probe.measure.dns.lookups import RRTYPES, Lookups
from probe.model.errors import NetworkError
from probe.model.measurement import Route, Vantage
from probe.model.network import Network
from probe.model.settings import Settings
from probe.model.words import AddressClass, Failure, Family

_BEHIND_NAT = {AddressClass.PRIVATE, AddressClass.SHARED}
_NO_PUBLIC_NAME = {AddressClass.LOOPBACK, AddressClass.LINK_LOCAL, AddressClass.UNSPECIFIED}
_KINDS = {
    AddressClass.ULA: "a unique local address (RFC 4193), which does not reach the Internet",
    AddressClass.LINK_LOCAL: "a link-local address, which does not leave its own link",
    AddressClass.SITE_LOCAL: "a site-local address (deprecated by RFC 3879), which does not reach the Internet",
    AddressClass.LOOPBACK: "a loopback address, which does not leave this machine",
    AddressClass.SIX_TO_FOUR: "a 6to4 address (RFC 7526): a failure may be the tunnel's",
    AddressClass.TEREDO: "a Teredo address (RFC 4380): a failure may be the tunnel's",
    AddressClass.DOCUMENTATION: "a documentation address, which is not routed",
}
# A domain name of RFC 5321 4.1.2, fully qualified: what EHLO may carry. PTR records may hold anything.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}", re.IGNORECASE)


def routes(network: Network, settings: Settings, addresses: Iterable[str]) -> tuple[Route, ...]:
    """How this machine would reach each of ``addresses``; those of a family not asked for are left out."""
    wanted = ((address, family_of(address)) for address in addresses)
    return tuple(_route(network, settings, *pair) for pair in wanted if pair[1] in settings.families)


def towards_internet(network: Network) -> tuple[tuple[str, bool], ...]:
    """Our own addresses towards the Internet, one a family, and whether NAT hides it. No packet is sent."""
    found = []
    for elsewhere in ("2001:db8::25", "192.0.2.25"):  # the default route, as nobody has another to these
        try:
            source = network.source_for(elsewhere).address
        except NetworkError:
            continue
        found.append((source, classify(source) is not AddressClass.GLOBAL))
    return tuple(found)


def _route(network: Network, settings: Settings, address: str, family: Family) -> Route:
    try:
        source = network.source_for(address, settings.source(family))
    except NetworkError as error:
        return Route(address, family, failure=Failure.NO_ROUTE, reason=error.detail)
    klass = classify(source.address, settings.treat_global)
    same_kind = klass is classify(address, settings.treat_global)
    nat = family is Family.IPV4 and klass in _BEHIND_NAT and not same_kind
    usable = klass is AddressClass.GLOBAL or same_kind or nat
    return Route(
        address,
        family,
        source.address,
        klass,
        usable,
        nat,
        source.temporary,
        source.deprecated,
        None if usable else Failure.NO_ROUTE,
        None if usable else f"this machine would use {source.address}, {_KINDS.get(klass, f'a {klass} address')}",
    )


async def survey(resolver: Lookups, settings: Settings, ways: Sequence[Route]) -> tuple[Vantage, ...]:
    """One ``Vantage`` per family asked for, with the reverse names of our sources and the EHLO name looked up."""
    mine = {family: [way for way in ways if way.family is family] for family in settings.families}
    first = {family: next((way for way in some if way.usable), None) for family, some in mine.items()}
    usable = {family: way for family, way in first.items() if way is not None}
    async with asyncio.TaskGroup() as group:
        asked = {family: group.create_task(_reverse(resolver, way)) for family, way in usable.items()}
    names = {family: task.result() for family, task in asked.items()}
    helo = await _helo(resolver, settings, usable, [name for ptr, _ in names.values() for name in ptr])
    return tuple(
        _sum_up(family, tuple(mine[family]), first[family], names.get(family, ((), None)), helo.get(family))
        for family in settings.families
    )


def _sum_up(
    family: Family,
    ways: tuple[Route, ...],
    way: Route | None,
    names: tuple[tuple[str, ...], bool | None],
    helo: str | None,
) -> Vantage:
    """The family in one: its first usable route speaks for it, or the first one at all says why there is none."""
    if way is None:
        shown = ways[0] if ways else Route("", family)
        return Vantage(family, False if ways else None, shown.source, shown.reason, helo=helo, routes=ways)
    ptr, fcrdns = names
    return Vantage(
        family, True, way.source, None, way.nat, way.temporary, way.deprecated, ptr, fcrdns, helo=helo, routes=ways
    )


def _has_public_name(way: Route) -> bool:
    """False where what DNS says of our source is not what a receiver sees: behind NAT, on loopback, on the link."""
    return not way.nat and way.klass not in _NO_PUBLIC_NAME


async def _reverse(resolver: Lookups, way: Route) -> tuple[tuple[str, ...], bool | None]:
    if way.source is None or not _has_public_name(way):
        return (), None
    ptr, fcrdns, _ = await resolver.reverse(way.source)
    return ptr, fcrdns


async def _helo(
    resolver: Lookups, settings: Settings, usable: Mapping[Family, Route], candidates: Sequence[str]
) -> dict[Family, str]:
    if settings.helo is not None:
        return dict.fromkeys(settings.families, settings.helo)
    fit = list(dict.fromkeys(name for name in candidates if _DOMAIN.fullmatch(name)))
    async with asyncio.TaskGroup() as group:
        asked = {
            family: [(name, group.create_task(_resolves_to(resolver, name, family, way.source))) for name in fit]
            for family, way in usable.items()
            if _has_public_name(way)
        }
    confirmed = {family: [name for name, task in tasks if task.result()] for family, tasks in asked.items()}
    return choose_helo({family: str(way.source) for family, way in usable.items()}, confirmed)


async def _resolves_to(resolver: Lookups, name: str, family: Family, source: str | None) -> bool:
    found = await resolver.lookup(name, RRTYPES[family])
    return source in {canonical(record) for record in found.records}


def choose_helo(sources: Mapping[Family, str], confirmed: Mapping[Family, Sequence[str]]) -> dict[Family, str]:
    """The EHLO name of each family: one name for all, so that a difference between the families is not our own making.

    ``confirmed`` holds the names that resolve to the source of a family, best first. A family missing from it has no
    say: behind NAT nobody here knows which address receivers see. Without a name that all the others share, each family
    gives its address literal (RFC 5321 4.1.4).
    """
    voters = list(confirmed.values())
    shared = [name for name in voters[0] if all(name in names for names in voters)] if voters else []
    if shared:
        return dict.fromkeys(sources, shared[0])
    return {family: literal(source) for family, source in sources.items()}
