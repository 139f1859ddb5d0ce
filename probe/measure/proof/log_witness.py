"""A mail log as a proof: what it says of our messages and of our connections, for the proofs ``log`` and ``journal``.

In: lines, from before the first connection on, and the tokens of the messages. Out: what
``probe.measure.proof.arrival`` asks of a proof and of a ``Witness``. ``BlindError`` when the lines cannot be had any
more.

A message is followed by its token from queue id to queue id; where the daemon logs no Message-ID (OpenSMTPD; Postfix of
what it throws away), by the queue id its reply named. Delivered into a mailbox it has arrived; handed on to another
host, that host is named. The line of its first reception names the client as a Received header does and stands for one.
Of other clients the log's first line is kept until the end of the run, at most ``CLIENTS`` of them, and forgotten with
it.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from probe.address import classify
from probe.grammar.log_chain import Follower, first_reception
from probe.grammar.log_end import final_host, last_reason, redirection
from probe.grammar.maillog import Reader
from probe.measure.proof.arrival import BlindError, Found
from probe.measure.proof.local_time import now as local_now
from probe.model.delivery import Contact, Hop, LogTrace, WatchedLog
from probe.model.log import Daemon, DeliveryStatus, Fate, LogChain, LogEvent, LogKind
from probe.model.words import AddressClass

CLIENTS = 16384
FIRST, LAST = 16, 16  # lines of one message that are recorded
LONGEST = 1000  # characters of a recorded line
GATEWAYS = 8

_CALLS = frozenset({LogKind.CONNECT, LogKind.POSTSCREEN})
_NAMELESS = frozenset({Daemon.OPENSMTPD})  # log no Message-ID
_INNER = frozenset({
    AddressClass.LOOPBACK, AddressClass.PRIVATE, AddressClass.SHARED, AddressClass.LINK_LOCAL, AddressClass.SITE_LOCAL,
    AddressClass.ULA, AddressClass.MAPPED, AddressClass.NAT64,
})  # fmt: skip


class LogWitness:
    """A log being read. ``lines`` gives what came since it was called last; it may block and raise ``OSError``."""

    def __init__(
        self, name: str, lines: Callable[[], Iterable[bytes]], now: Callable[[], datetime] = local_now
    ) -> None:
        self.name = name
        self._lines = lines
        self._now = now
        self._reader = Reader()
        self._followers: dict[str, Follower] = {}
        self._queue_ids: dict[str, str] = {}
        self._clients: dict[str, Contact] = {}
        self._daemons: set[Daemon] = set()
        self._events = 0
        self._blind: str | None = None
        self._turn = asyncio.Lock()

    def expect(self, token: str, queue_id: str | None = None) -> None:
        """There will be, or is, a message with this token; ``queue_id`` is what the server called it."""
        self._followers.setdefault(token, Follower(token=token))
        if queue_id is not None:
            self._queue_ids[token] = queue_id

    async def find(self, token: str) -> Found | None:
        """The message with ``token``, when the log says it was delivered or handed on."""
        self.expect(token)
        await self._catch_up()
        chain = self._chain(token)
        if chain is None or chain.fate is not Fate.DELIVERED:
            if self._blind is not None:
                raise BlindError(f"{self.name}: {self._blind}")
            return None
        came = _as_hop(chain)
        hops = () if came is None else (came,)
        return Found(b"", 1, self.name, hops=hops, relayed=final_host(chain.events))

    def trace(self, token: str) -> LogTrace:
        """What the log said of the message so far."""
        chain = self._chain(token)
        if chain is None:
            return LogTrace(self.name)
        lines = [event.raw[:LONGEST] for event in chain.events]
        return LogTrace(
            where=self.name,
            fate=chain.fate,
            lines=tuple(lines if len(lines) <= FIRST + LAST else lines[:FIRST] + lines[-LAST:]),
            queue_ids=chain.queue_ids[:FIRST],
            came=_as_hop(chain),
            relayed=final_host(chain.events),
            reason=last_reason(chain.events),
            redirected=redirection(chain.events),
        )

    async def watched(self, sources: Sequence[str]) -> WatchedLog:
        """What the log showed of our addresses, read once more."""
        await self._catch_up()
        inner = [contact for contact in self._clients.values() if classify(contact.client) in _INNER]
        return WatchedLog(
            where=self.name,
            events=self._events,
            daemons=tuple(sorted(self._daemons)),
            contacts=tuple(self._clients[source] for source in dict.fromkeys(sources) if source in self._clients),
            gateways=tuple(contact for contact in inner if contact.client not in sources)[:GATEWAYS],
            blind=self._blind or ("too many clients" if len(self._clients) >= CLIENTS else None),
        )

    def _chain(self, token: str) -> LogChain | None:
        follower = self._followers[token]
        queue_id = self._queue_ids.get(token)
        if queue_id is not None and follower.chain is None:
            lines = follower.remembers(queue_id)
            # Queue ids of others may be the same as ours: where the Message-ID is logged, it decides.
            thrown = any(event.status is DeliveryStatus.DISCARDED for event in lines)
            if lines and (thrown or all(event.daemon in _NAMELESS for event in lines)):
                follower.named(queue_id)
        return follower.chain

    async def _catch_up(self) -> None:
        async with self._turn:
            await asyncio.to_thread(self._read)

    def _read(self) -> None:
        """In a thread. Reading goes on at the next look when there was an error in between."""
        self._blind = None
        try:
            for line in self._lines():
                event = self._reader.event(line, self._now())
                if event is not None:
                    self._take(event)
        except OSError as error:
            self._blind = error.strerror or str(error)

    def _take(self, event: LogEvent) -> None:
        self._events += 1
        self._daemons.add(event.daemon)
        for follower in tuple(self._followers.values()):
            follower.feed(event)
        if event.client is None or event.family is None:
            return
        known = self._clients.get(event.client)
        if known is None and len(self._clients) >= CLIENTS:
            return
        if known is None or (known.kind not in _CALLS and event.kind in _CALLS):
            line = event.raw[:LONGEST]
            self._clients[event.client] = Contact(event.client, event.family, event.kind, line, event.time)


def _as_hop(chain: LogChain) -> Hop | None:
    """The first reception, as the trace header that stands for it."""
    came = first_reception(chain.events)
    if came is None or came.kind is LogKind.REJECT:
        return None
    first = next((event for event in chain.events if event.kind is LogKind.RECEPTION), came)
    return Hop(
        raw=came.raw[:LONGEST],
        helo=came.helo,
        reverse_name=came.client_name,
        address=came.client,
        family=came.family,
        by=came.host,
        id=first.queue_id,
        time=came.time,
        logged=True,
    )
