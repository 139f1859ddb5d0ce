"""Questions to name servers themselves, without recursion: a few at once to each, and each with little patience.

In: a server's address, a name and a type. Out: a ``DirectAnswer``, and the message itself for who wants more of it.
Wrong: what the server does or fails to do is data. No answer for want of time is None, and says nothing. Seconds.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, replace

import dns.flags
import dns.message
import dns.name
import dns.rcode

from probe.grammar.text import clip
from probe.measure.case import Case
from probe.measure.dns.answer import DIRECT, TruncatedError, UnusableError
from probe.measure.dns.question import compose, interpret, parse, parse_name, shuns_edns
from probe.model.errors import NetworkError
from probe.model.network import Transport
from probe.model.words import Failure, Outcome
from probe.model.zones import DirectAnswer

PORT = 53
# Of the patience for a whole look-up: a resolver gives an authoritative server hardly more.
_FIRST, _SECOND = 0.2, 0.4
_SURE = 2  # answers without EDNS alone after which a server is asked without it at once: a datagram may be lost
_AT_ONCE = 4  # questions on their way to one address; a resolver on a busy day asks more
_TRUNCATED = DirectAnswer(Transport.UDP, "", "", Outcome.ANSWER, truncated=True)


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer with the message it was read from (None: nothing came that could be read whole)."""

    answer: DirectAnswer
    message: dns.message.QueryMessage | None = None


class Direct:
    """Asks the servers of one inquiry; whatever is sent counts as a query of the run."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._network = case.frame.network
        patience = case.frame.settings.timeouts.dns
        self.waits = (patience * _FIRST, patience * _SECOND)
        self._gates: dict[str, asyncio.Semaphore] = {}
        self._heard_edns: set[str] = set()
        self._dropped: Counter[str] = Counter()

    async def ask(
        self, address: str, name: str, rrtype: str, transport: Transport = Transport.UDP, tries: int = 2
    ) -> Heard | None:
        """One question; over UDP silence is asked again, since a datagram may be lost. None: no time was left."""
        gate = self._gates.setdefault(address, asyncio.Semaphore(_AT_ONCE))
        async with gate:
            return await self._patiently(address, name, rrtype, transport, tries if transport is Transport.UDP else 1)

    async def _patiently(self, address: str, name: str, rrtype: str, transport: Transport, tries: int) -> Heard | None:
        try:
            question = parse_name(name)
        except UnusableError as error:
            nowhere = DirectAnswer(transport, name, rrtype, Outcome.NXDOMAIN, failure=Failure.NOT_TRIED)
            return Heard(replace(nowhere, detail=clip(str(error), 240)))
        if self._drops_edns(address):
            return await self._waited(address, question, (name, rrtype), transport, 0, edns=False)
        heard = None
        for number in range(tries):
            heard = await self._waited(address, question, (name, rrtype), transport, number)
            if heard is None or heard.answer.failure is not Failure.TIMEOUT:
                return heard
        if (tries == 1 and transport is Transport.UDP) or address in self._heard_edns:
            return heard
        # Silence may be how a server, or a filter before it, takes EDNS (RFC 6891 7).
        plain = await self._waited(address, question, (name, rrtype), transport, tries, edns=False)
        return plain if plain is not None and plain.answer.heard else heard

    def _drops_edns(self, address: str) -> bool:
        return address not in self._heard_edns and self._dropped[address] >= _SURE

    async def _waited(
        self,
        address: str,
        question: dns.name.Name,
        asked: tuple[str, str],
        transport: Transport,
        number: int,
        *,
        edns: bool = True,
    ) -> Heard | None:
        """One try, the ``number``-th from 0; None when a silence would be cut short and taken for the server's."""
        wait = self.waits[1] if transport is Transport.TCP else self.waits[number % 2]
        if self._case.left() < wait:
            return None
        heard = await self._once(address, question, asked[1], transport, wait, edns)
        name, rrtype = asked
        heard = replace(heard, answer=replace(heard.answer, name=name, rrtype=rrtype, tries=number + 1))
        if heard.answer.heard and edns:
            self._heard_edns.add(address)
        elif heard.answer.heard:
            self._dropped[address] += 1
            heard = replace(heard, answer=replace(heard.answer, without_edns=True))
        return heard

    async def _once(
        self, address: str, question: dns.name.Name, rrtype: str, transport: Transport, wait: float, edns: bool
    ) -> Heard:
        """Ask with EDNS, and without where that is what the server stumbled over."""
        started = self._network.monotonic()
        heard = await self._exchange(address, compose(question, rrtype, edns, DIRECT), transport, wait)
        if edns and heard.message is not None and shuns_edns(heard.message):
            plain = await self._exchange(address, compose(question, rrtype, False, DIRECT), transport, wait)
            heard = plain if plain.message is not None and not shuns_edns(plain.message) else heard
        if heard.message is not None:
            heard = replace(heard, answer=_read(heard, question, rrtype))
        elapsed = round(self._network.monotonic() - started, 6)
        return replace(heard, answer=replace(heard.answer, transport=transport, elapsed=elapsed))

    async def _exchange(
        self, address: str, query: dns.message.QueryMessage, transport: Transport, wait: float
    ) -> Heard:
        self._case.resolver.count()
        sent = query.to_wire()
        try:
            wire = await self._network.exchange((address, PORT), sent, transport, wait)
        except NetworkError as error:
            return Heard(_nothing(error.failure, error.detail))
        try:
            message = parse(sent, wire)
        except TruncatedError:
            rcode = dns.rcode.to_text(dns.rcode.Rcode.make(wire[3] & 0x0F))  # 12 to 15 have no name
            return Heard(replace(_TRUNCATED, rcode=rcode, aa=bool(wire[2] & 0x04), size=len(wire)))
        except UnusableError as error:
            return Heard(_nothing(Failure.PROTOCOL, str(error)))
        return Heard(DirectAnswer(transport, "", "", Outcome.ANSWER, size=len(wire)), message)


def _nothing(failure: Failure, detail: str) -> DirectAnswer:
    outcome = Outcome.TIMEOUT if failure is Failure.TIMEOUT else Outcome.SERVFAIL
    return DirectAnswer(Transport.UDP, "", "", outcome, failure=failure, detail=detail)


def _read(heard: Heard, question: dns.name.Name, rrtype: str) -> DirectAnswer:
    message = heard.message
    assert message is not None  # noqa: S101 - the caller's condition, for mypy
    found = interpret(message, question, rrtype)
    return replace(
        heard.answer,
        outcome=found.outcome,
        rcode=dns.rcode.to_text(message.rcode()),
        aa=bool(message.flags & dns.flags.AA),
        records=tuple(sorted(record.lower() for record in found.records)),
        ttl=found.ttl,
        detail=" ".join(("alias to", *found.cnames)) if found.cnames else found.detail,
    )
