"""The recursive name servers of a run, asked one after the other until one of them answers.

In: a name and a type. Out: an ``Answer``; the look-up never raises for what a server did or did not say.
Wrong: silence, ICMP, nonsense, SERVFAIL and REFUSED each leave the next server its turn; when none answers, the most
telling of them is the outcome and ``detail`` says what each server did. Seconds throughout.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from probe.address import classify
from probe.grammar.dns_query import query
from probe.grammar.text import clip
from probe.measure.dns.answer import PLAIN, Answer, Manner, TruncatedError, UnusableError, server_text
from probe.model.errors import NetworkError
from probe.model.network import Network, Transport
from probe.model.settings import Settings
from probe.model.words import AddressClass, Failure, Outcome

if TYPE_CHECKING:
    import dns.message

# The first wait for a datagram; it doubles from round to round, since a cold cache needs longer than a dead server.
_FIRST_WAIT = 1.0
_ROUNDS = 5
# A server that just answered over UDP needs no long wait; the next server shall have its turn.
_TCP_WAIT = 2.0
# Each exchange costs a socket, and what a hostile zone makes us ask must not use them up.
_AT_ONCE = 64
# Look-ups answered without EDNS alone before a server is taken for one that drops it: a datagram may be lost.
_SURE = 2
# One server asked for its own sake is not waited for as long as an answer that is needed.
_ALONE = 2.0

_TELLING = (Outcome.TIMEOUT, Outcome.REFUSED_QUERY, Outcome.SERVFAIL, Outcome.BOGUS)


class NameServers:
    """What is remembered of the servers during one run: who is silent, who chokes on EDNS, how much was asked.

    ``end`` is when nobody is asked any more, on the network's clock; None: there is no such time.
    """

    def __init__(self, network: Network, settings: Settings) -> None:
        self._network = network
        self._patience = settings.timeouts.dns
        deadline = settings.timeouts.deadline
        self.end = None if deadline is None else network.monotonic() + deadline
        self._servers = tuple(dict.fromkeys(settings.nameservers or _system_servers(network)))
        # resolv.conf's word holds for the servers of resolv.conf.
        self._trusted = settings.trust_ad or (not settings.nameservers and network.trust_ad())
        self._silent: set[tuple[str, int]] = set()
        self._without_edns: set[tuple[str, int]] = set()
        self._heard_edns: set[tuple[str, int]] = set()
        self._dropped: Counter[tuple[str, int]] = Counter()
        self._asked: set[tuple[str, int]] = set()
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self.sent = 0

    @property
    def living(self) -> tuple[tuple[str, int], ...]:
        """Those that were not silent when last asked."""
        return tuple(server for server in self._servers if server not in self._silent)

    @property
    def asked(self) -> tuple[str, ...]:
        """The servers that were sent anything, in the order they are configured."""
        return tuple(server_text(server) for server in self._servers if server in self._asked)

    async def ask(
        self, name: str, rrtype: str, manner: Manner = PLAIN, server: tuple[str, int] | None = None
    ) -> Answer:
        """Put one question, to ``server`` alone when it is given.

        A name the DNS cannot hold does not exist, and no server is asked to say so.
        """
        try:
            _composed(name, rrtype, manner, edns=True)
        except UnusableError as error:
            return Answer(Outcome.NXDOMAIN, detail=clip(str(error), 240), heard=False)
        if not self._servers:
            return Answer(Outcome.SERVFAIL, detail="no name server is configured", heard=False)
        # A server once silent is left alone as long as another one speaks.
        living = [server] if server is not None else list(self.living or self._servers)
        async with self._slots:
            patience = self._patience if server is None else min(self._patience, _ALONE)
            return await self._rounds(name, rrtype, manner, living, patience)

    async def _rounds(
        self, name: str, rrtype: str, manner: Manner, waiting: list[tuple[str, int]], patience: float
    ) -> Answer:
        """Ask the servers in turn; a silent one is asked again in the next round, with more patience."""
        until = self._network.monotonic() + patience
        if self.end is not None:
            until = min(until, self.end)
        wait = min(_FIRST_WAIT, patience / (2 * len(waiting)))
        failures: dict[tuple[str, int], Answer] = {}
        for number in range(_ROUNDS):
            for server in tuple(waiting):
                if self._network.monotonic() >= until:
                    return _most_telling(failures)
                edns = self._with_edns(server, manner, number)
                answer = await self._one(server, name, rrtype, manner, edns, wait, until)
                if not answer.outcome.inconclusive:
                    return answer
                failures[server] = answer
                if answer.outcome is not Outcome.TIMEOUT:
                    waiting.remove(server)
            wait *= 2
        return _most_telling(failures)

    def _with_edns(self, server: tuple[str, int], manner: Manner, number: int) -> bool:
        """Silence may be how a server, or a filter before it, takes EDNS (RFC 6891 7): every other try goes without.

        Not where signatures are wanted, which nothing else brings: no answer is not the same as there being none.
        """
        if manner.signatures:
            return server not in self._without_edns
        if server in self._without_edns:
            return False
        return server in self._heard_edns or (self._dropped[server] < _SURE and number % 2 == 0)

    async def _one(
        self, server: tuple[str, int], name: str, rrtype: str, manner: Manner, edns: bool, wait: float, until: float
    ) -> Answer:
        """One server's answer, whatever became of it."""
        who = server_text(server)
        try:
            message = await self._converse(server, name, rrtype, manner, edns, wait, until)
        except NetworkError as error:
            self._silent.add(server)
            outcome = Outcome.TIMEOUT if error.failure is Failure.TIMEOUT else Outcome.SERVFAIL
            return Answer(outcome, heard=False, server=who, detail=f"{who}: {error.detail}")
        except UnusableError as error:
            return Answer(Outcome.SERVFAIL, heard=False, server=who, detail=f"{who}: {error}")
        self._silent.discard(server)
        from probe.measure.dns.question import interpret, parse_name

        answer = interpret(message, parse_name(name), rrtype)
        detail = answer.detail and f"{who}: {answer.detail}"
        return replace(answer, ad=answer.ad and self._believes(server), server=who, detail=detail)

    async def _converse(
        self, server: tuple[str, int], name: str, rrtype: str, manner: Manner, edns: bool, wait: float, until: float
    ) -> dns.message.QueryMessage:
        """Ask with EDNS, and without it when that is what the server may have stumbled over."""
        message = await self._exchange(server, _composed(name, rrtype, manner, edns=edns), wait, until)
        from probe.measure.dns.question import shuns_edns

        if edns and shuns_edns(message):
            message = await self._exchange(server, _composed(name, rrtype, manner, edns=False), wait, until)
            if not shuns_edns(message):
                self._without_edns.add(server)
        elif edns:
            self._heard_edns.add(server)
        elif server not in self._without_edns:
            self._dropped[server] += 1
        return message

    async def _exchange(
        self, server: tuple[str, int], wire: bytes, wait: float, until: float
    ) -> dns.message.QueryMessage:
        """Over UDP, then over TCP to the same server when the answer did not fit."""
        came = await self._send(server, wire, Transport.UDP, min(wait, self._left(until)))
        from probe.measure.dns.question import parse

        try:
            return parse(wire, came)
        except TruncatedError:
            pass
        try:
            return parse(wire, await self._send(server, wire, Transport.TCP, min(_TCP_WAIT, self._left(until))))
        except TruncatedError:
            raise UnusableError("truncated even over TCP") from None
        except NetworkError as error:  # it does speak over UDP, so it is not to be taken for a silent one
            raise UnusableError(f"truncated, and over TCP: {error.detail}") from None

    async def _send(self, server: tuple[str, int], wire: bytes, transport: Transport, timeout: float) -> bytes:
        if timeout <= 0:
            raise NetworkError(Failure.TIMEOUT, "no time left")
        if not self.sent:
            asyncio.get_running_loop().call_soon(_load_library)  # as soon as the first question is on its way
        self.sent += 1
        self._asked.add(server)
        return await self._network.exchange(server, wire, transport, timeout)

    def _left(self, until: float) -> float:
        return until - self._network.monotonic()

    def _believes(self, server: tuple[str, int]) -> bool:
        """Whether AD from ``server`` means anything: the way there has to be safe too (RFC 6840 5.8)."""
        address = server[0].partition("%")[0]  # resolv.conf may name a link-local server with its zone
        return self._trusted or classify(address) is AddressClass.LOOPBACK


