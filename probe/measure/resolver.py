"""From a target to the addresses to dial: MX hosts, A and AAAA, PTR. What does not depend on each other runs at once.

In: a ``Target``, by way of a ``Network`` and the ``Settings``. Out: a ``Resolved``.
Wrong: what the DNS does or fails to do is an ``Outcome`` in a ``Resolution``; nothing of it is raised. NXDOMAIN, NODATA
and not knowing are never confused (RFC 5321 5.1, RFC 4074), and neither family's look-up depends on the other's.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from probe.address import canonical, classify, family_of
from probe.measure.dns import dns64
from probe.measure.dns.answer import fold
from probe.measure.dns.exchangers import Exchanger, Exchangers, exchangers
from probe.measure.dns.lookups import RRTYPES, Lookups
from probe.model.dns import Address, MxHost, Resolution, Resolved
from probe.model.settings import Target, TargetKind
from probe.model.words import AddressClass, Family, Outcome, Provenance

_ADDRESSES = 64  # of one host and family that are looked at; a sender tries five in all
_REVERSE_LOOKUPS = 64  # addresses of one family whose PTR is asked for, shared by the hosts


class Resolver(Lookups):
    """The resolver of one run: single look-ups, and the whole way from a target to addresses."""

    async def resolve(self, target: Target) -> Resolved:
        """All hosts of ``target`` with their addresses; reverse names are left to ``confirm``, nobody dials those."""
        async with asyncio.TaskGroup() as group:
            prefixes = group.create_task(self._dns64(target))
            mx, plan = await self._plan(target)
            families = [group.create_task(self._both_families(item)) for item in plan.hosts]
        port = target.port or self._settings.port
        return Resolved(
            mx=replace(mx, detail=plan.note) if mx is not None and plan.note else mx,
            hosts=tuple(
                self._host(item, *task.result(), prefixes.result(), port)
                for item, task in zip(plan.hosts, families, strict=True)
            ),
            aliases=mx.cnames if mx is not None else (),
            null_mx=plan.null,
            null_mx_mixed=plan.mixed,
            dns64=prefixes.result(),
            bad_targets=tuple(item.host for item in plan.hosts if item.bad),
            nameservers=self.asked,
        )

    async def confirm(self, resolved: Resolved) -> Resolved:
        """The same with the reverse names of what is dialled, a fair share of them where there are very many."""
        share = min(self._settings.max_addresses, max(1, _REVERSE_LOOKUPS // max(1, len(resolved.hosts))))
        async with asyncio.TaskGroup() as group:
            confirmed = {
                address.address: group.create_task(self._confirm(address))
                for host in resolved.hosts
                for family in Family
                for address in [item for item in host.of(family) if item.dial][:share]
            }
        named = {address: task.result() for address, task in confirmed.items()}
        hosts = (
            replace(
                host, addresses=tuple(named.get(item.address, item) if item.dial else item for item in host.addresses)
            )
            for host in resolved.hosts
        )
        return replace(resolved, hosts=tuple(hosts), nameservers=self.asked)

    async def _confirm(self, address: Address) -> Address:
        names, fcrdns, outcome = await self.reverse(address.address)
        return replace(address, ptr=names, fcrdns=fcrdns, ptr_outcome=outcome)

    async def _dns64(self, target: Target) -> tuple[str, ...]:
        """The prefixes our resolver makes IPv6 addresses with. Not to know them is as good as there being none."""
        if target.kind is TargetKind.ADDRESS:
            return ()
        return dns64.prefixes(await self.lookup(dns64.NAME, "AAAA"))

    async def _plan(self, target: Target) -> tuple[Resolution | None, Exchangers]:
        """Which hosts to look at: the one the user named, or those of the MX look-up."""
        if target.kind in {TargetKind.HOST, TargetKind.ADDRESS}:
            return None, Exchangers((Exchanger(fold(target.name)),))
        if self._settings.server is not None:
            return None, Exchangers((Exchanger(fold(self._settings.server)),))
        domain = fold(target.name)
        mx = await self.lookup(domain, "MX")
        return mx, exchangers(domain, mx, self._settings.seed)

    async def _both_families(self, item: Exchanger) -> tuple[Resolution, Resolution]:
        """AAAA and A, side by side; what needs no question is not asked."""
        if item.bad:
            return _unasked(item.host, Family.IPV6, item.bad), _unasked(item.host, Family.IPV4, item.bad)
        address = _as_address(item.host)
        if address is not None:
            return _literal(address, Family.IPV6), _literal(address, Family.IPV4)
        async with asyncio.TaskGroup() as group:
            ipv6 = group.create_task(self.lookup(item.host, RRTYPES[Family.IPV6]))
            ipv4 = group.create_task(self.lookup(item.host, RRTYPES[Family.IPV4]))
        return ipv6.result(), ipv4.result()

    def _host(
        self, item: Exchanger, ipv6: Resolution, ipv4: Resolution, prefixes: tuple[str, ...], port: int
    ) -> MxHost:
        """One host, with what is to be said of each of its addresses."""
        pinned = ipv6.provenance is not Provenance.DNS  # what the user says has not passed any DNS64
        redirected = {fold(entry.host) for entry in self._settings.redirects if entry.port == port}
        six = (
            self._address(text, ipv6, item.host, redirected, not pinned and dns64.synthesised(text, prefixes, ipv4))
            for text in _texts(ipv6)
        )
        four = (self._address(text, ipv4, item.host, redirected, synthesised=False) for text in _texts(ipv4))
        return MxHost(
            host=_as_address(item.host) or item.host,
            preference=item.preference,
            implicit=item.implicit,
            ipv6=_noted(ipv6),
            ipv4=_noted(ipv4),
            addresses=(*six, *four),
            cnames=ipv6.cnames or ipv4.cnames,
        )

    def _address(
        self, text: str, resolution: Resolution, host: str, redirected: set[str], synthesised: bool
    ) -> Address:
        """One address and whether it is dialled: if a stranger could reach it, or the user named it."""
        family, klass = family_of(text), classify(text, self._settings.treat_global)
        named = resolution.provenance is Provenance.OPTION or not redirected.isdisjoint({text, host})
        reachable = klass is AddressClass.GLOBAL and not synthesised
        wanted = family in self._settings.families or text == _as_address(host)
        return Address(text, family, klass, synthesised=synthesised, dial=wanted and (reachable or named))


def _as_address(host: str) -> str | None:
    try:
        return canonical(host)
    except ValueError:
        return None


def _texts(resolution: Resolution) -> Iterable[str]:
    """The addresses of an answer, each once, in its order."""
    return list(dict.fromkeys(map(canonical, resolution.records)))[:_ADDRESSES]


def _noted(resolution: Resolution) -> Resolution:
    if len(resolution.records) <= _ADDRESSES:
        return resolution
    return replace(resolution, detail=f"{len(resolution.records)} addresses; only {_ADDRESSES} are looked at")


def _unasked(host: str, family: Family, why: str) -> Resolution:
    return Resolution(host, RRTYPES[family], Outcome.NO_DATA, detail=why)


def _literal(address: str, family: Family) -> Resolution:
    """The look-up an address written by the user stands for."""
    if family_of(address) is family:
        return Resolution(address, RRTYPES[family], Outcome.ANSWER, (address,), provenance=Provenance.OPTION)
    why = f"an {family.other.label} address was given"
    return Resolution(address, RRTYPES[family], Outcome.NO_DATA, provenance=Provenance.OPTION, detail=why)
