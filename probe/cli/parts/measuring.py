"""All targets of a run, measured side by side, as many at a time as is wanted.

In: jobs, and what they share. Out: measurements in the order of the jobs. Wrong: ``UsageError``; a signal that ends the
program ends the conversations too, and each server that can be told goodbye is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from probe.cli.parts.descriptors import make_room
from probe.cli.parts.jobs import Job
from probe.cli.parts.once import heed_sigterm_again
from probe.cli.parts.progress import Progress
from probe.cli.parts.running import run
from probe.model.settings import Settings, Target
from probe.model.words import Purpose, Stage

if TYPE_CHECKING:
    import asyncio

    from probe.measure.courtesy import Courtesy
    from probe.measure.run import Prepared
    from probe.model.measurement import Measurement
    from probe.store import Store

_FIRST_ANSWERS = 0.15  # seconds in which the run needs the processor for itself


@dataclass(frozen=True, slots=True)
class Means:
    """What the jobs of a run share. ``load`` imports what judges and renders; ``ended`` hears of each target."""

    progress: Progress
    load: Callable[[], None]
    secrets: Mapping[str, str] = field(repr=False)
    memory: Store | None
    signers: Mapping[str, Callable[[bytes], bytes]]
    cleanup: bool
    at_once: int
    ended: Callable[[int, Measurement], None] | None = None


def measure_all(jobs: Sequence[Job], means: Means) -> list[Measurement]:
    """Measure all targets; the order stays the one they were written in.

    What each run learned is kept when it ends, so that a run that is killed has not learned in vain. ``load`` is called
    while the servers take their time.
    """
    import asyncio

    from probe.api import new_courtesy

    make_room()
    done: dict[int, Measurement] = {}

    async def every() -> None:
        _heed_sigterm()
        turn, courtesy = asyncio.Semaphore(means.at_once), new_courtesy()
        loop = asyncio.get_running_loop()
        loading = loop.call_later(_FIRST_ANSWERS, partial(loop.run_in_executor, None, means.load))
        try:
            async with asyncio.TaskGroup() as group:
                if means.memory is not None:
                    group.create_task(asyncio.to_thread(means.memory.open))  # while the first look-ups are on their way
                work = await _prepared(jobs, means)
                for place in _neighbours(work):
                    group.create_task(_one(place, work[place], means, courtesy, turn, done))
                del work  # what was looked up for a target goes when its task ends
        finally:
            loading.cancel()

    try:
        run(every())
    except asyncio.CancelledError:
        raise KeyboardInterrupt("terminated") from None
    finally:
        heed_sigterm_again()
        means.progress.cleared()
    return [done[place] for place in range(len(jobs))]


@dataclass(frozen=True, slots=True)
class Work:
    """A job on the day it is done: with the settings of this run, and what was looked up before it."""

    target: Target
    settings: Settings
    prepared: Prepared | None = None


async def _prepared(jobs: Sequence[Job], means: Means) -> list[Work]:
    """Where there are several, all are looked up first: those with a mail host in common call it once."""
    import asyncio

    from probe.api import prepare

    settings = [
        job.settings if job.every is None else await asyncio.to_thread(_consented, job, means.memory) for job in jobs
    ]
    work = [Work(job.target, how) for job, how in zip(jobs, settings, strict=True)]
    if len(work) == 1:
        return work
    found = await prepare([(one.target, one.settings) for one in work], at_once=means.at_once, memory=means.memory)
    return [replace(one, prepared=ready) for one, ready in zip(work, found, strict=True)]


def _neighbours(work: Sequence[Work]) -> list[int]:
    """The places in ``work``, those that share an address one after the other, so that nobody holds it for long."""
    first: dict[int, int] = {}
    ranks = []
    for place, one in enumerate(work):
        parties = one.prepared.parties if one.prepared is not None else ()
        rank = min((first.get(id(party), place) for party in parties), default=place)
        for party in parties:
            first.setdefault(id(party), rank)
        ranks.append((rank, place))
    return [place for _, place in sorted(ranks)]


async def _one(
    place: int,
    work: Work,
    means: Means,
    courtesy: Courtesy,
    turn: asyncio.Semaphore,
    done: dict[int, Measurement],
) -> None:
    import asyncio

    from probe.api import learn, measure

    async with turn:
        done[place] = await measure(
            work.target,
            work.settings,
            progress=means.progress.told,
            courtesy=courtesy,
            secrets=means.secrets,
            cleanup=means.cleanup,
            memory=means.memory,
            sign=means.signers.get(work.settings.dkim_domain or ""),
            prepared=work.prepared,
        )
    if means.memory is not None:
        await asyncio.to_thread(means.memory.keep, await asyncio.to_thread(learn, done[place]))
    if means.ended is not None:
        means.progress.cleared()
        means.ended(place, done[place])


def _consented(job: Job, memory: Store | None) -> Settings:
    """The settings with the message, when it is time for one; else those of a conversation that sends none.

    A submission server is there for messages alone: without one the records in the DNS are looked at, and no host.
    """
    settings, every = job.settings, job.every
    if every is None or settings.until.rank < Stage.DATA.rank or settings.recipient is None:
        return settings
    if memory is not None and memory.claim(settings.recipient, timedelta(seconds=every)):
        return settings
    until = Stage.RCPT if settings.via is None else Stage.RESOLVE
    trials = tuple(item for item in settings.trials if item is not Purpose.SMUGGLING)
    return replace(settings, until=until, proofs=(), via=None, dkim_domain=None, dkim_selector=None, trials=trials)


def _heed_sigterm() -> None:
    """``kill`` and systemd end a run as a person at the keyboard does: it says goodbye before it goes."""
    import asyncio
    import signal
    from contextlib import suppress

    task = asyncio.current_task()
    if task is not None:
        with suppress(NotImplementedError, RuntimeError, ValueError):  # not in the main thread, or not on this system
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
