"""The domain as a sender: its SPF record for each address it sends from, DMARC, reverse names, lists of bad addresses.

In: the sending addresses the user named, or else those of the MX hosts. Out: ``Outbound``, with every look-up that an
evaluation of SPF needs. Nothing but the DNS is asked, and lists only those the user named.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from probe.address import family_of, reverse_name
from probe.grammar.dmarc import parse as dmarc_policy
from probe.grammar.spf.evaluation import Steps, evaluate
from probe.grammar.txt import joined
from probe.measure.case import Case
from probe.measure.vantage import routes
from probe.model.dns import Resolution
from probe.model.outbound import Listing, Outbound, SendingAddress
from probe.model.words import AddressClass, Family, Outcome

_MOST_ASSUMED = 4  # addresses of MX hosts taken as senders, per family
_MOST_CLIMBED = 8  # names asked for a DMARC record (RFC 9989 4.10)
_PUBLIC = {AddressClass.GLOBAL}


async def inquire(case: Case) -> Outbound | None:
    """What receivers look up about the target's mail; None for a target that is no domain or does not exist."""
    settings, mx = case.frame.settings, case.resolved.mx
    named = (*settings.sender6, *settings.sender4)
    if case.domain is None or (not named and (mx is None or mx.outcome not in {Outcome.ANSWER, Outcome.NO_DATA})):
        return None
    asking = _Asking(case, case.domain)
    try:
        async with asyncio.timeout(max(case.left(), 0.0)):
            await asking.everything(tuple(_senders(case)))
    except TimeoutError:
        asking.unfinished = True
    return asking.told()


def _senders(case: Case) -> Iterable[SendingAddress]:
    """The addresses to look at; a family the user named none of is that of the MX hosts."""
    settings = case.frame.settings
    hosts: dict[str, str] = {}
    for host in case.resolved.hosts:
        for item in host.addresses:
            if item.klass is AddressClass.GLOBAL and not item.synthesised:
                hosts.setdefault(item.address, host.host)
    for family, named in ((Family.IPV6, settings.sender6), (Family.IPV4, settings.sender4)):
        if named:
            yield from (SendingAddress(text, family, named=True, host=hosts.get(text)) for text in named)
        else:
            assumed = [text for text in hosts if family_of(text) is family]
            yield from (SendingAddress(text, family, host=hosts[text]) for text in assumed[:_MOST_ASSUMED])


@dataclass(slots=True)
class _Asking:
    """What has been seen so far: all of it is told when time runs out."""

    case: Case
    domain: str
    senders: dict[str, SendingAddress] = field(default_factory=dict)
    spf: dict[tuple[str, str], Resolution] = field(default_factory=dict)
    own: tuple[str, ...] = ()
    dmarc: list[Resolution] = field(default_factory=list)
    dkim: Resolution | None = None
    listings: list[Listing] = field(default_factory=list)
    unfinished: bool = False

    def told(self) -> Outbound:
        return Outbound(
            domain=self.domain,
            senders=tuple(self.senders.values()),
            spf=tuple(self.spf.values()),
            own=self.own,
            dmarc=tuple(self.dmarc),
            dkim=self.dkim,
            listings=tuple(sorted(self.listings, key=lambda item: (item.zone, item.own, item.address))),
            unfinished=self.unfinished,
        )

    async def everything(self, senders: tuple[SendingAddress, ...]) -> None:
        settings = self.case.frame.settings
        self.senders = {item.address: item for item in senders}
        self.own = tuple(self._own())
        origin = settings.sender.rpartition("@")[2]
        async with asyncio.TaskGroup() as group:
            group.create_task(self._policy())
            for item in senders:
                group.create_task(self._reverse(item))
                group.create_task(self._evaluate(evaluate(item.address, self.domain)))
            if not senders:
                group.create_task(self._ask(self.domain, "TXT"))
            for address in self.own if origin else ():
                group.create_task(self._evaluate(evaluate(address, origin, settings.sender)))
            if settings.dkim_selector is not None and settings.dkim_domain is not None:
                group.create_task(self._key(f"{settings.dkim_selector}._domainkey.{settings.dkim_domain}"))
            for zone in settings.dnsbl:
                for item in senders:
                    group.create_task(self._listed(zone, item.address, own=False))
                for address in self.own:
                    group.create_task(self._listed(zone, address, own=True))

    def _own(self) -> Iterable[str]:
        """Our own addresses as receivers see them: not those behind NAT, of which nobody here knows."""
        settings, network = self.case.frame.settings, self.case.frame.network
        goals = [item.address for host in self.case.resolved.hosts for item in host.addresses if item.dial]
        ways = routes(network, settings, goals)
        return dict.fromkeys(way.source for way in ways if way.usable and way.source and way.klass in _PUBLIC)

    async def _evaluate(self, steps: Steps) -> None:
        """Ask what the evaluation wants to know; what it comes to is for the judge, who goes the same way again."""
        answers: tuple[Resolution, ...] | None = None
        while True:
            try:
                questions = next(steps) if answers is None else steps.send(answers)
            except StopIteration:
                return
            async with asyncio.TaskGroup() as group:
                asked = [group.create_task(self._ask(item.name, item.rrtype)) for item in questions]
            answers = tuple(task.result() for task in asked)

    async def _ask(self, name: str, rrtype: str) -> Resolution:
        answer = await self.case.resolver.lookup(name, rrtype)
        self.spf[name.lower(), rrtype] = answer
        return answer

    async def _reverse(self, item: SendingAddress) -> None:
        ptr, fcrdns, outcome = await self.case.resolver.reverse(item.address)
        self.senders[item.address] = SendingAddress(
            item.address, item.family, item.named, item.host, ptr, fcrdns, outcome
        )

    async def _policy(self) -> None:
        """Climb from the domain to its organisation: the first record met is the one that counts (RFC 9989 4.10)."""
        labels = self.domain.split(".")
        starts = [0, *range(max(1, len(labels) - _MOST_CLIMBED + 1), len(labels) - 1)]
        for start in starts:
            answer = await self.case.resolver.lookup(".".join(["_dmarc", *labels[start:]]), "TXT")
            self.dmarc.append(answer)
            if answer.outcome.inconclusive or any(dmarc_policy(joined(it)) is not None for it in answer.records):
                return

    async def _key(self, name: str) -> None:
        self.dkim = await self.case.resolver.lookup(name, "TXT")

    async def _listed(self, zone: str, address: str, *, own: bool) -> None:
        """RFC 5782 2.1 and 2.4: the address backwards, octet by octet or nibble by nibble, below the zone."""
        backwards = reverse_name(address).removesuffix(".ip6.arpa").removesuffix(".in-addr.arpa")
        answer = await self.case.resolver.lookup(f"{backwards}.{zone}", "A")
        reason = await self.case.resolver.lookup(f"{backwards}.{zone}", "TXT") if answer.records else None
        self.listings.append(Listing(zone, address, answer, own, reason))
