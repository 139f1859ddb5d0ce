"""Every name server of the domain's zone and of the mail hosts' zones, asked itself over each family (RFC 4074).

In: a ``Case``. Out: ``Zone``s: who serves them, and what each server says at each of its addresses over UDP and TCP of
SOA, MX, A and AAAA. An address we have no way to, or that is not of the Internet, is left alone and marked.

The SOA goes first: a server that does not answer that is not asked more. What stayed silent is asked once more at the
end, and where the families of a server contradict each other both are asked again: one lost datagram is no finding.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from probe.address import canonical, classify
from probe.measure.case import Case
from probe.measure.dns.answer import fold
from probe.measure.dns.direct import Direct
from probe.measure.dns.lookups import RRTYPES
from probe.measure.mail_names import mail_domain, mail_hosts, mail_names
from probe.measure.vantage import routes
from probe.model.network import Transport
from probe.model.words import AddressClass, Family, Outcome, Provenance
from probe.model.zones import DirectAnswer, ServerAddress, Zone, ZoneServer

_ZONES = 6
_SERVERS = 8  # of a zone
_ADDRESSES = 2  # of a server and family
_HOSTS = 3  # mail hosts of one zone whose addresses every server is asked for
_LEVELS = 6  # labels above a name at which the start of its zone is looked for

Question = tuple[str, str]


async def inquire(case: Case) -> tuple[Zone, ...] | None:
    """The zones in the order of the names they hold; None for a target that has no name."""
    names = mail_names(case)
    if not names:
        return None
    async with asyncio.TaskGroup() as group:
        looking = {name: group.create_task(_apex(case, name)) for name in names}
    members: dict[str, list[str]] = {}
    for name, task in looking.items():
        apex = task.result()
        if apex is not None:
            members.setdefault(apex, []).append(name)
    direct = Direct(case)
    async with asyncio.TaskGroup() as group:
        asking = [
            group.create_task(_Inquirer(case, direct, apex, tuple(mine)).ask())
            for apex, mine in list(members.items())[:_ZONES]
        ]
    return tuple(task.result() for task in asking)


async def _apex(case: Case, name: str) -> str | None:
    """Where the zone of ``name`` starts: the lowest name at or above it with name servers, below the top level."""
    labels = fold(name).split(".")
    above = [".".join(labels[start:]) for start in range(len(labels) - 1)][:_LEVELS]
    async with asyncio.TaskGroup() as group:
        asked = [(one, group.create_task(case.resolver.lookup(one, "NS"))) for one in above]
    for one, task in asked:
        found = task.result()
        # A name that is an alias starts no zone: those were the servers of another's.
        if found.outcome is Outcome.ANSWER and not found.cnames and found.provenance is Provenance.DNS:
            return one
    return None


@dataclass(frozen=True, slots=True)
class _Inquirer:
    """One zone and what is asked about it."""

    case: Case
    direct: Direct
    apex: str
    names: tuple[str, ...]

    async def ask(self) -> Zone:
        """The zone with all its servers, asked at the same time."""
        found = await self.case.resolver.lookup(self.apex, "NS")
        servers = sorted({fold(record) for record in found.records})
        async with asyncio.TaskGroup() as group:
            asking = [group.create_task(self._server(name)) for name in servers[:_SERVERS]]
        told = [task.result() for task in asking]
        return Zone(
            self.apex,
            self.names,
            tuple(server for server, _ in told),
            max(0, len(servers) - _SERVERS),
            all(whole for _, whole in told),
        )

    async def _server(self, name: str) -> tuple[ZoneServer, bool]:
        """One server at all its addresses; false beside it when time ran out."""
        lookup = self.case.resolver.lookup
        async with asyncio.TaskGroup() as group:
            looking = {family: group.create_task(lookup(name, RRTYPES[family])) for family in Family}
        found = {family: task.result() for family, task in looking.items()}
        addresses = [
            address
            for family in self.case.frame.settings.families
            for address in list(dict.fromkeys(map(canonical, found[family].records)))[:_ADDRESSES]
        ]
        async with asyncio.TaskGroup() as group:
            asking = [group.create_task(self._address(address)) for address in addresses]
        told = [task.result() for task in asking]
        again = await self._contradictions([address for address, _ in told])
        cnames = found[Family.IPV6].cnames or found[Family.IPV4].cnames
        server = ZoneServer(name, found[Family.IPV6].outcome, found[Family.IPV4].outcome, again, cnames)
        return server, all(whole for _, whole in told)

    async def _address(self, address: str) -> tuple[ServerAddress, bool]:
        settings = self.case.frame.settings
        klass = classify(address, settings.treat_global)
        (way,) = routes(self.case.frame.network, settings, [address])
        place = ServerAddress(address, way.family, klass)
        if klass is not AddressClass.GLOBAL:
            return replace(place, skipped=f"a {klass} address"), True
        if not way.usable:
            return replace(place, skipped=way.reason or "no route"), True
        answers, whole = await self._answers(address)
        return replace(place, answers=answers), whole

    async def _answers(self, address: str) -> tuple[tuple[DirectAnswer, ...], bool]:
        start = (self.apex, "SOA")
        first, whole = await self._all(address, [start], Transport)
        alive = {item.transport for item in first if item.heard}
        if Transport.UDP not in alive:
            return first, whole
        rest, in_time = await self._all(address, self._questions(), alive)
        # Once more, when all is quiet, what got no answer or only the beginning of one.
        silent = [(item.name, item.rrtype) for item in rest if item.transport is Transport.UDP and not item.heard]
        cut = {(item.name, item.rrtype) for item in (*first, *rest) if item.truncated}
        whole_ones = {(item.name, item.rrtype) for item in (*first, *rest) if item.transport is Transport.TCP}
        again, _ = await self._all(address, silent, [Transport.UDP])
        over_tcp, _ = await self._all(address, sorted(cut - whole_ones), [Transport.TCP])
        kept = [item for item in rest if item.heard or item.transport is Transport.TCP]
        return (*first, *kept, *_counted(again, rest), *over_tcp), whole and in_time

    def _questions(self) -> dict[Transport, list[Question]]:
        """MX of the domain, addresses of the first hosts; over TCP those of the best host alone."""
        domain = mail_domain(self.case)
        hosts = [host for host in mail_hosts(self.case) if host in self.names]
        mx = [(domain, "MX")] if domain in self.names and domain is not None else []
        both = [[(host, rrtype) for rrtype in RRTYPES.values()] for host in hosts[:_HOSTS]]
        return {
            Transport.UDP: [*mx, *(question for pair in both for question in pair)],
            Transport.TCP: [*mx, *(question for pair in both[:1] for question in pair)],
        }

    async def _all(
        self,
        address: str,
        questions: Sequence[Question] | dict[Transport, list[Question]],
        transports: Iterable[Transport],
    ) -> tuple[tuple[DirectAnswer, ...], bool]:
        """The answers to these questions over each transport; false beside them when one could not be put in time."""
        async with asyncio.TaskGroup() as group:
            asking = [
                group.create_task(self.direct.ask(address, name, rrtype, transport))
                for transport in sorted(transports)
                for name, rrtype in (questions[transport] if isinstance(questions, dict) else questions)
            ]
        told = [task.result() for task in asking]
        return tuple(heard.answer for heard in told if heard is not None), None not in told

    async def _contradictions(self, places: Sequence[ServerAddress]) -> tuple[ServerAddress, ...]:
        """The same, with another answer from every address to each question that was answered in two ways."""
        asked = dict.fromkeys(
            (item.name, item.rrtype) for place in places for item in place.answers if item.transport is Transport.UDP
        )
        odd = [one for one in asked if len({content for place in places for content in _contents(place, one)}) > 1]
        living = [place for place in places if place.heard(Transport.UDP)]
        if not odd or len({place.family for place in living}) < 2:
            return tuple(places)
        async with asyncio.TaskGroup() as group:
            asking = {
                place.address: group.create_task(self._all(place.address, odd, [Transport.UDP])) for place in living
            }
        more = {address: task.result()[0] for address, task in asking.items()}
        return tuple(replace(place, answers=(*place.answers, *more.get(place.address, ()))) for place in places)


def _counted(again: Iterable[DirectAnswer], before: Iterable[DirectAnswer]) -> tuple[DirectAnswer, ...]:
    """The answers of a second round, with the tries of the first."""
    tries = {(item.name, item.rrtype): item.tries for item in before if item.transport is Transport.UDP}
    return tuple(replace(item, tries=item.tries + tries.get((item.name, item.rrtype), 0)) for item in again)


def _contents(place: ServerAddress, question: Question) -> set[tuple[object, ...]]:
    """What was said to one question; silence and beginnings say nothing."""
    whole = (item for item in place.said(*question) if item.heard and not item.truncated)
    return {(item.outcome, item.records) for item in whole}
