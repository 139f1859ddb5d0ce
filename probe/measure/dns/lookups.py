"""Look-ups of a run: each question is put once, whoever asks it and however often.

In: a name and a type, or an address. Out: a ``Resolution``, or the reverse names of the address.
Wrong: what the DNS does or fails to do is the ``Outcome``; nothing of it is raised.
"""

import asyncio
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from probe.address import canonical, family_of, reverse_name
from probe.measure.dns.answer import Answer, Manner, fold, server_text
from probe.measure.dns.overlay import Overlay
from probe.model.dns import Resolution
from probe.model.network import Network
from probe.model.settings import Settings
from probe.model.words import Family, Outcome, Provenance

if TYPE_CHECKING:
    from probe.measure.dns.nameservers import NameServers

RRTYPES = {Family.IPV6: "AAAA", Family.IPV4: "A"}
_CHAIN = 8  # aliases followed from one name
_PTR_NAMES = 5  # names of one address that are kept and confirmed


class Lookups:
    """Remembers every answer, so that all stages of a run work on the same facts."""

    def __init__(self, network: Network, settings: Settings) -> None:
        self._network = network
        self._settings = settings
        self._overlay = Overlay(settings.overlay)
        self._known: dict[tuple[str, str], asyncio.Future[Resolution]] = {}
        self._elsewhere = 0

    @cached_property
    def _name_servers(self) -> "NameServers":
        """Made at the first question: a run that asks nothing loads no DNS library."""
        from probe.measure.dns.nameservers import NameServers

        return NameServers(self._network, self._settings)

    @property
    def queries(self) -> int:
        """DNS messages sent so far, to whomever."""
        return self._elsewhere + (self._name_servers.sent if "_name_servers" in self.__dict__ else 0)

    @property
    def asked(self) -> tuple[str, ...]:
        """The recursive name servers that were sent anything."""
        return self._name_servers.asked if "_name_servers" in self.__dict__ else ()

    def end_at(self, deadline: float | None) -> None:
        """The run has until ``deadline``, on the network's clock: it begins when the first answers are known already.

        Who is asked for the first time after this has the whole time of a run.
        """
        if "_name_servers" in self.__dict__:
            self._name_servers.end = deadline

    def count(self) -> None:
        """A message went to a server that is none of ours."""
        self._elsewhere += 1

    async def lookup(self, name: str, rrtype: str) -> Resolution:
        """Look one RRset up, following aliases. Whoever asks the same again, now or later, gets the same answer."""
        key = fold(name), rrtype.upper()
        while (known := self._known.get(key)) is not None:
            try:
                return await asyncio.shield(known)  # one who gives up waiting must not take the answer from the others
            except asyncio.CancelledError:
                if not known.cancelled() or _being_cancelled():
                    raise
        asked = self._known[key] = asyncio.get_running_loop().create_future()
        try:
            resolution = await self._walk(*key)
        except asyncio.CancelledError:
            del self._known[key]
            asked.cancel()
            raise
        except BaseException as bug:
            asked.set_exception(bug)
            asked.exception()  # told to the asker here; asyncio need not complain when nobody else was waiting
            raise
        asked.set_result(resolution)
        return resolution

    async def signed(self, name: str, rrtype: str, *, unchecked: bool = False) -> Answer:
        """One question with its signatures wanted, past all memory; ``unchecked``: whether DNSSEC holds or not."""
        return await self._name_servers.ask(fold(name), rrtype, Manner(signatures=True, unchecked=unchecked))

    async def each(self, name: str, rrtype: str) -> tuple[Resolution, ...]:
        """What every name server that is not dead says by itself, past all memory and assumptions."""
        servers = self._name_servers.living
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(self._name_servers.ask(fold(name), rrtype, server=one)) for one in servers]
        return tuple(
            replace(self._resolution(fold(name), rrtype, [task.result()], task.result().cnames, 0.0), server=who)
            for who, task in zip(map(server_text, servers), asked, strict=True)
        )

    async def _walk(self, name: str, rrtype: str) -> Resolution:
        """Ask for ``name``, and again for the name an alias leads to when its records were not said with it."""
        started = self._network.monotonic()
        answers: list[Answer] = []
        chain: list[str] = []
        current: str | None = name
        while current is not None:
            answer = self._overlay.answer(current, rrtype) or await self._name_servers.ask(current, rrtype)
            current = None
            for target in answer.cnames:
                if target == name or target in chain or len(chain) == _CHAIN:
                    what = f"CNAME chain of more than {_CHAIN}" if len(chain) == _CHAIN else "CNAME loop"
                    answer = replace(answer, outcome=Outcome.SERVFAIL, records=(), ttl=None, detail=what)
                    break
                chain.append(target)
                if self._overlay.answer(target, rrtype) is not None:
                    current = target  # from here on it is what the user says that counts
                    break
            else:
                current = chain[-1] if answer.unfinished else None
            answers.append(answer)
        return self._resolution(name, rrtype, answers, tuple(chain), self._network.monotonic() - started)

    def _resolution(
        self, name: str, rrtype: str, answers: list[Answer], chain: tuple[str, ...], elapsed: float
    ) -> Resolution:
        """The steps of a look-up as one: the last has the word, the weakest link the TTL and the AD bit."""
        last = answers[-1]
        assumed = next((answer.provenance for answer in answers if answer.provenance is not Provenance.DNS), None)
        return Resolution(
            name=name,
            rrtype=rrtype,
            outcome=last.outcome,
            records=last.records,
            ttl=min((answer.ttl for answer in answers if answer.ttl is not None), default=None),
            ad=all(answer.ad for answer in answers),
            provenance=assumed or Provenance.DNS,
            cnames=chain,
            server=last.server,
            elapsed=elapsed,
            detail=last.detail,
        )

    async def reverse(self, address: str) -> tuple[tuple[str, ...], bool | None, Outcome]:
        """The PTR names of ``address``, whether one of them leads back to it (RFC 8601 2.7.3), and the PTR outcome.

        None in the middle: nothing is known, because a look-up failed or there were more names than we follow.
        """
        found = await self.lookup(reverse_name(address), "PTR")
        if found.outcome.inconclusive:
            return (), None, found.outcome
        every = tuple(sorted({fold(record) for record in found.records}))  # servers rotate them, reports should not
        names = every[:_PTR_NAMES]
        rrtype = RRTYPES[family_of(address)]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self.lookup(name, rrtype)) for name in names]
        forward = [task.result() for task in tasks]
        if any(canonical(address) in map(canonical, answer.records) for answer in forward):
            return names, True, found.outcome
        unsure = len(every) > len(names) or any(answer.outcome.inconclusive for answer in forward)
        return names, None if unsure else False, found.outcome


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
