"""A resolver that knows one address family and the root servers, and remembers the zones it has found.

In: a ``Case`` and a ``Family``. Out: a ``Walk`` per name. The servers of a zone are asked in turn until one helps, the
silent ones a second time; the names of servers are looked up over the same family. Nothing the world does is raised.

Glue is believed from whoever answers for a zone above it (RFC 2181 5.4.1), as resolvers do.
"""

import asyncio
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from probe.address import canonical, classify
from probe.measure.case import Case
from probe.measure.dns.answer import fold
from probe.measure.dns.direct import Direct, Heard
from probe.measure.dns.lookups import RRTYPES
from probe.measure.dns.question import show
from probe.measure.dns.roots import roots
from probe.measure.vantage import routes
from probe.model.network import Transport
from probe.model.walk import Barrier, Cut, Walk, WalkEnd
from probe.model.words import AddressClass, Failure, Family, Outcome
from probe.model.zones import DirectAnswer

_LONGEST = 12  # zones entered on one way
_DEEPEST = 3  # servers' names on the way to servers' names
_SERVERS = 8  # of a zone
_ADDRESSES = 6  # of a zone that are asked before it is given up
_ROOTS = 3  # asked at the same time: one that answers is enough, and none does on a closed network
_GOOD = {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}

Message = dns.message.QueryMessage

_NO_TIME = Heard(DirectAnswer(Transport.UDP, "", "", Outcome.TIMEOUT, failure=Failure.DEADLINE))


@dataclass(slots=True)
class _Zone:
    """A zone that was found: who serves it, at which addresses known so far, and what came of asking."""

    name: str
    servers: tuple[str, ...] = ()
    above: "_Zone | None" = None
    addresses: list[tuple[str, str]] = field(default_factory=list)
    unresolved: list[str] = field(default_factory=list)
    answered: str | None = None
    closed: bool = False  # nobody helped: not asked again
    special: bool = False  # an address was left out that is not of the Internet
    elapsed: float = 0.0
    tried: list[str] = field(default_factory=list)
    failures: set[Failure | None] = field(default_factory=set)

    def way(self) -> "list[_Zone]":
        """From the root to here."""
        return [*(self.above.way() if self.above else ()), self]


class _OutOfTimeError(Exception):
    """There is no time left to ask, or the way does not end."""


