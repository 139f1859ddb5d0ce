"""The conversations of one run: from the addresses that were found to what became of every message.

In: the ``Case`` of a run. Out: ``Seen``. ``check`` raises ``UsageError`` for
settings nobody can follow; after it, what happens is data.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from probe.measure.case import Case
from probe.measure.proof import message
from probe.measure.proof.arrival import Proof
from probe.measure.proof.posting import Posting
from probe.measure.references import greet_references
from probe.measure.schedule import Errand, Lane, Round, lanes_of, redirected, second_best
from probe.measure.session.conversation import engine, engines
from probe.measure.session.diary import Call
from probe.measure.vantage import routes, survey
from probe.model.delivery import Attempt
from probe.model.dns import Address, Resolved
from probe.model.errors import UsageError
from probe.model.measurement import Route, Vantage
from probe.model.settings import Pipelining, Settings
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Purpose, Stage

if TYPE_CHECKING:
    from probe.measure.frame import Progress


@dataclass(frozen=True, slots=True)
class Seen:
    """What the visits showed. ``sessions`` are in the order they began."""

    resolved: Resolved
    vantage: tuple[Vantage, ...]
    sessions: tuple[Session, ...]
    references: tuple[Session, ...]
    attempts: tuple[Attempt, ...]


def load(name: str) -> None:
    """Import the engine called ``name``; that there is none is told by ``check``."""
    with suppress(UsageError):
        engine(name)


def check(settings: Settings, secret: str | None = None) -> None:
    """Raise ``UsageError`` for what could only fail later, or forge a line, in the middle of a conversation."""
    if settings.pipelining is Pipelining.AUTO and not engine(settings.engine).PIPELINING:
        able = " or ".join(name for name in engines() if engine(name).PIPELINING)
        raise UsageError(f"--pipelining auto: the engine {settings.engine} says one thing at a time; take {able}")
    engine(settings.engine)
    if settings.recipient is None and settings.until.rank >= Stage.RCPT.rank:
        raise UsageError(f"until {settings.until}: a recipient is needed to get there")
    if settings.via is not None:
        from probe.measure.submission import via

        via.check(settings, secret)
    message.check(settings.sender, settings.recipient or "", settings.contact, settings.helo)


async def visit(case: Case, proofs: Sequence[Proof], progress: Progress | None) -> Seen:
    """Hold all conversations.

    The steps: see from which source each address would be reached; talk to every address, while our own and the
    servers' reverse names are looked up beside it; send the message elsewhere where its first choice could not take it;
    where somebody did not answer, greet the references; wait until every message is accounted for.
    """
    frame, resolver, resolved, settings = case.frame, case.resolver, case.resolved, case.frame.settings
    if settings.via is not None:
        from probe.measure.submission import via

        resolved = via.dialled(resolved, settings)
    goals = _goals(resolved, settings)
    ways = routes(frame.network, settings, dict.fromkeys(goals.values()))
    async with asyncio.TaskGroup() as group:
        vantage = group.create_task(survey(resolver, settings, ways))
        confirmed = group.create_task(resolver.confirm(resolved))
        posting = Posting(frame, proofs, group)
        tour = Round(frame, partial(_tell, posting, progress), _also_asked(case))
        errand = Errand(
            until=settings.until,
            sender=settings.sender,
            recipient=settings.recipient,
            helo=lambda family: partial(_own_name, vantage, family),
            message=posting.message if settings.until.rank >= Stage.DATA.rank else None,
            barred=partial(_barred, goals, {way.address: way for way in ways}),
            token=posting.token,
        )
        if settings.via is not None:
            tour.sessions += await via.send(resolved.hosts, errand, frame, tour.listener)
        elif settings.until is not Stage.RESOLVE:
            await tour.run(lanes_of(resolved.hosts, errand, frame))
            await _send_elsewhere(tour, posting, resolved, errand)
        references = () if settings.via else await greet_references(frame, resolver, tour.sessions)
    sessions = tuple(sorted(tour.sessions, key=lambda session: session.started))
    return Seen(confirmed.result(), vantage.result(), sessions, references, posting.accounts(sessions))


def _also_asked(case: Case) -> Callable[[Call, Session], Awaitable[Sequence[str]]] | None:
    """By which further names a machine is asked for its certificate; None where nobody is to ask the DNS for it."""
    if case.frame.settings.plain or case.frame.settings.via is not None:
        return None
    from probe.measure.also_asked import AlsoAsked

    return AlsoAsked(case)


async def _send_elsewhere(tour: Round, posting: Posting, resolved: Resolved, errand: Errand) -> None:
    """A family whose first choice was never given the message gets it to the next best address, once."""
    families = [family for family in tour.frame.settings.families if family not in posting.spoken_for]
    if errand.message is None or not families:
        return
    again = [session.address for session in second_best(tour.sessions, families)]
    lanes = [
        Lane(
            lane.host,
            lane.family,
            tuple(
                replace(
                    call,
                    purpose=Purpose.MESSAGE,
                    until=errand.until,
                    message=posting.message_to(call),
                    envid=posting.token(call.address, call.family),
                )
                for call in lane.calls
                if call.address in again
            ),
        )
        for lane in lanes_of(resolved.hosts, errand, tour.frame)
    ]
    chosen = [lane for lane in lanes if lane.calls]
    if chosen:
        await tour.run(chosen)


def _goals(resolved: Resolved, settings: Settings) -> dict[str, str]:
    """For each address to be dialled, where the connection really goes: ``--connect-to`` may lead elsewhere."""
    return {
        item.address: (redirected(settings, host.host, item.address) or (item.address, settings.port))[0]
        for host in resolved.hosts
        for item in host.addresses
        if item.dial and item.family in settings.families
    }


def _barred(goals: dict[str, str], ways: dict[str, Route], address: Address) -> tuple[Failure, str] | None:
    """Why an address is not to be dialled: it is not a mail host's, or this machine has no way there."""
    if not address.dial:
        return Failure.NOT_GLOBAL, f"{address.address} is {address.klass}: no sender on the Internet reaches it"
    way = ways.get(goals[address.address])
    if way is not None and not way.usable:
        return way.failure or Failure.NO_ROUTE, way.reason or "this machine has no route there"
    return None


async def _own_name(vantage: asyncio.Task[tuple[Vantage, ...]], family: Family) -> str:
    """The name to say in EHLO over ``family``, as soon as our reverse names are known."""
    return next(item.helo for item in await vantage if item.family is family and item.helo)


def _tell(posting: Posting, progress: Progress | None, session: Session) -> None:
    posting.heard(session)
    if progress is not None:
        progress(session)
