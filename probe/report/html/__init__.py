"""The report as one self-contained page: for a browser, a phone, a mail attachment, a sheet of paper.

In: judged reports. Out: an HTML document without script, with its style inside and nothing from elsewhere; its
Content-Security-Policy forbids all the rest, should a text ever slip through. What is wrong comes first with its fix,
then the families side by side, the conversations drawn, the messages with their hops, the vantage, the manuals.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC

from probe.model.report import Report
from probe.model.trials import OPTIONS, Leave
from probe.model.words import Verdict
from probe.report._shown.findings import beside, leading, worth_a_note
from probe.report._shown.messages import recipient
from probe.report._shown.private import privacy
from probe.report._shown.vantage import is_audit
from probe.report._shown.wording import counted
from probe.report.html.asked import expectations, name_servers, since, what_it_sends
from probe.report.html.configuration import configuration
from probe.report.html.delivery import deliveries
from probe.report.html.findings import card, manual, notes
from probe.report.html.markup import Pen, badge
from probe.report.html.seen import facts, parting, senders, states
from probe.report.html.style import DIGEST, STYLE
from probe.report.html.table import table
from probe.report.html.timeline import conversations

MOST_HOSTS = 20
MOST_FINDINGS = 60
_POLICY = f"default-src 'none'; style-src 'sha256-{DIGEST}'; base-uri 'none'; form-action 'none'"


def render(reports: Sequence[Report], *, redact: bool = False) -> str:
    """``reports`` as one page, several with an overview on top. ``redact`` hides local parts of addresses, the text of
    messages and the hops inside.
    """
    pens = [Pen(privacy(report, redact=redact), redact) for report in reports]
    return "\n".join(_page(list(zip(reports, pens, strict=True)))) + "\n"


def _page(written: Sequence[tuple[Report, Pen]]) -> Iterator[str]:
    worst = max((report.verdict for report, _ in written), key=lambda verdict: verdict.rank, default=Verdict.OK)
    names = ", ".join(pen.say(report.measurement.target.text, 60) for report, pen in written[:3]) or "nothing"
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield '<meta name="robots" content="noindex">\n<meta name="referrer" content="no-referrer">'
    yield f"<title>{names}: {worst} - probe6</title>"
    yield f"<style>{STYLE}</style>\n</head>\n<body>"
    yield "<main>"
    if len(written) > 1:
        yield from _overview(written, worst)
    for number, (report, pen) in enumerate(written):
        if number or len(written) > 1:
            yield '<hr class="rule">'
        yield f'<article id="t{number}">'
        yield from _report(report, pen, alone=len(written) == 1)
        yield "</article>"
    yield "</main>"
    yield "<footer>Made by probe6, which sets mail over IPv6 beside mail over IPv4.</footer>\n</body>\n</html>"


def _overview(written: Sequence[tuple[Report, Pen]], worst: Verdict) -> Iterator[str]:
    yield f'<header class="card overview tone-{worst}">'
    yield f"<h1>{counted(len(written), 'target')} {badge(worst)}</h1>"
    yield '<ul class="notes">'
    for number, (report, pen) in enumerate(written):
        name = pen.say(report.measurement.target.text, 120)
        yield f'<li><a href="#t{number}">{name}</a> {badge(report.verdict)} {report.parity}</li>'
    yield "</ul></header>"


def _report(report: Report, pen: Pen, *, alone: bool) -> Iterator[str]:
    yield from _head(report, pen, "h1" if alone else "h2")
    top = leading(report)
    found = [*filter(None, (top,)), *beside(report, top)]
    if found:
        yield '<h2>What to mend</h2><div class="stack">'
        yield from (line for item in found[:MOST_FINDINGS] for line in card(item, pen))
        if len(found) > MOST_FINDINGS:
            yield f"<p>and {len(found) - MOST_FINDINGS} more findings</p>"
        yield "</div>"
    yield from _hosts(report, pen)
    yield from _trials(report, pen)
    yield from senders(report, pen)
    if report.measurement.attempts:
        yield f"<h2>Test messages to {pen.say(recipient(report, pen.plain), 120)}</h2>"
        yield from deliveries(report, pen)
    yield from what_it_sends(report, pen)
    yield from configuration(report, pen)
    known = worth_a_note(report.findings)[:MOST_FINDINGS]
    if known:
        yield '<h2>Good to know</h2><div class="card">'
        yield from notes(known, pen)
        yield "</div>"
    yield from expectations(report, pen)
    yield from since(report, pen)
    yield from name_servers(report, pen)
    yield "<h2>Seen from</h2>"
    yield from facts(report, pen)
    if report.manuals:
        yield "<h2>The checks that spoke</h2>"
        yield '<div class="card">'
        yield from (line for page in report.manuals for line in manual(page, pen))
        yield "</div>"


def _head(report: Report, pen: Pen, level: str) -> Iterator[str]:
    when = f"{report.measurement.started.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    yield f'<p class="brand"><span>probe6: mail over IPv6 beside mail over IPv4</span><span>{when}</span></p>'
    yield f'<header class="card head tone-{report.verdict}">'
    yield f"<{level}>{pen.say(report.measurement.target.text, 200)}</{level}>"
    audit = is_audit(report.measurement)
    parity = "" if audit else f'<span class="badge plain">{report.parity}</span>'
    yield f'<p class="badges">{badge(report.verdict)}{parity}</p>'
    yield f'<p class="lead">{pen.say(report.summary, 400)}</p>'
    if not audit:
        yield from states(report, pen)
        yield from parting(report, pen)
    yield "</header>"


def _hosts(report: Report, pen: Pen) -> Iterator[str]:
    hosts = report.measurement.resolved.hosts
    if hosts:
        yield "<h2>Side by side</h2>"
    for host in hosts[:MOST_HOSTS]:
        yield '<section class="stack"><div class="card">'
        yield from table(report, host, pen)
        yield "</div>"
        talks = [item for item in report.measurement.sessions if host.host in {item.mx, *item.names}]
        if talks:
            yield from conversations(report, talks, pen)
        yield "</section>"
    if len(hosts) > MOST_HOSTS:
        yield f"<p>and {len(hosts) - MOST_HOSTS} more MX hosts</p>"


def _trials(report: Report, pen: Pen) -> Iterator[str]:
    """The tests the domain's owner asked for: which, with what mailbox, and how each conversation went."""
    trials = report.measurement.trials
    if trials is None:
        return
    asked = ", ".join(OPTIONS[purpose] for purpose in report.measurement.settings.trials if purpose in OPTIONS)
    mailbox = f"; the mailbox elsewhere: {pen.say(trials.foreign.mailbox, 120)}" if trials.foreign is not None else ""
    known = "that is published in the DNS" if trials.leave is Leave.PUBLISHED else "as whoever ran this said"
    yield "<h2>What its owner asked for</h2>"
    yield f'<p class="soft">{asked or "tests"} by the owner\'s leave, {known}{mailbox}</p>'
    if trials.sessions:
        yield '<section class="stack">'
        yield from conversations(report, trials.sessions, pen)
        yield "</section>"
