"""The story of one probe, in order: where to go, who we are, the conversations, the proof.

In: a ``Target``, ``Settings`` and a ``Network``. Out: one frozen ``Measurement`` with everything that was seen. What
the world refuses is data in it; ``UsageError`` is raised before anything is sent.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from probe.measure import message
from probe.measure.arrival import open_proofs
from probe.measure.conversation import engine
from probe.measure.courtesy import Courtesy
from probe.measure.diary import Frame
from probe.measure.posting import Posting
from probe.measure.references import greet_references
from probe.measure.resolver import Resolver
from probe.measure.schedule import Errand, Lane, Round, lanes_of, redirected, second_best
from probe.measure.vantage import routes, survey
from probe.model.dns import Address, Resolved
from probe.model.errors import UsageError
from probe.model.measurement import SCHEMA, Measurement, Route, Vantage
from probe.model.network import Network
from probe.model.settings import Settings, Target
from probe.model.smtp import Session
from probe.model.version import VERSION
from probe.model.words import Failure, Family, Purpose, Stage

Progress = Callable[[Session], None]
_NOT_DIALLED = {Failure.NO_ROUTE, Failure.NOT_GLOBAL, Failure.NOT_TRIED}


async def measure(
    target: Target,
    settings: Settings,
    network: Network,
    progress: Progress | None = None,
    courtesy: Courtesy | None = None,
) -> Measurement:
    """Probe ``target``; ``progress`` hears of each conversation as it ends, ``courtesy`` is shared between targets.

    The steps: open the proofs, so that a wrong path is told before any mail goes out; resolve; see from which source
    each address would be reached; hold the conversations, while our own and the servers' reverse names are looked up
    beside them; send the message elsewhere where its first choice could not take it; where somebody did not answer,
    greet the references; wait until every message is accounted for.
    """
    engine(settings.engine)
    if settings.recipient is None and settings.until.rank >= Stage.RCPT.rank:
        raise UsageError(f"until {settings.until}: a recipient is needed to get there")
    message.check(settings.sender, settings.recipient or "", settings.contact, settings.helo)
    started, origin = network.now(), network.monotonic()
    deadline = None if settings.timeouts.deadline is None else origin + settings.timeouts.deadline
    frame = Frame(network, settings, origin, deadline, courtesy or Courtesy())
    resolver = Resolver(network, settings)
    async with open_proofs(settings.proofs) as proofs:
        resolved = await resolver.resolve(target)
        goals = _goals(resolved, settings)
        ways = routes(network, settings, dict.fromkeys(goals.values()))
        async with asyncio.TaskGroup() as group:
            vantage = group.create_task(survey(resolver, settings, ways))
            confirmed = group.create_task(resolver.confirm(resolved))
            posting = Posting(frame, proofs, group)
            visit = Round(frame, partial(_tell, posting, progress))
            errand = Errand(
                until=settings.until,
                sender=settings.sender,
                recipient=settings.recipient,
                helo=lambda family: partial(_own_name, vantage, family),
                message=posting.message if settings.until.rank >= Stage.DATA.rank else None,
                barred=partial(_barred, goals, {way.address: way for way in ways}),
            )
            if settings.until is not Stage.RESOLVE:
                await visit.run(lanes_of(resolved.hosts, errand, frame))
                await _send_elsewhere(visit, posting, resolved, errand)
            references = await greet_references(frame, resolver, visit.sessions)
    sessions = tuple(sorted(visit.sessions, key=lambda session: session.started))
    return Measurement(
        schema=SCHEMA,
        probe6=VERSION,
        target=target,
        started=started,
        elapsed=round(network.monotonic() - origin, 6),
        settings=settings,
        resolved=confirmed.result(),
        vantage=vantage.result(),
        sessions=sessions,
        references=references,
        attempts=posting.accounts(sessions),
        queries=resolver.queries,
        connections=sum(session.failure not in _NOT_DIALLED for session in (*sessions, *references)),
        engine=settings.engine,
    )


async def _send_elsewhere(visit: Round, posting: Posting, resolved: Resolved, errand: Errand) -> None:
    """A family whose first choice was never given the message gets it to the next best address, once."""
    families = [family for family in visit.frame.settings.families if family not in posting.spoken_for]
    if errand.message is None or not families:
        return
    again = [session.address for session in second_best(visit.sessions, families)]
    lanes = [
        Lane(
            lane.host,
            lane.family,
            tuple(
                replace(call, purpose=Purpose.MESSAGE, until=errand.until, message=posting.message_to(call))
                for call in lane.calls
                if call.address in again
            ),
        )
        for lane in lanes_of(resolved.hosts, errand, visit.frame)
    ]
    chosen = [lane for lane in lanes if lane.calls]
    if chosen:
        await visit.run(chosen)


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


async def _own_name(vantage: "asyncio.Task[tuple[Vantage, ...]]", family: Family) -> str:
    """The name to say in EHLO over ``family``, as soon as our reverse names are known."""
    return next(item.helo for item in await vantage if item.family is family and item.helo)


def _tell(posting: Posting, progress: Progress | None, session: Session) -> None:
    posting.heard(session)
    if progress is not None:
        progress(session)
