"""Measure, judge, report."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from probe.cli.parts import arguments, offered, state
from probe.cli.parts.conclude import agreeing
from probe.cli.parts.input import read_bytes
from probe.cli.parts.jobs import Job, Plan, plan
from probe.cli.parts.measuring import Means, measure_all
from probe.cli.parts.news import DEBOUNCE, call, news
from probe.cli.parts.once import alone, heeding_sigterm, splay
from probe.cli.parts.output import check_writable, note, write_file
from probe.cli.parts.parser import Parser
from probe.cli.parts.progress import at_terminal
from probe.cli.parts.settings import announcement
from probe.grammar.options import quoted, quoted_path
from probe.model.errors import UsageError
from probe.model.words import Verdict

if TYPE_CHECKING:
    from probe.model.measurement import Measurement
    from probe.model.report import Change, Report
    from probe.store import Store

SYNOPSIS = "check TARGET..."
_CA_LARGEST = 1 << 24  # bytes of a --ca; a system's bundle has a fifth of a megabyte
_KEY_LARGEST = 1 << 16  # bytes of a --dkim-key
_EXAMPLES = """\
examples:
  probe6 example.com                             nothing is sent
  probe6 user@example.com                        one message over each family
  probe6 [mx1.example.com] --domain example.com  one host, asked up to RCPT
  probe6 -6 example.com -o report.json
  probe6 check --config FILE --quiet             from cron: many targets
  probe6 example.com --mx mx9.example.com \\
      --resolve mx9.example.com:[2001:db8::25],192.0.2.25
"""


def configure(parser: Parser) -> None:
    """The targets and all options."""
    parser.usage = "probe6 [check] TARGET... [options]"
    parser.epilog = _EXAMPLES
    parser.operand(
        "targets", offered.targets, nargs="*", metavar="TARGET", help="a domain, mailbox, [host], [address], @FILE or -"
    )
    arguments.envelope(parser)
    arguments.route(parser)
    arguments.sending(parser)
    arguments.proof(parser)
    arguments.owners(parser)
    arguments.pace(parser)
    arguments.trust(parser)
    arguments.judging(parser)
    arguments.holding(parser)
    arguments.reporting(parser)
    arguments.again(parser)
    state.options(parser)


def run(args: Namespace) -> int:
    """All that can be wrong with the words is said before the first packet leaves."""
    task = plan(args, configure)
    args, jobs = task.args, task.jobs
    _check_proofs(args, jobs)
    _check_files(args, jobs)
    agreeing(task.ending, [job.target.name for job in jobs])
    passwords = _passwords(args, jobs)
    signers = _signers(args, jobs)
    memory = state.opened(args)
    try:
        with heeding_sigterm(), _alone(task, memory):
            return _run(task, passwords, signers, memory)
    finally:
        if memory is not None:
            memory.close()


def _run(
    task: Plan, passwords: Mapping[str, str], signers: Mapping[str, Callable[[bytes], bytes]], memory: Store | None
) -> int:
    args, jobs, ending = task.args, task.jobs, task.ending
    if task.file is None and not args.quiet:
        for line in filter(None, (announcement(job.target, job.settings) for job in jobs)):
            note(line)
    progress, flow = at_terminal(quiet=args.quiet), ending.flow([job.judging for job in jobs])
    means = Means(
        progress,
        ending.load,
        passwords,
        memory,
        signers,
        cleanup=args.cleanup,
        at_once=args.concurrency,
        ended=flow.ended if flow is not None else None,
    )
    measurements = measure_all(jobs, means)
    try:
        _keep(args.save, measurements)
    finally:  # a measurement that could not be kept can still be read
        status = _conclude(task, measurements, memory, written=flow is not None)
    return status


def _conclude(task: Plan, measurements: Sequence[Measurement], memory: Store | None, *, written: bool) -> int:
    """Say it: all that was found, or with ``--quiet`` in a run that comes again what has changed."""
    args, ending = task.args, task.ending
    options = [job.judging or ending.options for job in task.jobs]
    reports = [ending.judged(item, how) for item, how in zip(measurements, options, strict=True)]
    debounce = args.debounce or (DEBOUNCE if task.file is not None or args.on_change else None)
    if debounce is None or memory is None:
        if memory is not None:
            for report in reports:
                memory.remember(report)
        bad = [report for report in reports if report.verdict is not Verdict.OK]
        told = list(reports) if bad else []
        if args.on_change is not None:
            for report in bad:
                call(args.on_change, report)
    else:

        def again(place: int, change: Change) -> Report:
            return ending.judged(measurements[place], replace(options[place], change=change))

        told = news(reports, memory, debounce, again, args.on_change)
    return ending.say(reports, () if written else told if args.quiet else reports)


@contextmanager
def _alone(task: Plan, memory: Store | None) -> Iterator[None]:
    """One run of a configuration at a time; then the wait that was asked for."""
    if task.file is None:
        splay(task.args.splay)
        yield
        return
    with alone(task.file, None if memory is None else memory.path):
        splay(task.args.splay)
        yield


def _keep(path: str | None, measurements: Sequence[Measurement]) -> None:
    """Save before judging: what was measured outlives whatever goes wrong later."""
    if path is not None:
        from probe.api import save

        write_file(path, save(measurements[0]), "--save", private=True)


def _check_proofs(args: Namespace, jobs: Sequence[Job]) -> None:
    proofs = [proof for job in jobs for proof in job.settings.proofs]
    if args.cleanup and not any(proof.startswith(("imap:", "imaps:")) for proof in proofs or args.proof or ()):
        raise UsageError("--cleanup: removes messages by IMAP; name the mailbox by --proof imaps://USER@HOST/FOLDER")
    if args.proof and not proofs:
        raise UsageError("--proof: no message is sent here that could turn up; name a mailbox as target or by --to")


def _check_files(args: Namespace, jobs: Sequence[Job]) -> None:
    for path in dict.fromkeys(job.settings.ca_file for job in jobs):
        if path is not None and b"-----BEGIN " not in read_bytes(path, "--ca", _CA_LARGEST):
            raise UsageError(f"--ca {quoted_path(path)}: no certificate in it (PEM)")
    if args.save is not None:
        if len(jobs) > 1:
            raise UsageError(f"--save: keeps the measurement of one target, not of {len(jobs)}")
        if args.save == args.output:
            raise UsageError("--save: the same file as --output")
        check_writable(args.save, "--save")


def _passwords(args: Namespace, jobs: Sequence[Job]) -> dict[str, str]:
    """Read where something may need one, and missed before anything is sent."""
    urls = list(dict.fromkeys(job.settings.via for job in jobs if job.settings.via is not None))
    if args.secret is None and not urls and not any(job.settings.proofs for job in jobs):
        return {}
    from probe.cli.parts.secrets import secrets
    from probe.grammar.submission_url import parse

    found = secrets(args.secret)
    users = {url: user for url in urls if (user := parse(url).user) is not None}
    if users and "smtp" not in found:
        user = quoted(next(iter(users.values())))
        raise UsageError(f"--via: no password for {user}; set PROBE6_SMTP_PASSWORD or name a --secret FILE")
    if len(users) > 1:
        raise UsageError(f"--via: one password, and {len(users)} servers to tell it to; one run for each of them")
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
