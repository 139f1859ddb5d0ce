"""What a run is to do: its targets, each with its settings, from the command line or from a configuration.

In: the namespace of ``check``. Out: a ``Plan``. Wrong: ``UsageError`` before anything is probed.

A target named on the command line beside ``--config`` is looked for in the file and keeps what is said of it there; one
that the file does not know gets what it says for all. The others in the file are then left alone.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from probe.cli.parts.conclude import Ending, judging, prepare
from probe.cli.parts.input import read_text
from probe.cli.parts.owners import with_trials
from probe.cli.parts.parser import Parser
from probe.cli.parts.settings import settings_for
from probe.cli.parts.targets import Wanted, wanted
from probe.grammar.options import quoted, quoted_path
from probe.model.errors import UsageError
from probe.model.settings import Settings, Target

if TYPE_CHECKING:
    from probe.config import Configuration, Entry
    from probe.model.judging import JudgeOptions

SHARED = 20  # more domains than these, and not one's own, need a contact
_ZONE_LARGEST = 1 << 20  # bytes of an --overlay, or of --root-hints


@dataclass(frozen=True, slots=True)
class Job:
    """One target with the settings it gets. ``every`` is how long no further message goes to its mailbox, in seconds;
    None where a person asked for it. ``judging`` is None where it is judged as all are.
    """

    target: Target
    settings: Settings
    every: float | None = None
    judging: JudgeOptions | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """``args`` are the options of the run as a whole, ``ending`` is how it ends; ``file`` is its configuration's."""

    args: Namespace
    ending: Ending
    jobs: tuple[Job, ...]
    file: str | None = None


def plan(args: Namespace, configure: Callable[[Parser], None]) -> Plan:
    """What ``args`` ask for; ``configure`` knows the options of the command."""
    if args.host is not None:
        if args.targets:
            raise UsageError(f"-H: {quoted(args.host)} beside {quoted(args.targets[0])}; name one of them")
        args.targets = [args.host]
    if args.config is not None:
        return _configured(args, configure)
    if not args.targets:
        raise UsageError("no target; try probe6 example.com")
    ending = prepare(args)
    args.format = ending.format
    zone, hints = _texts(args)
    owned = frozenset(args.owned or ())
    items = wanted(args.targets)
    _contacts([(item.target, args.contact) for item in items if item.target.name not in owned], "--contact TEXT")
    jobs = []
    for item in items:
        settings = settings_for(args, item.target, listed=item.listed, zone=zone, hints=hints)
        jobs.append(Job(item.target, with_trials(args, item.target, settings, owned)))
    return Plan(args, ending, tuple(jobs))


def _configured(args: Namespace, configure: Callable[[Parser], None]) -> Plan:
    from probe.cli.parts.configured import Layers, load

    configuration = load(args.config)
    layers = Layers(configuration, args.words, configure)
    run = layers.run
    ending = prepare(run)
    run.format = ending.format
    found = []
    contacts: list[tuple[Target, str | None]] = []
    mine = configuration.owned | frozenset(layers.given.get("owned") or ())
    for item, entry in _chosen(args.targets, configuration):
        own = layers.of(entry) if entry is not None else Namespace(**vars(run))
        own.format = run.format
        at = f"--config {quoted_path(configuration.file)}: {entry.where}: " if entry is not None else ""
        try:
            job = _job(own, item, ending, consent="to" in layers.given, own_send=_says(entry, "send"))
            yours = mine | {item.target.name} if own.owned is True else mine
            found.append(replace(job, settings=with_trials(own, item.target, job.settings, yours)))
        except UsageError as error:
            raise UsageError(f"{at}{error}") from None
        if own.owned is not True and item.target.name not in mine:
            contacts.append((item.target, own.contact))
    if not found:
        raise UsageError(f"--config {quoted_path(configuration.file)}: no targets in it; write [[target]] and its name")
    _contacts(contacts, 'contact = "TEXT", or owned = true for those that are yours')
    return Plan(run, ending, tuple(found), configuration.file)


def _says(entry: Entry | None, key: str) -> bool:
    return entry is not None and entry.keys.get(key) is True


def _chosen(words: Sequence[str], configuration: Configuration) -> list[tuple[Wanted, Entry | None]]:
    """The targets of the file, or those on the command line with what the file says of them."""
    if not words:
        return [(Wanted(entry.target, listed=True), entry) for entry in configuration.targets]
    known = {(it.target.kind, it.target.name, it.target.recipient, it.target.port): it for it in configuration.targets}
    return [
        (item, known.get((item.target.kind, item.target.name, item.target.recipient, item.target.port)))
        for item in wanted(words)
    ]


def _job(own: Namespace, item: Wanted, ending: Ending, *, consent: bool, own_send: bool) -> Job:
    """One target of a configuration. ``consent``: its mailbox was named on the command line."""
    target = item.target
    named = consent or (not item.listed and target.recipient is not None and own.to in {None, target.recipient})
    mailbox = own.to or target.recipient
    if own_send and mailbox is None:
        raise UsageError('send: to which mailbox? add to = "ADDR"')
    zone, hints = _texts(own)
    settings = settings_for(own, target, listed=item.listed, consent=named or bool(own.send), zone=zone, hints=hints)
    options = judging(own, ending.format, ending.options)
    return Job(target, settings, None if named else own.send_every, options)


def _texts(args: Namespace) -> tuple[str | None, str | None]:
    """The files of ``--overlay`` and ``--root-hints``."""
    zone = read_text(args.overlay, "--overlay", _ZONE_LARGEST) if args.overlay is not None else None
    hints = read_text(args.root_hints, "--root-hints", _ZONE_LARGEST) if args.root_hints is not None else None
    return zone, hints


def _contacts(strangers: Sequence[tuple[Target, str | None]], cure: str) -> None:
    """Whoever is looked at by somebody who looks at many shall know whom to write to."""
    names = {target.name for target, _ in strangers}
    if len(names) > SHARED and any(contact is None for _, contact in strangers):
        raise UsageError(f"{len(names)} targets need {cure}: their owners shall know whom to write to")
