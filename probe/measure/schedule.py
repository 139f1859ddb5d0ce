"""Which conversation when: courtesy, retries, repeats, and which of them carries the test message.

In: what the resolver found, who we are (``Vantage``) and the settings. Out: all sessions in the order they began.

The rules (catalogue B.2, B.4, B.6): hosts run side by side, and so do the two families of a host; within one host and
family there is one conversation at a time with a pause between two; the same address under several MX names is visited
once, and once more up to TLS for each further name that senders which check ask by (RFC 7672 8.1: a server may have a
certificate for each); a 421 ends its host for this run; a connect time-out is tried once more after three
seconds, RST and ICMP are not; a pool is told from a family by asking again, before anybody is blamed; where a group of
commands (RFC 2920) went wrong the conversation is held once more in lock-step, and counts; where one stood still, small
segments are tried.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from probe.grammar.date_time import clock
from probe.measure.connector import converse
from probe.measure.frame import Frame
from probe.measure.session.diary import Call, untried
from probe.measure.session.patience import pause_after, second_chance
from probe.measure.session.segments import got_further, narrow, stalled, wide
from probe.measure.session.turn import SILENT, in_turn
from probe.model.dns import Address, MxHost, Resolved
from probe.model.memory import Silenced
from probe.model.settings import Settings
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Purpose, Stage

REPEATS = 2  # further conversations per family when the families of a host differ
_ALONE = -1  # the number of a try that is about this target's own path

Listener = Callable[[Session], None]


@dataclass(frozen=True, slots=True)
class Lane:
    """The addresses of one host and family, visited one after the other."""

    host: str
    family: Family
    calls: tuple[Call, ...]


@dataclass(slots=True)
class Round:
    """One run's conversations. ``listener`` hears of each session as it ends.

    ``also_asked`` tells by which further names a machine is asked for its certificate.
    """

    frame: Frame
    listener: Listener
    also_asked: Callable[[Call, Session], Awaitable[Sequence[str]]] | None = None
    sessions: list[Session] = field(default_factory=list)

    async def run(self, lanes: Sequence[Lane]) -> None:
        """Hold all conversations of ``lanes``: hosts and families side by side, addresses one after the other."""
        async with asyncio.TaskGroup() as group:
            for host in dict.fromkeys(lane.host for lane in lanes):
                group.create_task(self._host([lane for lane in lanes if lane.host == host]))

    async def _host(self, lanes: Sequence[Lane]) -> None:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._lane(lane)) for lane in lanes]
        faces = [next((session for session in task.result() if session.failure is None), None) for task in tasks]
        shown = [face for face in faces if face is not None]
        if len(shown) == len(Family) and _part_ways(*shown):
            async with asyncio.TaskGroup() as group:
                for session, lane in zip(shown, lanes, strict=True):
                    group.create_task(self._repeat(session, lane))

    async def _lane(self, lane: Lane) -> list[Session]:
        sessions = []
        for call in lane.calls:
            sessions.append(await self._persist(call, lane))
            if sessions[-1].tls is not None:
                await self._by_other_names(call, sessions[-1], lane)
        return sessions

    async def _by_other_names(self, call: Call, session: Session, lane: Lane) -> None:
        """The handshake again by each other name that senders which check would ask by."""
        for name in () if self.also_asked is None else await self.also_asked(call, session):
            known = any(
                it.purpose is Purpose.NAME and (it.mx, it.address) == (name, call.address) for it in self.sessions
            )
            if known or self._stopped(lane):
                continue
            asking = replace(call, mx=name, purpose=Purpose.NAME, until=Stage.STARTTLS, source=session.source)
            await self._hold(replace(asking, message=None, envid=None, guests=()), lane, _ALONE)

    async def _persist(self, call: Call, lane: Lane) -> Session:
        """One address, with the second chances it deserves; each is a session of its own. Returns the last."""
        session = await self._hold(call, lane, 0)
        if stalled(session):
            session = await self._in_small(call, lane, session)
        tried, waited, nth = 0, 0.0, 0
        while not self._stopped(lane):
            if session.group_fault is not None:
                call = replace(call, lockstep=True)  # for good: a group is given one try
            else:
                delay = second_chance(session, tried, waited, self.frame.settings, self._due(call, session))
                if delay is None or self._late(delay):
                    break
                await self.frame.network.sleep(delay)
                tried, waited = tried + 1, waited + delay
            # From the same source: to a greylist another one of ours is a stranger (RFC 6647 2.1).
            again = replace(call, purpose=Purpose.RETRY, source=session.source or call.source)
            nth += 1
            session = await self._hold(again, lane, nth)
        return session

    async def _in_small(self, call: Call, lane: Lane, session: Session) -> Session:
        """What stalled with small segments, and with large ones again where these get through."""
        if self._stopped(lane):
            return session
        small = await self._hold(narrow(call, session), lane, _ALONE)
        again = wide(call, session)
        if not got_further(small, session) or self._stopped(lane) or self._late(session.steps[-1].elapsed):
            return session
        last = await self._hold(again, lane, _ALONE)
        return last if again.purpose is Purpose.RETRY else session

    def _due(self, call: Call, session: Session) -> float | None:
        """Seconds from now until an earlier run's greylisting with the same tuple was to end; None: there was none."""
        known = self.frame.memory.greylisting(session.source, call.sender, call.recipient, call.address)
        return None if known is None or known.passed else (known.next_try - self.frame.network.now()).total_seconds()

    async def _repeat(self, session: Session, lane: Lane) -> None:
        """Ask the same address again, up to STARTTLS: a pool shows another face, a family does not."""
        call = next(call for call in lane.calls if call.address == session.address)
        until = min(Stage.STARTTLS, call.until, key=lambda stage: stage.rank)
        for nth in range(REPEATS):
            if self._stopped(lane):
                return
            await self._hold(replace(call, purpose=Purpose.REPEAT, until=until, message=None), lane, nth)

    async def _hold(self, call: Call, lane: Lane, nth: int) -> Session:
        """One session: of a conversation held now, or of one that was held for another target; ``nth`` counts tries."""
        if call.barred is not None:
            session = untried(call, self.frame, *call.barred)
        elif (known := self._known(call, nth)) is not None:
            session = known
        elif lane.host in self.frame.courtesy.silenced:
            session = untried(call, self.frame, Failure.NOT_TRIED, f"{lane.host} {SILENT}")
        elif (busy := self.frame.memory.silence(lane.host, self.frame.network.now())) and not await self._paused(busy):
            session = untried(call, self.frame, Failure.NOT_TRIED, _left_alone(busy))
        elif self._late():
            session = untried(call, self.frame, Failure.DEADLINE, "the run's deadline came before this address")
        else:
            session = await self._converse(call, lane, nth)
        self.sessions.append(session)
        self.listener(session)
        return session

    async def _paused(self, busy: Silenced) -> bool:
        """False where ``busy`` is to be left alone; else it may be called when this returns."""
        delay = pause_after(busy, self.frame.network.now(), self.frame.settings)
        if delay is None or self._late(delay):
            return False
        if delay:
            await self.frame.network.sleep(delay)
        return True

    def _known(self, call: Call, nth: int) -> Session | None:
        return None if self.frame.sharing is None or nth == _ALONE else self.frame.sharing.known(call, self.frame, nth)

    async def _converse(self, call: Call, lane: Lane, nth: int) -> Session:
        if self.frame.sharing is None or nth == _ALONE:
            return await self._in_turn(lane, call)
        return await self.frame.sharing.session(call, self.frame, nth, partial(self._in_turn, lane))

    async def _in_turn(self, lane: Lane, call: Call) -> Session:
        """One conversation, when it is our turn."""
        return await in_turn(lane.host, call, self.frame, converse)

    def _late(self, ahead: float = 0.0) -> bool:
        """True when the run's deadline will have passed ``ahead`` seconds from now."""
        return self.frame.deadline is not None and self.frame.network.monotonic() + ahead >= self.frame.deadline

    def _stopped(self, lane: Lane) -> bool:
        return lane.host in self.frame.courtesy.silenced or self._late()


