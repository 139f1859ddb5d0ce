"""probe6 as a library: measure, judge, render, load, save. The command line uses nothing else.

>>> import asyncio
>>> from probe.api import judge, measure, render
>>> async def example() -> str:
...     measurement = await measure("example.com")
...     return render([judge(measurement)])
>>> asyncio.run(example())  # doctest: +SKIP
'...'

``measure`` is the only one that touches the world; it raises ``UsageError`` for what the caller got wrong, and tells
what the world refused as data.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from probe.model.errors import UsageError
from probe.model.settings import Settings, Target, TargetKind
from probe.model.words import Stage

if TYPE_CHECKING:  # what only describes is not imported: a run imports a thing when it needs it
    from collections.abc import Callable, Mapping, Sequence

    from probe.measure.courtesy import Courtesy
    from probe.measure.run import Prepared
    from probe.model.catalogue import Entry
    from probe.model.change import Changes
    from probe.model.measurement import Measurement
    from probe.model.memory import Announced, Memory, Past, Recall
    from probe.model.network import Network
    from probe.model.plan import Kind, Plan
    from probe.model.report import Change, JudgeOptions, Manual, Report
    from probe.model.settings import Record
    from probe.model.smtp import Session
    from probe.model.vantages import Merged
    from probe.store import Store

__all__ = [
    "Settings",
    "Target",
    "UsageError",
    "compare",
    "diff",
    "judge",
    "learn",
    "load",
    "measure",
    "merge",
    "render",
    "save",
    "signer",
    "state",
]


async def measure(
    target: str | Target,
    settings: Settings | None = None,
    *,
    network: Network | None = None,
    progress: Callable[[Session], None] | None = None,
    courtesy: Courtesy | None = None,
    secrets: Mapping[str, str] | None = None,
    cleanup: bool = False,
    memory: Recall | None = None,
    sign: Callable[[bytes], bytes] | None = None,
    prepared: Prepared | None = None,
) -> Measurement:
    """Probe one target (``example.com``, ``user@example.com``, ``[mx1.example.com]``, ``[2001:db8::25]:2525``).

    ``settings`` None means those of ``probe6 TARGET``: up to RCPT for a domain, a test message over each family for a
    mailbox (naming one is the consent), up to STARTTLS for a host or an address. ``network`` None is this machine's.
    Several targets measured side by side share one ``courtesy``, so that no host is talked to twice at a time.
    ``secrets`` are passwords by what they open, ``smtp`` for the user in ``settings.via``, ``imap`` for proofs by
    IMAP; the measurement holds none. With ``cleanup`` proofs by IMAP remove the test messages they found, and no other.
    ``memory`` is a ``state`` of earlier runs; without one nothing is remembered, and no file of the user's is touched.
    ``sign`` is a ``signer``: what it makes of a test message is sent. ``prepared`` is one of what ``prepare`` gave.
    """
    from probe.grammar.target import parse_target
    from probe.measure.network import SystemNetwork
    from probe.measure.run import measure as run

    aim = parse_target(target) if isinstance(target, str) else target
    chosen, world = settings or default_settings(aim), network or SystemNetwork()
    return await run(
        aim, chosen, world, progress, courtesy, secrets, cleanup=cleanup, memory=memory, sign=sign, prepared=prepared
    )


async def prepare(
    jobs: Sequence[tuple[Target, Settings]],
    *,
    at_once: int = 8,
    network: Network | None = None,
    memory: Recall | None = None,
) -> list[Prepared]:
    """Look up many targets, ``at_once`` at a time, so that those with an address in common share a conversation there.

    Each of the result goes to a ``measure`` of the same target and settings; all of them share one ``courtesy``.
    """
    import asyncio

    from probe.measure.network import SystemNetwork
    from probe.measure.run import bring_together
    from probe.measure.run import prepare as one

    world, turn = network or SystemNetwork(), asyncio.Semaphore(at_once)

    async def in_turn(target: Target, settings: Settings) -> Prepared:
        async with turn:
            return await one(target, settings, world, memory)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(in_turn(*job)) for job in jobs]
    return bring_together([task.result() for task in tasks], world)


async def audit(
    mta: str,
    place: str | None = None,
    *,
    domain: str | None = None,
    lan: Sequence[str] = (),
    settings: Settings | None = None,
    network: Network | None = None,
    stdin: Callable[[], bytes] | None = None,
) -> Measurement:
    """Read the configuration of a mail server (``mta``: one of ``mail_servers()``) at ``place``: a directory, a file,
    or ``-`` for what ``stdin`` gives; None is the machine's own. ``lan`` are networks declared as one's own.
    """
    from probe.measure.audit import Request
    from probe.measure.audit import audit as run
    from probe.measure.network import SystemNetwork
    from probe.model.configuration import Mta

    request = Request(Mta(mta), place, domain, tuple(lan), stdin or (lambda: b""))
    return await run(request, settings or Settings(), network or SystemNetwork())


def mail_servers() -> tuple[str, ...]:
    """The mail servers whose configuration ``audit`` reads: the modules in ``probe.measure.configuration.servers``."""
    return _modules("probe.measure.configuration.servers")


def default_settings(target: Target) -> Settings:
    """What ``probe6 TARGET`` does with no option."""
    port = target.port or 25
    if target.recipient is not None:
        return Settings(recipient=target.recipient, until=Stage.DATA, port=port)
    if target.kind is TargetKind.DOMAIN:
        return Settings(recipient=f"postmaster@{target.name}", port=port)
    return Settings(until=Stage.STARTTLS, port=port)


def engines() -> tuple[str, ...]:
    """Who can speak SMTP: the modules in ``probe.measure.engines``."""
    return _modules("probe.measure.engines")


def proofs() -> tuple[str, ...]:
    """The kinds of ``--proof``: the modules in ``probe.measure.delivery``."""
    return _modules("probe.measure.delivery")


def new_courtesy() -> Courtesy:
    """What several ``measure`` calls share."""
    from probe.measure.courtesy import Courtesy

    return Courtesy()


def state(path: str | None, note: Callable[[str], None]) -> Store:
    """The state kept in the file ``path``, None for the usual place (``UsageError`` where there is none).

    ``note`` is told, once, when the file cannot be used; then nothing is remembered, and nothing fails for it.
    """
    from pathlib import Path

    from probe.store import Store, state_path

    return Store(state_path() if path is None else Path(path), note)


def signer(key: bytes, selector: str, domain: str) -> Callable[[bytes], bytes]:
    """Signs test messages by DKIM with the private key in PEM. ``UsageError`` for one nobody can sign with."""
    from probe.measure.signing import signer as make

    return make(key, selector, domain)


def sources() -> tuple[tuple[str, bool], ...]:
    """Our own addresses towards the Internet, one a family, and whether NAT hides it. No packet is sent."""
    from probe.measure.network import SystemNetwork
    from probe.measure.vantage import towards_internet

    return towards_internet(SystemNetwork())


def learn(measurement: Measurement) -> Memory:
    """What ``measurement`` teaches later runs, to be given to ``state(...).keep``."""
    import_module("probe.judge")  # whole, before a part of it: another thread may be half way through importing it
    from probe.judge.lessons import lessons

    return lessons(measurement)


def judge(measurement: Measurement, options: JudgeOptions | None = None) -> Report:
    """Hold the two families side by side and run the checks. Pure: the same measurement gives the same report."""
    from probe.judge import DEFAULTS
    from probe.judge import judge as run

    return run(measurement, options or DEFAULTS)


def diff(before: Report, after: Report) -> Changes:
    """What is better, worse or merely elsewhere in ``after``, family by family. Pure."""
    from probe.judge.diff import diff as run

    return run(before, after)


def compare(old: Report, new: Report) -> Changes:
    """Two targets side by side, stage by stage. Pure."""
    from probe.judge.diff import side_by_side

    return side_by_side(old, new)


def merge(reports: Sequence[Report]) -> Merged:
    """One target as several places saw it. Pure."""
    from probe.judge.merge import merge as run

    return run(reports)


def plan(kind: Kind, published: Report, planned: Report | None = None, history: Sequence[Measurement] = ()) -> Plan:
    """The playbook of a migration, held against what is published, what is planned and what was saved. Pure."""
    from probe.judge.plan import plan as run
    from probe.judge.plan.situation import Situation

    ordered = tuple(sorted(history, key=lambda item: item.started))
    return run(kind, Situation(published, planned, ordered))


def render_plan(plan: Plan, format: str = "text", **options: object) -> str:  # noqa: A002 -- as ``render``
    """``plan`` as ``text``, ``markdown`` or ``json``; ``options`` are the format's own."""
    text: str = import_module(f"probe.report.{format}.plan").render(plan, **options)
    return text


