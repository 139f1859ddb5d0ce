"""Measure, judge, report."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from probe.cli.parts import arguments, state
from probe.cli.parts.conclude import agreeing, prepare
from probe.cli.parts.input import read_bytes, read_text
from probe.cli.parts.output import check_writable, note, write_file
from probe.cli.parts.parser import Parser
from probe.cli.parts.progress import Progress, at_terminal
from probe.cli.parts.settings import announcement, settings_for
from probe.cli.parts.targets import wanted
from probe.grammar.options import quoted, quoted_path
from probe.model.errors import UsageError
from probe.model.settings import Settings, Target
from probe.model.words import Stage

if TYPE_CHECKING:
    from probe.model.measurement import Measurement
    from probe.store import Store

SYNOPSIS = "check TARGET..."
AT_ONCE = 8  # targets measured side by side
_FIRST_ANSWERS = 0.15  # seconds in which the run needs the processor for itself
_ZONE_LARGEST = 1 << 20  # bytes of an --overlay, or of --root-hints
_CA_LARGEST = 1 << 24  # bytes of a --ca; a system's bundle has a fifth of a megabyte
_KEY_LARGEST = 1 << 16  # bytes of a --dkim-key
_EXAMPLES = """\
examples:
  probe6 example.com                             nothing is sent
  probe6 user@example.com                        one message over each family
  probe6 [mx1.example.com] --domain example.com  one host, asked up to RCPT
  probe6 -6 example.com -o report.json
  probe6 example.com --mx mx9.example.com \\
      --resolve mx9.example.com:[2001:db8::25],192.0.2.25