def _left_alone(busy: Silenced) -> str:
    said, until = clock(busy.at, busy.until), clock(busy.until, busy.at)
    return f"{busy.host} answered 421 at {said}: left alone until {until} (--no-state calls it all the same)"


def _part_ways(one: Session, other: Session) -> bool:
    """True when two conversations that both went well show different faces: a pool, or two machines?"""
    if one.failure is not None or other.failure is not None:
        return False  # a failure is told by its own word; asking again would only make its time-outs longer
    faces = [
        (
            session.banner.lines[-1].split(" ", 1)[0] if session.banner else "",
            frozenset(session.capabilities),
            session.tls and session.tls.sha256,
        )
        for session in (one, other)
    ]
    return faces[0] != faces[1]


@dataclass(frozen=True, slots=True)
class Errand:
    """What every conversation of a run is for: how far, with which envelope, and with which message.

    ``helo`` gives the name to say in EHLO over a family; ``message`` the maker of the message for an address, or None
    when none is to be sent; ``barred`` the reason an address is not to be dialled, or None; ``token`` what the message
    for an address is known by.
    """

    until: Stage
    sender: str
    recipient: str | None
    helo: Callable[[Family], Callable[[], Awaitable[str]]]
    message: Callable[[MxHost, Address], Callable[[str], bytes]] | None
    barred: Callable[[Address], tuple[Failure, str] | None]
    token: Callable[[str, Family], str] | None = None


