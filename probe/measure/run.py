"""The story of one probe, in order: where to go, who we are, the conversations, the proof.

In: a ``Target``, ``Settings`` and a ``Network``. Out: one frozen ``Measurement`` with everything that was seen. What
the world refuses is data in it; ``UsageError`` is raised before anybody is dialled.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from probe.measure.case import Case
from probe.measure.courtesy import Courtesy
from probe.measure.frame import Frame
from probe.measure.resolver import Resolver
from probe.model.memory import Memory, Question
from probe.model.network import Network
from probe.model.settings import Settings, Target
from probe.model.version import VERSION
from probe.model.words import Failure

if TYPE_CHECKING:
    from datetime import datetime
    from types import ModuleType

    from probe.measure.frame import Progress
    from probe.measure.proof.arrival import Proof
    from probe.measure.sharing import Party, Sharing
    from probe.measure.visits import Seen
    from probe.model.delivery import WatchedLog
    from probe.model.dns import Resolved
    from probe.model.inquiries import Inquiries
    from probe.model.measurement import Measurement
    from probe.model.memory import Recall
    from probe.model.smtp import Session
    from probe.model.trials import Trials

SUBMITTER = "aiosmtplib"  # who speaks SMTP where a normal client is wanted (--via)
_NOT_DIALLED = {Failure.NO_ROUTE, Failure.NOT_GLOBAL, Failure.NOT_TRIED}


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is known of a target before anybody is dialled: one of many that are measured side by side."""

    target: Target
    settings: Settings
    resolver: Resolver
    resolved: Resolved
    memory: Memory
    sharing: Sharing | None = None
    parties: tuple[Party, ...] = ()


async def prepare(target: Target, settings: Settings, network: Network, memory: Recall | None) -> Prepared:
    """Look up where the conversations of one target would lead."""
    resolver = Resolver(network, settings)
    resolved = await resolver.resolve(_destination(target, settings))
    return Prepared(target, settings, resolver, resolved, await _remembered(memory, network.now(), settings, resolved))


def bring_together(every: list[Prepared], network: Network) -> list[Prepared]:
    """Let those that have an address in common meet there."""
    from probe.measure.schedule import intended
    from probe.measure.sharing import Sharing

    sharing = Sharing()
    return [
        replace(one, sharing=sharing, parties=sharing.join(one.settings, intended(one.resolved, frame)))
        for one in every
        for frame in [Frame(network, one.settings, 0.0, None, memory=one.memory)]
    ]


async def measure(
    target: Target,
    settings: Settings,
    network: Network,
    progress: Progress | None = None,
    courtesy: Courtesy | None = None,
    secrets: Mapping[str, str] | None = None,
    *,
    cleanup: bool = False,
    memory: Recall | None = None,
    sign: Callable[[bytes], bytes] | None = None,
    prepared: Prepared | None = None,
) -> Measurement:
    """Probe ``target``; ``progress`` hears of each conversation as it ends, ``courtesy`` is shared between targets.

    ``secrets`` are passwords by what they open: ``smtp`` for ``settings.via``, ``imap`` for proofs. They go to those
    servers and into nothing that is returned. ``cleanup`` lets the proofs that can take the messages away afterwards.
    ``memory`` is asked once for what earlier runs left; nothing is written to it here. ``sign`` signs the messages.
    With ``prepared`` nothing is looked up or remembered anew, and conversations may be shared.

    The steps: open the proofs, so that a wrong path is told before any mail goes out; resolve; hold the conversations,
    send and prove the messages (``probe.measure.visits``), and beside that ask what nobody in a conversation says
    (``probe.measure.inquiries``).
    """
    secret = (secrets or {}).get("smtp")
    started, origin = network.now(), network.monotonic()
    deadline = None if settings.timeouts.deadline is None else origin + settings.timeouts.deadline
    frame = Frame(network, settings, origin, deadline, courtesy or Courtesy(), secret, sign=sign)
    if prepared is not None:
        frame, started = _joined(frame, started, prepared)
        prepared.resolver.end_at(deadline)
    resolver = prepared.resolver if prepared is not None else Resolver(network, settings)
    destination = _destination(target, settings)
    notes: list[str] = []
    async with _watching(settings, secrets or {}, notes, cleanup=cleanup) as proofs:
        async with asyncio.TaskGroup() as group:
            resolving = group.create_task(_found(prepared, resolver, destination))
            loading = group.create_task(asyncio.to_thread(_load_visits, settings.engine))
        if prepared is None:
            frame = replace(frame, memory=await _remembered(memory, started, settings, resolving.result()))
        visits = loading.result()
        visits.check(settings, secret)
        case = Case(frame, resolver, target, resolving.result())
        trials = await _allowed(case)
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(_beside(case))
            seen = await visits.visit(case, proofs, progress)
            trials = await _held(frame, seen, trials)
        logs = await _read_logs(network, proofs, seen.sessions)
    inquiries = await _afterwards(case, asking.result(), seen)
    from probe.model.measurement import SCHEMA, Measurement

    return Measurement(
        schema=SCHEMA,
        probe6=VERSION,
        target=target,
        started=started,
        elapsed=round(network.monotonic() - frame.origin, 6),
        settings=settings,
        resolved=seen.resolved,
        vantage=seen.vantage,
        sessions=seen.sessions,
        references=seen.references,
        attempts=seen.attempts,
        queries=resolver.queries,
        connections=sum(_dialled(session) for session in (*seen.sessions, *seen.references))
        + sum(_dialled(session) for session in (trials.sessions if trials is not None else ()))
        + _policies_fetched(asking.result())
        + _knocks(asking.result()),
        engine=settings.engine if settings.via is None else SUBMITTER,
        inquiries=inquiries,
        memory=frame.memory,
        logs=logs,
        notes=tuple(notes),
        trials=trials,
    )