"""


@dataclass(frozen=True, slots=True)
class Job:
    """One target with the settings it gets."""

    target: Target
    settings: Settings


def configure(parser: Parser) -> None:
    """The targets and all options."""
    parser.usage = "probe6 [check] TARGET... [options]"
    parser.epilog = _EXAMPLES
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="a domain, mailbox, [host], [address], @FILE or -")
    arguments.envelope(parser)
    arguments.route(parser)
    arguments.sending(parser)
    arguments.proof(parser)
    arguments.pace(parser)
    arguments.trust(parser)
    arguments.judging(parser)
    arguments.holding(parser)
    arguments.reporting(parser)
    state.options(parser)


def run(args: Namespace) -> int:
    """All that can be wrong with the words is said before the first packet leaves."""
    ending = prepare(args)
    args.format = ending.format
    jobs = _jobs(args)
    _check_files(args, len(jobs))
    agreeing(ending, [job.target.name for job in jobs])
    passwords = _passwords(args)
    signers = _signers(args, jobs)
    memory = state.opened(args)
    if not args.quiet:
        for line in filter(None, (announcement(job.target, job.settings) for job in jobs)):
            note(line)
    progress, flow = at_terminal(quiet=args.quiet), ending.flow()
    ended = flow.ended if flow is not None else None
    try:
        measurements = _measure(
            jobs, progress, ending.load, passwords, memory, signers, cleanup=args.cleanup, ended=ended
        )
        try:
            _keep(args.save, measurements)
        finally:  # a measurement that could not be kept can still be read
            heard = None if memory is None else memory.remember
            status = ending.write(measurements, heard, written=flow is not None)
    finally:
        if memory is not None:
            memory.close()
    return status


def _keep(path: str | None, measurements: Sequence[Measurement]) -> None:
    """Save before judging: what was measured outlives whatever goes wrong later."""
    if path is not None:
        from probe.api import save

        write_file(path, save(measurements[0]), "--save", private=True)


def _jobs(args: Namespace) -> list[Job]:
    if args.host is not None:
        if args.targets:
            raise UsageError(f"-H: {quoted(args.host)} beside {quoted(args.targets[0])}; name one of them")
        args.targets = [args.host]
    if not args.targets:
        raise UsageError("no target; try probe6 example.com")
    zone = read_text(args.overlay, "--overlay", _ZONE_LARGEST) if args.overlay is not None else None
    hints = read_text(args.root_hints, "--root-hints", _ZONE_LARGEST) if args.root_hints is not None else None
    jobs = [
        Job(item.target, settings_for(args, item.target, listed=item.listed, zone=zone, hints=hints))
        for item in wanted(args.targets, args.contact)
    ]
    if args.cleanup and not any(proof.startswith(("imap:", "imaps:")) for proof in args.proof or ()):
        raise UsageError("--cleanup: removes messages by IMAP; name the mailbox by --proof imaps://USER@HOST/FOLDER")
    if args.proof and not any(job.settings.until is Stage.DELIVERY for job in jobs):
        raise UsageError("--proof: no message is sent here that could turn up; name a mailbox as target or by --to")
    return jobs


def _check_files(args: Namespace, count: int) -> None:
    if args.ca is not None and b"-----BEGIN " not in read_bytes(args.ca, "--ca", _CA_LARGEST):
        raise UsageError(f"--ca {quoted_path(args.ca)}: no certificate in it (PEM)")
    if args.save is not None:
        if count > 1:
            raise UsageError(f"--save: keeps the measurement of one target, not of {count}")
        if args.save == args.output:
            raise UsageError("--save: the same file as --output")
        check_writable(args.save, "--save")


def _passwords(args: Namespace) -> dict[str, str]:
    """Read where something may need one, and missed before anything is sent."""
    if args.secret is None and args.via is None and not args.proof:
        return {}
    from probe.cli.parts.secrets import secrets
    from probe.grammar.submission_url import parse

    found = secrets(args.secret)
    user = parse(args.via).user if args.via is not None else None
    if user is not None and "smtp" not in found:
        raise UsageError(f"--via: no password for {quoted(user)}; set PROBE6_SMTP_PASSWORD or name a --secret FILE")
    return found


def _signers(args: Namespace, jobs: Sequence[Job]) -> dict[str, Callable[[bytes], bytes]]:
    """Who signs, by domain. The key is read, and tried, before anything is sent."""
    if args.dkim_key is None:
        if args.dkim_selector is not None:
            raise UsageError("--dkim-selector: of which key? name it by --dkim-key FILE")
        return {}
    from probe.api import signer

    named = {job.settings.dkim_domain: job.settings.dkim_selector for job in jobs}
    key = read_bytes(args.dkim_key, "--dkim-key", _KEY_LARGEST)
    try:
        found = {domain: signer(key, selector, domain) for domain, selector in named.items() if domain and selector}
    except UsageError as error:
        raise UsageError(f"--dkim-key {quoted_path(args.dkim_key)}: {error}") from None
    if not found:
        raise UsageError("--dkim-key: no message is sent here that could be signed; name a mailbox")
    return found


def _measure(
    jobs: Sequence[Job],
    progress: Progress,
    load: Callable[[], None],
    secrets: Mapping[str, str],
    memory: Store | None,
    signers: Mapping[str, Callable[[bytes], bytes]],
    *,
    cleanup: bool,
    ended: Callable[[int, Measurement], None] | None,
) -> list[Measurement]:
    """Measure all targets, some side by side; the order stays the one they were written in.

    ``load`` imports what judges and renders, while the servers take their time. What each run learned is kept when it
    ends, so that a run that is killed has not learned in vain. ``ended`` hears of each target.
    """
    import asyncio

    from probe.api import learn, measure, new_courtesy

    done: dict[int, Measurement] = {}
    courtesy = new_courtesy()

    async def one(place: int, job: Job, turn: asyncio.Semaphore) -> None:
        async with turn:
            done[place] = await measure(
                job.target,
                job.settings,
                progress=progress.told,
                courtesy=courtesy,
                secrets=secrets,
                cleanup=cleanup,
                memory=memory,
                sign=signers.get(job.settings.dkim_domain or ""),
            )
        if memory is not None:
            await asyncio.to_thread(memory.keep, await asyncio.to_thread(learn, done[place]))
        if ended is not None:
            progress.cleared()
            ended(place, done[place])

    async def every() -> None:
        turn = asyncio.Semaphore(AT_ONCE)
        loop = asyncio.get_running_loop()
        loading = loop.call_later(_FIRST_ANSWERS, partial(loop.run_in_executor, None, load))
        try:
            async with asyncio.TaskGroup() as group:
                if memory is not None:
                    group.create_task(asyncio.to_thread(memory.open))  # while the first look-ups are on their way
                for place, job in enumerate(jobs):
                    group.create_task(one(place, job, turn))
        finally:
            loading.cancel()

    try:
        asyncio.run(every())
    except* UsageError as wrong:
        raise _first(wrong) from None
    finally:
        progress.cleared()
    return [done[place] for place in range(len(jobs))]


def _first(group: BaseException) -> BaseException:
    """One error out of a group: a person mends one thing at a time."""
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    return group