def _composed(name: str, rrtype: str, manner: Manner, *, edns: bool) -> bytes:
    """A query with a number nobody can guess (RFC 5452 9.1). ``UnusableError`` for a name the DNS cannot hold."""
    plain = manner == PLAIN
    wire = query(name, rrtype, int.from_bytes(os.urandom(2), "big"), edns=edns) if plain else None
    if wire is not None:
        return wire
    from probe.measure.dns.question import compose, parse_name

    return compose(parse_name(name), rrtype, edns, manner).to_wire()


def _load_library() -> None:
    """Reading an answer takes dnspython; it is imported while the first answer is on its way."""
    from probe.measure.dns.question import load_types

    load_types()


def _system_servers(network: Network) -> tuple[tuple[str, int], ...]:
    try:
        return network.nameservers()
    except NetworkError:
        return ()


def _most_telling(failures: dict[tuple[str, int], Answer]) -> Answer:
    """Of what several servers failed with, what says most; with the words of all of them."""
    if not failures:
        return Answer(Outcome.TIMEOUT, heard=False, detail="no time left to ask")
    best = max(failures.values(), key=_weight)
    details: Sequence[str] = [answer.detail for answer in failures.values() if answer.detail]
    return replace(best, detail=clip("; ".join(details), 480))


def _weight(answer: Answer) -> int:
    """An error a server vouches for says more than silence, and silence more than a server nobody can reach."""
    return _TELLING.index(answer.outcome) + 1 if answer.heard or answer.outcome is Outcome.TIMEOUT else 0
