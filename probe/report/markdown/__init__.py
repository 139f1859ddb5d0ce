"""The report for a ticket or a pull request: GitHub-flavoured Markdown, which also reads well as plain text.

In: judged reports. Out: Markdown with a final newline: verdict and summary, each finding with its fix in a block to
copy, a table per MX host, the messages, the vantage. What came from elsewhere stays text: it opens no markup, link or
mention (``escape``).
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from probe.grammar.privacy import message_lines
from probe.model.dns import MxHost
from probe.model.report import Finding, Report
from probe.model.smtp import Session
from probe.model.words import Family, Verdict
from probe.report._shown.cells import EMPTY, NOT_REACHED, Cell, Row, absent, column, differences
from probe.report._shown.findings import beside, fix_lines, leading, parting, worth_a_note
from probe.report._shown.private import privacy
from probe.report._shown.senders import machines, told, worth_saying
from probe.report._shown.vantage import how_to_prove, is_audit, seen_from
from probe.report._shown.wording import counted
from probe.report.markdown.asked import expectations, name_servers, since, what_it_sends
from probe.report.markdown.configuration import configuration
from probe.report.markdown.delivery import messages
from probe.report.markdown.escape import MARKS, Scribe

_MOST_HOSTS, _MOST_FINDINGS, _MOST_LINES = 20, 40, 400


def render(reports: Sequence[Report], *, redact: bool = False, transcript: bool = False) -> str:
    """``reports`` one after another. ``redact`` hides local parts of addresses, the text of messages and the hops
    inside; ``transcript`` adds every line that was said.
    """
    parts: list[str] = list(_overview(reports, redact=redact)) if len(reports) > 1 else []
    for report in reports:
        parts += _report(report, Scribe(privacy(report, redact=redact)), redact=redact, transcript=transcript)
    return "\n\n".join(parts) + "\n" if parts else ""


def _overview(reports: Sequence[Report], *, redact: bool) -> Iterator[str]:
    """A line per target, in the order they were given."""
    worst = max((report.verdict for report in reports), key=lambda verdict: verdict.rank)
    yield f"# {MARKS[worst]} {counted(len(reports), 'target')}: {worst.upper()}"
    names = [Scribe(privacy(item, redact=redact)).code(item.measurement.target.text, 120) for item in reports]
    yield "\n".join(
        f"- {MARKS[report.verdict]} {name}: {report.verdict}{_parity(report)}"
        for name, report in zip(names, reports, strict=True)
    )


def _parity(report: Report) -> str:
    return "" if is_audit(report.measurement) else f", {report.parity}"


def _report(report: Report, scribe: Scribe, *, redact: bool, transcript: bool) -> Iterator[str]:
    target = scribe.code(report.measurement.target.text, 120)
    yield f"## {MARKS[report.verdict]} {target}: {report.verdict.upper()}{_parity(report)}"
    yield scribe.say(report.summary, 400)
    yield from _parting(report, scribe)
    top = leading(report)
    rest = beside(report, top)
    for finding in filter(None, (top, *rest[:_MOST_FINDINGS])):
        yield from _finding(finding, scribe)
    yield from _more(rest, _MOST_FINDINGS, "more finding")
    for host in report.measurement.resolved.hosts[:_MOST_HOSTS]:
        yield from _host(report, host, scribe)
    yield from _more(report.measurement.resolved.hosts, _MOST_HOSTS, "more MX host")
    met = [item for item in report.senders if worth_saying(item)]
    if met:
        yield "### What senders meet"
        yield "\n".join(f"- {scribe.say(item.name, 60)}: {scribe.say(told(item), 400)}" for item in met)
    yield from messages(report, scribe, redact=redact)
    yield from what_it_sends(report, scribe)
    yield from configuration(report, scribe)
    notes = worth_a_note(report.findings)[:_MOST_FINDINGS]
    if notes:
        yield "### Notes"
        yield "\n".join(f"- `{item.code}` {_where(item, scribe)}: {scribe.say(item.sentence, 300)}" for item in notes)
    yield from expectations(report, scribe)
    yield from since(report, scribe)
    yield from name_servers(report, scribe)
    yield from _vantage(report, scribe)
    if transcript:
        for session in report.measurement.conversations:
            yield from _transcript(session, scribe, redact=redact)


def _more(items: Sequence[object], most: int, noun: str) -> Iterator[str]:
    if len(items) > most:
        yield f"and {counted(len(items) - most, noun)}"


def _parting(report: Report, scribe: Scribe) -> Iterator[str]:
    """Where the families part first, with what each showed."""
    found = parting(report, scribe.plain)
    if found is not None:
        head, sides = found
        lines = [f"- {family.label}: {scribe.say(text, 160)}" for family, text in sides]
        yield "\n".join([f"**First divergence:** {scribe.say(head, 240)}", *([""] if lines else []), *lines])


def _where(finding: Finding, scribe: Scribe) -> str:
    over = f"{finding.family.label}, " if finding.family else ""
    return f"{over}{scribe.code(finding.subject, 160)}"


def _finding(finding: Finding, scribe: Scribe) -> Iterator[str]:
    yield f"### {MARKS[finding.verdict]} `{finding.code}` {_where(finding, scribe)}"
    yield scribe.say(finding.sentence, 600)
    if finding.evidence:
        yield "\n".join(f"- seen: {scribe.code(item, 240)}" for item in finding.evidence[:4])
    if finding.fix:
        explained = [line for line, to_copy in fix_lines(finding.fix) if not to_copy and line.strip()]
        if explained:
            yield f"**Fix:** {scribe.say(' '.join(explained), 600)}"
        else:
            yield "**Fix:**"
        yield scribe.block([line.strip() for line, to_copy in fix_lines(finding.fix) if to_copy])
    if finding.see:
        yield f"See {scribe.say(finding.see, 240)}"


def _host(report: Report, host: MxHost, scribe: Scribe) -> Iterator[str]:
    comparison = next((item for item in report.comparisons if item.host == host.host), None)
    preference = f", preference {host.preference}" if host.preference is not None else ""
    parity = f": {comparison.parity}" if comparison else ""
    yield f"### {scribe.code(host.host, 120)}{preference}{parity}"
    rows = ["| | IPv6 | | IPv4 |", "|---|---|---|---|"]
    pairs = list(zip_longest(host.of(Family.IPV6), host.of(Family.IPV4)))[:8] or [(None, None)]
    for number, pair in enumerate(pairs):
        left, right = (
            column(report, host, item) if item else {} if number else {Row.ADDRESS: absent(report, host, family)}
            for item, family in zip(pair, Family, strict=True)
        )
        for row in (row for row in Row if row in left or row in right):
            one, other = (cells.get(row, NOT_REACHED if cells else EMPTY) for cells in (left, right))
            mark = "≠" if _differs(row, one, other) or differences(comparison, row) else ""
            label = f"**{row}**" if row is Row.ADDRESS else row
            rows.append(f"| {label} | {_cell(one, scribe)} | {mark} | {_cell(other, scribe)} |")
    yield "\n".join(rows)
    if comparison is not None and comparison.identity is not None:
        yield f"Machines: {scribe.say(machines(comparison.identity), 400)}"


def _differs(row: Row, left: Cell, right: Cell) -> bool:
    return row is not Row.CLASS and None not in {left.verdict, right.verdict} and left.verdict is not right.verdict


def _cell(cell: Cell, scribe: Scribe) -> str:
    if not cell.text:
        return ""
    sign = f"{MARKS[cell.verdict]} " if cell.verdict not in {None, Verdict.OK} else ""
    return f"{sign}{scribe.say(cell.text + cell.timing, 120)}"


def _vantage(report: Report, scribe: Scribe) -> Iterator[str]:
    yield "### Seen from"
    yield "\n".join(f"- {label}: {scribe.say(text, 600)}" for label, text in seen_from(report, scribe.plain))
    proof = how_to_prove(report, scribe.plain)
    if proof is not None:
        sentence, command = proof
        yield sentence
        if command is not None:
            yield scribe.block([command])


def _transcript(session: Session, scribe: Scribe, *, redact: bool) -> Iterator[str]:
    hidden = message_lines(session.transcript) if redact else frozenset()
    start = session.transcript[0].at if session.transcript else 0.0
    lines = []
    for index, line in enumerate(session.transcript[:_MOST_LINES]):
        text = "(message text hidden)" if index in hidden else line.text
        who = {"C": "C:", "S": "S:"}.get(line.who, "* ")
        lines.append(f"{line.at - start:8.3f} {'~' if line.tls else ' '} {who} {text}")
    yield f"<details><summary>{scribe.say(f'{session.mx} [{session.address}] {session.purpose}', 160)}</summary>"
    yield scribe.block(lines)
    yield "</details>"