async def _allowed(case: Case) -> Trials | None:
    """The owner's leave for what takes it; ``UsageError`` without."""
    if not case.frame.settings.trials or case.frame.settings.via is not None:
        return None
    from probe.measure.owner import trials

    return await trials.allowed(case)


async def _held(frame: Frame, seen: Seen, allowed: Trials | None) -> Trials | None:
    if allowed is None:
        return None
    from probe.measure.owner import trials

    return await trials.hold(frame, seen, allowed)


def _dialled(session: Session) -> bool:
    """A connection was opened or tried, and for this target."""
    return session.failure not in _NOT_DIALLED and not session.shared


def _knocks(inquiries: Inquiries | None) -> int:
    """Connections that were opened or tried beside the conversations."""
    services = inquiries.services if inquiries is not None else None
    return 0 if services is None else len(services.knocks)


async def _found(prepared: Prepared | None, resolver: Resolver, destination: Target) -> Resolved:
    return prepared.resolved if prepared is not None else await resolver.resolve(destination)


def _joined(frame: Frame, started: datetime, prepared: Prepared) -> tuple[Frame, datetime]:
    """The frame of a target that may have missed the beginning of a conversation it shares: that is where it begins."""
    from probe.measure.sharing import begun

    first = begun(prepared.parties)
    early = 0.0 if first is None else max(frame.origin - first, 0.0)
    joined = replace(frame, origin=frame.origin - early, early=early, memory=prepared.memory, sharing=prepared.sharing)
    return joined, started - timedelta(seconds=early)


async def _beside(case: Case) -> Inquiries | None:
    """What is asked of name servers and others while the conversations are held, unless the user wants these alone."""
    settings = case.frame.settings
    if settings.plain or settings.via is not None:
        return None
    from probe.measure.inquiry import inquire

    return await inquire(case)


async def _afterwards(case: Case, inquiries: Inquiries | None, seen: Seen) -> Inquiries | None:
    """What can be asked only when the greetings are known."""
    if inquiries is None or inquiries.outbound is None:
        return inquiries
    from probe.measure.greeters import look_up

    return replace(inquiries, outbound=await look_up(case, inquiries.outbound, seen.sessions))


def _policies_fetched(inquiries: Inquiries | None) -> int:
    """The connections to policy hosts, beside those to mail hosts."""
    fetches = inquiries.mtasts.fetches if inquiries is not None and inquiries.mtasts is not None else ()
    return sum(item.failure not in _NOT_DIALLED and item.elapsed > 0 for item in fetches)


async def _remembered(memory: Recall | None, started: datetime, settings: Settings, resolved: Resolved) -> Memory:
    """What is known about the hosts that were found; from a thread, for a file may make us wait."""
    if memory is None:
        return Memory()
    question = Question(
        now=started,
        hosts=tuple(dict.fromkeys(host.host for host in resolved.hosts)),
        addresses=tuple(dict.fromkeys(item.address for host in resolved.hosts for item in host.addresses)),
        sender=settings.sender,
        recipient=settings.recipient,
    )
    return await asyncio.to_thread(memory.recall, question)


def _destination(target: Target, settings: Settings) -> Target:
    """Where the conversations lead: with ``--via`` to the user's own server, whoever the message is for."""
    if settings.via is None:
        return target
    from probe.measure.submission import via

    return via.host(settings)


async def _read_logs(network: Network, proofs: Sequence[Proof], sessions: Sequence[Session]) -> tuple[WatchedLog, ...]:
    """What logs among the proofs showed of the conversations in which the server spoke."""
    if not proofs:
        return ()
    from probe.measure.proof.arrival import read_logs

    spoken = [session for session in sessions if session.banner is not None and session.source is not None]
    return await read_logs(network, proofs, list(dict.fromkeys(session.source or "" for session in spoken)))


def _load_visits(engine: str) -> ModuleType:
    """What speaks SMTP is imported while the first answers of the DNS are on their way."""
    from probe.measure import visits

    visits.load(engine)
    return visits


@asynccontextmanager
async def _watching(
    settings: Settings, secrets: Mapping[str, str], notes: list[str], *, cleanup: bool
) -> AsyncIterator[tuple[Proof, ...]]:
    if not settings.proofs:
        yield ()
        return
    from probe.measure.proof.arrival import Means, open_proofs

    means = Means(secrets, settings.ca_file, settings.timeouts.reply, cleanup, notes.append)
    async with open_proofs(settings.proofs, means) as proofs:
        yield proofs