def lanes_of(hosts: Sequence[MxHost], errand: Errand, frame: Frame) -> list[Lane]:
    """The plan: one lane per host and family, each address once, under the best host that has it."""
    settings = frame.settings
    names: dict[str, list[str]] = {}
    for host in hosts:
        for address in host.addresses:
            names.setdefault(address.address, []).append(host.host)
    carriers = _carriers(hosts, settings.families, errand, everyone=settings.every_address)
    lanes: list[Lane] = []
    visited: set[str] = set()
    for host in hosts:
        for family in settings.families:
            calls: list[Call] = []
            for address in host.of(family):
                if address.synthesised or address.address in visited:
                    continue
                visited.add(address.address)
                over = (Failure.NOT_TRIED, f"more than {settings.max_addresses} addresses of {host.host}")
                carries = errand.message is not None and address.address in carriers
                until = _as_far_as(errand, frame, address, carries=carries)
                whole = carries and until is errand.until
                calls.append(
                    Call(
                        mx=host.host,
                        names=tuple(dict.fromkeys(names[address.address])),
                        address=address.address,
                        port=settings.port,
                        family=family,
                        until=until,
                        helo=errand.helo(family),
                        sender=errand.sender,
                        recipient=errand.recipient,
                        message=errand.message(host, address) if whole and errand.message else None,
                        envid=errand.token(address.address, family) if whole and errand.token else None,
                        dial_to=redirected(settings, host.host, address.address),
                        barred=errand.barred(address) or (over if len(calls) >= settings.max_addresses else None),
                    )
                )
            if calls:
                lanes.append(Lane(host.host, family, tuple(calls)))
    return lanes


def intended(resolved: Resolved, frame: Frame) -> list[Call]:
    """The calls a target makes to begin with, as far as they can be told before anybody is dialled."""

    async def nameless() -> str:
        raise AssertionError("nobody is called yet")

    settings = frame.settings
    errand = Errand(
        until=settings.until,
        sender=settings.sender,
        recipient=settings.recipient,
        helo=lambda _family: nameless,
        message=None,
        barred=lambda address: None if address.dial else (Failure.NOT_GLOBAL, ""),
    )
    if settings.until is Stage.RESOLVE:
        return []
    return [call for lane in lanes_of(resolved.hosts, errand, frame) for call in lane.calls]


def _as_far_as(errand: Errand, frame: Frame, address: Address, *, carries: bool) -> Stage:
    """How far to go with ``address``: to RCPT, and further only with the message.

    A mailbox that this very server does not know is not asked for again until a person asks for it by name: servers
    count such questions, and ban who asks too many (catalogue rule 36).
    """
    furthest = errand.until if carries else min(errand.until, Stage.RCPT, key=lambda stage: stage.rank)
    if frame.settings.named or errand.recipient is None:
        return furthest
    gone = frame.memory.no_such_mailbox(address.address, errand.recipient, frame.network.now())
    return furthest if gone is None else min(furthest, Stage.MAIL, key=lambda stage: stage.rank)


def _carriers(hosts: Sequence[MxHost], families: Sequence[Family], errand: Errand, *, everyone: bool) -> set[str]:
    """The addresses that carry the message, one per family: at the best host that has all, else at each one's best."""
    ready = [
        {family: [item.address for item in host.of(family) if errand.barred(item) is None] for family in families}
        for host in hosts
    ]
    if everyone:
        return {address for mine in ready for found in mine.values() for address in found}
    whole = next((mine for mine in ready if all(mine.values())), None)
    if whole is not None:
        return {found[0] for found in whole.values()}
    return {found for family in families for found in next((mine[family][:1] for mine in ready if mine[family]), [])}


def second_best(sessions: Sequence[Session], families: Sequence[Family]) -> list[Session]:
    """Where to send the message when the address that should have carried it could not take it.

    Per family: the first conversation whose recipient was accepted, at a host that takes both families if there is one.
    """
    open_doors = [session for session in sessions if session.completed and session.until is Stage.RCPT]
    both = {
        session.mx
        for session in open_doors
        if {other.family for other in open_doors if other.mx == session.mx} >= set(families)
    }
    chosen = []
    for family in families:
        mine = [session for session in open_doors if session.family is family]
        mine.sort(key=lambda session: session.mx not in both)
        chosen += mine[:1]
    return chosen


def redirected(settings: Settings, host: str, address: str) -> tuple[str, int] | None:
    """Where ``--connect-to`` sends this conversation; its HOST may be the name or the address."""
    for redirect in settings.redirects:
        if redirect.port == settings.port and redirect.host in (host, address):
            return redirect.address, redirect.to_port
    return None