def render_merged(merged: Merged, format: str = "text", **options: object) -> str:  # noqa: A002 -- as ``render``
    """``merged`` as ``text``, ``markdown`` or ``json``; ``options`` are the format's own."""
    text: str = import_module(f"probe.report.{format}.vantages").render(merged, **options)
    return text


def render_changes(changes: Changes, format: str = "text", **options: object) -> str:  # noqa: A002 -- as ``render``
    """``changes`` as ``text`` or ``json``; ``options`` are the format's own."""
    text: str = import_module(f"probe.report.{format}.changes").render(changes, **options)
    return text


def formats() -> tuple[str, ...]:
    """The words ``render`` takes: the modules in ``probe.report``; what begins with ``_`` is shared by several."""
    return tuple(name for name in _modules("probe.report") if not name.startswith("_"))


def change(
    now: Past, before: Sequence[Past], told: Announced | None, few: int, many: int
) -> tuple[Change | None, Announced]:
    """What is to be told of a target that is looked at again and again, and what to keep of it when it was told."""
    from probe.judge.change import change as find
    from probe.judge.change import standing

    found = find(now, before, told, few, many)
    return found, standing(now, found, told)


def render(reports: Sequence[Report], format: str = "text", **options: object) -> str:  # noqa: A002 -- the released word
    """``reports`` in one of ``formats()``; ``options`` are the format's own. ``UsageError`` for another word."""
    if format not in formats():
        raise UsageError(f"--format {format!r}: there is {', '.join(formats())}")
    text: str = import_module(f"probe.report.{format}").render(reports, **options)
    return text


