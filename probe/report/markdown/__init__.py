"""The report for a ticket or a pull request: GitHub-flavoured Markdown, which also reads well as plain text.

In: judged reports. Out: Markdown with a final newline: verdict and summary, each finding with its fix in a block to
copy, a table per MX host, the messages, the vantage. What came from elsewhere stays text: it opens no markup, link or
mention (``escape``).
"""

from collections.abc import Iterator, Sequence
from datetime import UTC
from itertools import zip_longest

from probe.grammar.privacy import message_lines
from probe.model.bounce import Action
from probe.model.delivery import Attempt
from probe.model.dns import MxHost
from probe.model.report import Finding, Report
from probe.model.smtp import Session
from probe.model.words import Family, Verdict
from probe.report._shown.cells import EMPTY, NOT_REACHED, Cell, Row, absent, column, differences
from probe.report._shown.findings import beside, fix_lines, leading, worth_a_note
from probe.report._shown.hops import shown
from probe.report._shown.private import HIDDEN_HOP, privacy
from probe.report._shown.senders import machines, told, worth_saying
from probe.report._shown.wording import counted, returned, roughly
from probe.report.markdown.escape import Scribe

_MARKS = {Verdict.OK: "✅", Verdict.UNKNOWN: "❔", Verdict.WARNING: "⚠️", Verdict.CRITICAL: "❌"}
_MOST_HOSTS, _MOST_FINDINGS, _MOST_LINES = 20, 40, 400


def render(reports: Sequence[Report], *, redact: bool = False, transcript: bool = False) -> str:
    """``reports`` one after another. ``redact`` hides local parts of addresses, the text of messages and the hops
    inside; ``transcript`` adds every line that was said.
    """
    parts: list[str] = []
    for report in reports:
        parts += _report(report, Scribe(privacy(report, redact=redact)), redact=redact, transcript=transcript)
    return "\n\n".join(parts) + "\n" if parts else ""


def _report(report: Report, scribe: Scribe, *, redact: bool, transcript: bool) -> Iterator[str]:
    target = scribe.code(report.measurement.target.text, 120)
    yield f"## {_MARKS[report.verdict]} {target}: {report.verdict.upper()}, {report.parity}"
    yield scribe.say(report.summary, 400)
    top = leading(report)
    for finding in filter(None, (top, *beside(report, top)[:_MOST_FINDINGS])):
        yield from _finding(finding, scribe)
    for host in report.measurement.resolved.hosts[:_MOST_HOSTS]:
        yield from _host(report, host, scribe)
    met = [item for item in report.senders if worth_saying(item)]
    if met:
        yield "### What senders meet"
        yield "\n".join(f"- {scribe.say(item.name, 60)}: {scribe.say(told(item), 400)}" for item in met)
    yield from _messages(report, scribe, redact=redact)
    notes = worth_a_note(report.findings)[:_MOST_FINDINGS]
    if notes:
        yield "### Notes"
        yield "\n".join(f"- `{item.code}` {_where(item, scribe)}: {scribe.say(item.sentence, 300)}" for item in notes)
    yield from _vantage(report, scribe)
    if transcript:
        for session in (*report.measurement.sessions, *report.measurement.references):
            yield from _transcript(session, scribe, redact=redact)


def _where(finding: Finding, scribe: Scribe) -> str:
    over = f"{finding.family.label}, " if finding.family else ""
    return f"{over}{scribe.code(finding.subject, 160)}"


def _finding(finding: Finding, scribe: Scribe) -> Iterator[str]:
    yield f"### {_MARKS[finding.verdict]} `{finding.code}` {_where(finding, scribe)}"
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
    sign = f"{_MARKS[cell.verdict]} " if cell.verdict not in {None, Verdict.OK} else ""
    return f"{sign}{scribe.say(cell.text + cell.timing, 120)}"


def _messages(report: Report, scribe: Scribe, *, redact: bool) -> Iterator[str]:
    if not report.measurement.attempts:
        return
    yield "### Test messages"
    lines = []
    for attempt in report.measurement.attempts:
        said = _became(attempt, scribe)
        lines.append(f"- {attempt.family.label} by {scribe.code(f'{attempt.mx} [{attempt.address}]', 120)}: {said}")
        for hop in shown(report, attempt, redact=redact):
            delay = f" after {hop.delay:.1f} s" if hop.delay is not None else ""
            delay += f" ({hop.clock:g} s by the clocks)" if hop.clock is not None else ""
            text = scribe.code(hop.hop.raw, 300) if hop.hop else HIDDEN_HOP
            lines.append(f"    - {text}{delay}")
        results = dict(report.results).get(attempt.token)
        if results:
            judged = " ".join(f"{method}={result}" for method, result in results)
            lines.append(f"    - judged there: {scribe.code(judged, 200)}")
    yield "\n".join(lines)


def _became(attempt: Attempt, scribe: Scribe) -> str:
    arrival = attempt.arrival
    if arrival:
        junk = ", in the junk folder" if arrival.junk else ""
        where = scribe.code(arrival.where, 120)
        return f"arrived in {roughly(arrival.seconds)}{junk}, {where}, {counted(arrival.copies, 'copy')}"
    if attempt.bounce and attempt.bounce.action is Action.FAILED:
        return f"came back {scribe.say(returned(attempt.bounce), 300)}"
    if attempt.bounce and attempt.bounce.is_success:
        return f"reported as {attempt.bounce.action}"
    said = {True: "accepted", False: "not accepted", None: "sent, and no reply came"}[attempt.accepted]
    return said + (f", {attempt.failure}".replace("-", " ") if attempt.failure else "")


def _vantage(report: Report, scribe: Scribe) -> Iterator[str]:
    measurement = report.measurement
    seen = [
        f"{item.family.label} {scribe.code(item.source or item.reason or 'not needed', 120)}"
        for item in measurement.vantage
    ]
    run = (
        f"{measurement.started.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC, {counted(measurement.queries, 'query')}, "
        f"{counted(measurement.connections, 'connection')}, {roughly(measurement.elapsed)}, "
        f"engine {scribe.say(measurement.engine, 40)}, probe6 {scribe.say(measurement.probe6, 40)}"
    )
    yield f"Seen from {', '.join(seen)}; {run}" if seen else run


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