class Walker:
    """All walks of one run over ``family``."""

    def __init__(self, case: Case, family: Family) -> None:
        self._case = case
        self._family = family
        self._direct = Direct(case)
        self._root = _Zone("")
        self._zones = {"": self._root}
        self._underway: set[str] = set()
        self._started = False

    async def walk(self, name: str) -> Walk:
        """Go from the root to ``name``."""
        if not self._started:
            self._started = True
            await self._find_root()
        if not self._root.addresses:
            return Walk(name, self._family, WalkEnd.NO_ROOT)
        try:
            zone, message = await self._descend(fold(name), "SOA")
        except _OutOfTimeError:
            return Walk(name, self._family, WalkEnd.UNFINISHED)
        entered = zone.way() if message is not None else zone.way()[:-1]
        cuts = tuple(Cut(one.name or ".", one.servers, one.answered, round(one.elapsed, 6)) for one in entered)
        if message is not None:
            return Walk(name, self._family, WalkEnd.ARRIVED, cuts)
        barrier = await self._barrier(zone)
        return Walk(name, self._family, WalkEnd.STUCK, cuts, zone.name or ".", barrier, tuple(zone.tried))

    async def _find_root(self) -> None:
        """Keep the root servers that answer, of the first few."""
        settings = self._case.frame.settings
        ways = routes(self._case.frame.network, settings, roots(self._family, settings.root_hints))
        candidates = [way.address for way in ways if way.usable and self._is_global(way.address)][:_ROOTS]
        async with asyncio.TaskGroup() as group:
            asked = {one: group.create_task(self._direct.ask(one, ".", "NS", tries=1)) for one in candidates}
        for address, task in asked.items():
            heard = task.result()
            if heard is not None and heard.answer.heard and heard.answer.aa:
                self._root.addresses.append(("root server", address))

    async def _descend(self, name: str, rrtype: str) -> tuple[_Zone, Message | None]:
        """The last zone on the way to ``name`` and its answer; None where nobody there helps."""
        labels = name.split(".")
        above = (".".join(labels[start:]) for start in range(len(labels)))
        zone = next((self._zones[one] for one in above if one in self._zones), self._root)
        for _ in range(_LONGEST):
            message = await self._ask(zone, name, rrtype)
            if message is None or message.flags & dns.flags.AA:
                return zone, message
            zone = self._enter(zone, name, message)
        raise _OutOfTimeError

    def _enter(self, zone: _Zone, name: str, message: Message) -> _Zone:
        """The zone below that ``message`` refers to, with the glue it carries."""
        delegation = _delegation(zone.name, name, message)
        assert delegation is not None  # noqa: S101 - _ask lets nothing else pass
        servers = tuple(sorted(show(rdata.target) for rdata in delegation))[:_SERVERS]
        found = _Zone(show(delegation.name), servers, zone)
        wanted = dns.rdatatype.from_text(RRTYPES[self._family])
        glue = {
            show(rrset.name): [canonical(rdata.to_text()) for rdata in rrset]
            for rrset in message.additional
            if (rrset.rdclass, rrset.rdtype) == (dns.rdataclass.IN, wanted) and _within(show(rrset.name), zone.name)
        }
        for server in servers:
            if server in glue:
                self._add(found, server, glue[server])
            elif not _within(server, found.name):  # nobody but the zone itself could say the others
                found.unresolved.append(server)
            else:
                found.tried.append(f"{server}: no {RRTYPES[self._family]} record in the parent zone")
        self._zones[found.name] = found
        return found

    def _add(self, zone: _Zone, server: str, addresses: list[str]) -> None:
        for address in addresses:
            if self._is_global(address):
                zone.addresses.append((server, address))
            else:
                zone.special = True
                zone.tried.append(f"{server} [{address}]: not an address of the Internet")

    def _is_global(self, address: str) -> bool:
        return classify(address, self._case.frame.settings.treat_global) is AddressClass.GLOBAL

    async def _ask(self, zone: _Zone, name: str, rrtype: str) -> Message | None:
        """What the servers of ``zone`` know of ``name``: the first answer that helps."""
        if zone.closed:
            return None
        network = self._case.frame.network
        started = network.monotonic()
        fresh = list(zone.addresses)
        message = None
        while message is None:
            message = await self._any(zone, fresh[:_ADDRESSES], name, rrtype)
            if Failure.DEADLINE in zone.failures and message is None:
                raise _OutOfTimeError
            if message is None and (not zone.unresolved or len(zone.addresses) >= _ADDRESSES):
                zone.closed = True
                break
            if message is None:
                known = len(zone.addresses)
                server = zone.unresolved.pop(0)
                self._add(zone, server, await self._addresses_of(zone, server))
                fresh = zone.addresses[known:]
        zone.elapsed += network.monotonic() - started
        return message

    async def _any(self, zone: _Zone, places: list[tuple[str, str]], name: str, rrtype: str) -> Message | None:
        """Ask the place that helped last time, else the first; without an answer all of them at once."""
        if not places:
            return None
        first = next((one for one in places if one[1] == zone.answered), places[0])
        heard = await self._heard(first[1], name, rrtype, tries=1)
        asked = {first: heard} if heard.answer.failure is not Failure.TIMEOUT else {}
        if not (asked and _helps(zone.name, name, heard)):
            async with asyncio.TaskGroup() as group:
                tasks = {
                    one: group.create_task(self._heard(one[1], name, rrtype)) for one in places if one not in asked
                }
            asked.update({one: task.result() for one, task in tasks.items()})
        for (server, address), heard in asked.items():
            if _helps(zone.name, name, heard):
                zone.answered = address
                return heard.message
            zone.failures.add(heard.answer.failure)
            zone.tried.append(f"{server} [{address}]: {_told(heard)}")
        return None

    async def _heard(self, address: str, name: str, rrtype: str, tries: int = 2) -> Heard:
        """One server's answer, whole."""
        heard = await self._direct.ask(address, name, rrtype, tries=tries)
        if heard is not None and heard.answer.truncated:
            heard = await self._direct.ask(address, name, rrtype, Transport.TCP)
        return _NO_TIME if heard is None else heard

    async def _addresses_of(self, zone: _Zone, server: str) -> list[str]:
        """The addresses of a name server whose name is not in the zone, looked up over the same family."""
        rrtype = RRTYPES[self._family]
        if server in self._underway or len(self._underway) >= _DEEPEST:
            zone.tried.append(f"{server}: its name leads in a circle")
            return []
        self._underway.add(server)
        try:
            last, message = await self._descend(server, rrtype)
        finally:
            self._underway.discard(server)
        if message is None:
            zone.failures.add(Failure.NO_ADDRESS)
            zone.tried.append(f"{server}: cannot be looked up, no server of {last.name or '.'} answers")
            return []
        found = [
            canonical(rdata.to_text())
            for rrset in message.answer
            if (rrset.rdclass, rrset.rdtype) == (dns.rdataclass.IN, dns.rdatatype.from_text(rrtype))
            and show(rrset.name) == server
            for rdata in rrset
        ]
        if not found:
            zone.tried.append(f"{server}: no {rrtype} record")
        return found[:_ADDRESSES]

    async def _barrier(self, zone: _Zone) -> Barrier:
        """Why nobody helped. What the parent does not say is looked up the usual way, to tell who lacks it."""
        if zone.addresses:
            return Barrier.LAME if None in zone.failures else Barrier.SILENT
        if zone.special:
            return Barrier.NOT_GLOBAL
        if Failure.NO_ADDRESS in zone.failures:
            return Barrier.NAMES
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(self._case.resolver.lookup(one, RRTYPES[self._family])) for one in zone.servers]
        return Barrier.NO_GLUE if any(task.result().records for task in asked) else Barrier.NO_ADDRESS


def _helps(zone: str, name: str, heard: Heard) -> bool:
    """True for an answer with authority, and for one that leads to a zone further down."""
    message = heard.message
    if message is None or message.rcode() not in _GOOD:
        return False
    return bool(message.flags & dns.flags.AA) or _delegation(zone, name, message) is not None


def _delegation(zone: str, name: str, message: Message) -> dns.rrset.RRset | None:
    """The name servers of a zone below ``zone`` and on the way to ``name`` that an answer without authority names."""
    if message.flags & dns.flags.AA:
        return None
    for rrset in message.authority:
        if (rrset.rdclass, rrset.rdtype) == (dns.rdataclass.IN, dns.rdatatype.NS):
            below = show(rrset.name)
            if below != zone and _within(below, zone) and _within(name, below):
                return rrset
    return None


def _within(name: str, zone: str) -> bool:
    """True when ``name`` is ``zone`` or below it."""
    return not zone or name == zone or name.endswith(f".{zone}")


def _told(heard: Heard) -> str:
    answer = heard.answer
    if answer.rcode is None:
        return answer.detail or str(answer.failure)
    return f"{answer.rcode}, not an answer of a server of this zone" if answer.rcode == "NOERROR" else answer.rcode