def load(data: bytes) -> Measurement:
    """A saved measurement. ``UsageError``, one line, when ``data`` is none."""
    from probe import archive

    return archive.load(data)


def save(measurement: Measurement) -> bytes:
    """The measurement as JSON (schema ``probe6.measurement/1``), to be judged again whenever."""
    from probe import archive

    return archive.dump(measurement)


def read_overlay(text: str, origin: str, name: str) -> tuple[Record, ...]:
    """The zone-file fragment ``text``, read from ``name``, as ``Settings.overlay``; ``origin`` ends relative names."""
    from probe.measure.overlay import read_overlay as read

    return read(text, origin, name)


def codes() -> frozenset[str]:
    """All finding codes the checks can yield."""
    return frozenset(code for manual in manuals() for code, _ in manual.codes)


def catalogue() -> tuple[Entry, ...]:
    """All codes in the order of their names: those of the checks, and those that no check yields, with the reason."""
    from probe.judge import catalogue as every

    return every()


def manuals() -> tuple[Manual, ...]:
    """What every check says of itself: why it is there, which codes it can yield, how to mend them."""
    from probe.judge import manuals as every

    return every()


def schemas() -> tuple[str, ...]:
    """The words ``schema`` takes."""
    return ("config", "measurement", "report")


def schema(kind: str = "report") -> dict[str, object]:
    """A JSON Schema (draft 2020-12): of what ``render(..., "json")`` gives, of what ``save`` does, or of what
    TOML makes of a configuration.
    """
    if kind == "config":
        from probe import config

        return config.schema()
    from probe import archive

    if kind == "measurement":
        return archive.schema()
    from probe.model.memory import Memory
    from probe.report.json.schema import schema as of_report

    known = archive.definitions(Settings, Memory)
    return of_report({"$ref": "#/$defs/Settings"}, {"$ref": "#/$defs/Memory"}, known)


def _modules(room: str) -> tuple[str, ...]:
    return tuple(sorted(module.name for module in iter_modules(import_module(room).__path__)))
