"""The report a person reads in five seconds: verdict, where the families part, the fix; then the table, then the rest.

In: judged reports. Out: text of at most ``width`` columns (fixes are not broken, they are there to be copied) with a
final newline. Signs and words carry the meaning and are ASCII, so nothing is lost without colour or on a dumb terminal.
Whatever came from a server, a zone or a file stays within its line and is bounded: nobody else can write a line here.
"""

from collections.abc import Iterator, Sequence

from probe.grammar.text import columns
from probe.model.report import Report
from probe.model.settings import TargetKind
from probe.report._shown.findings import leading
from probe.report._shown.wording import counted
from probe.report.text.changes import expectations, since
from probe.report.text.configuration import configuration
from probe.report.text.delivery import deliveries
from probe.report.text.findings import divergence, notes, others, paragraph
from probe.report.text.layout import NARROWEST, Ink, Paper, pad
from probe.report.text.nameservers import name_servers
from probe.report.text.outgoing import what_it_sends
from probe.report.text.senders import what_senders_meet
from probe.report.text.table import table
from probe.report.text.transcript import transcripts
from probe.report.text.vantage import how_to_prove, vantage

MOST_HOSTS = 20


def render(
    reports: Sequence[Report],
    *,
    color: bool = False,
    transcript: bool = False,
    redact: bool = False,
    width: int = 80,
    verbose: int = 0,
) -> str:
    """``reports`` one after another, and for several an overview at the end.

    ``redact`` hides local parts of addresses and the text of messages; ``verbose`` above 0 adds the time of every step
    and the hops of each message.
    """
    paper = Paper(max(width, NARROWEST), color, redact)
    lines: list[str] = []
    for number, report in enumerate(reports):
        if number:
            lines += ["", "-" * paper.width, ""]
        lines += _report(report, paper, transcript=transcript, verbose=verbose)
    if len(reports) > 1:
        lines += ["", "-" * paper.width, "", *_overview(reports, paper)]
    return "".join(f"{line}\n" for line in lines)


def _report(report: Report, paper: Paper, *, transcript: bool, verbose: int) -> Iterator[str]:
    yield from _headline(report, paper)
    top = leading(report)
    yield from divergence(report, paper)
    if top:
        yield ""
        yield from paragraph(top, paper)
    hosts = report.measurement.resolved.hosts
    for host in hosts[:MOST_HOSTS]:
        yield ""
        yield from table(report, host, paper, verbose=verbose)
    if len(hosts) > MOST_HOSTS:
        yield ""
        yield f"and {counted(len(hosts) - MOST_HOSTS, 'more MX host')}: --format json shows all"
    yield from what_senders_meet(report, paper, verbose=verbose)
    if verbose:
        yield from name_servers(report.measurement, paper)
    yield from deliveries(report, paper, verbose=verbose)
    yield from what_it_sends(report, paper, verbose=verbose)
    yield from configuration(report, paper)
    yield from others(report, top, paper)
    yield from notes(report.findings, paper)
    yield from expectations(report, paper)
    yield from since(report, paper)
    yield from vantage(report, paper)
    if transcript:
        yield from transcripts(report, paper)
    yield from how_to_prove(report, paper)


def _headline(report: Report, paper: Paper) -> Iterator[str]:
    target = paper.ink(paper.say(report.measurement.target.text, paper.width - 30), Ink.STRONG)
    audit = report.measurement.target.kind is TargetKind.CONFIGURATION
    yield f"{target}  {paper.verdict(report.verdict)}{'' if audit else f'  {report.parity}'}"
    yield from paper.wrap(report.summary, "  ", limit=400)


def _overview(reports: Sequence[Report], paper: Paper) -> Iterator[str]:
    """A line per target, in the order they were given."""
    names = [paper.say(report.measurement.target.text, paper.width - 30) for report in reports]
    longest = max(map(columns, names))
    worst = max((report.verdict for report in reports), key=lambda verdict: verdict.rank)
    yield f"{paper.heading(counted(len(reports), 'target'))}  {paper.verdict(worst)}"
    for name, report in zip(names, reports, strict=True):
        gap = " " * (len("x CRITICAL") - len(report.verdict) - 2)
        yield f"  {pad(name, longest)}  {paper.verdict(report.verdict)}{gap}  {report.parity}"
