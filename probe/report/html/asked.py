"""What is asked beside the conversations: the domain as a sender, its name servers, the declared and the changed.

In: a report. Out: HTML, a heading before each section; nothing where nobody asked.
"""

from collections.abc import Iterator

from probe.model.change import Direction
from probe.model.report import Report
from probe.model.words import Family, Verdict
from probe.report._shown import changes as shown
from probe.report._shown.nameservers import told_by_servers
from probe.report._shown.outgoing import sending, worth_showing
from probe.report.html.markup import Pen, badge

_TONES = {
    Direction.WORSE: Verdict.CRITICAL,
    Direction.UNCLEAR: Verdict.UNKNOWN,
    Direction.BETTER: Verdict.OK,
}  # what merely moved has none


def what_it_sends(report: Report, pen: Pen) -> Iterator[str]:
    """The domain as a sender."""
    box = report.outbox
    if box is None or not worth_showing(box):
        return
    rows = "".join(f"<dt>{label}</dt><dd>{pen.say(text)}</dd>" for label, text in sending(box, pen.plain))
    yield f'<h2>As a sender</h2><dl class="card facts">{rows}</dl>'


def name_servers(report: Report, pen: Pen) -> Iterator[str]:
    """What the name servers said, folded: for who wants all of it."""
    said = list(told_by_servers(report.measurement, pen.plain))
    if not said:
        return
    yield '<h2>Name servers</h2><div class="card"><details><summary>what each of them said</summary><ul class="notes">'
    yield from (f"<li{' class=inner' if depth else ''}>{pen.say(line)}</li>" for depth, line in said)
    yield "</ul></details></div>"


def expectations(report: Report, pen: Pen) -> Iterator[str]:
    """What was declared, and how each of it stands."""
    if not report.expectations:
        return
    yield f'<h2>{shown.expected(report)}</h2><div class="card"><ul class="notes marked">'
    for line in report.expectations[: shown.MOST]:
        yield f"<li>{badge(line.verdict)} {_family(line.family)}{pen.say(shown.held(line, pen.plain), 700)}</li>"
    yield "</ul></div>"


def since(report: Report, pen: Pen) -> Iterator[str]:
    """What is different from the baseline."""
    changes = report.changes
    if changes is None:
        return
    yield f"<h2>{shown.since(changes)}</h2>"
    if not changes.changes:
        return
    yield '<div class="card"><ul class="notes marked">'
    for change in changes.changes[: shown.MOST]:
        tone = _TONES.get(change.direction)
        mark = badge(tone, change.direction) if tone else f'<span class="badge plain">{change.direction}</span>'
        yield f"<li>{mark} {_family(change.family)}{pen.say(shown.changed(change, pen.plain), 700)}</li>"
    yield "</ul></div>"


def _family(family: Family | None) -> str:
    return f'<span class="family {family}">{family.label}</span> ' if family is not None else ""
