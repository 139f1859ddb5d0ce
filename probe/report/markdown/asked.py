"""What is asked beside the conversations: the domain as a sender, its name servers, the declared and the changed.

In: a report. Out: blocks of Markdown, a heading before each section; none where nobody asked.
"""

from collections.abc import Iterator

from probe.model.change import Direction
from probe.model.report import Report
from probe.model.words import Family
from probe.report._shown import changes as shown
from probe.report._shown.nameservers import told_by_servers
from probe.report._shown.outgoing import sending, worth_showing
from probe.report.markdown.escape import MARKS, Scribe

_SIGNS = {Direction.WORSE: "❌", Direction.UNCLEAR: "❔", Direction.BETTER: "✅", Direction.MOVED: "↔️"}


def what_it_sends(report: Report, scribe: Scribe) -> Iterator[str]:
    """The domain as a sender."""
    box = report.outbox
    if box is None or not worth_showing(box):
        return
    yield "### As a sender"
    lines = (f"{f'{label}: ' if label else ''}{text}" for label, text in sending(box, scribe.plain))
    yield "\n".join(f"- {scribe.say(line, 600)}" for line in lines)


def name_servers(report: Report, scribe: Scribe) -> Iterator[str]:
    """What the name servers said, folded: for who wants all of it."""
    said = list(told_by_servers(report.measurement, scribe.plain))
    if said:
        yield "<details><summary>Name servers</summary>"
        yield "\n".join(f"{'    ' if depth else ''}- {scribe.say(line, 600)}" for depth, line in said)
        yield "</details>"


def expectations(report: Report, scribe: Scribe) -> Iterator[str]:
    """What was declared, and how each of it stands."""
    if report.expectations:
        yield f"### {shown.expected(report)}"
        yield "\n".join(
            f"- {MARKS[line.verdict]} {_family(line.family)}{scribe.say(shown.held(line, scribe.plain), 700)}"
            for line in report.expectations[: shown.MOST]
        )


def since(report: Report, scribe: Scribe) -> Iterator[str]:
    """What is different from the baseline."""
    changes = report.changes
    if changes is None:
        return
    yield f"### {shown.since(changes)}"
    if changes.changes:
        yield "\n".join(
            f"- {_SIGNS[change.direction]} {change.direction}: {_family(change.family)}"
            f"{scribe.say(shown.changed(change, scribe.plain), 700)}"
            for change in changes.changes[: shown.MOST]
        )


def _family(family: Family | None) -> str:
    return f"{family.label} " if family is not None else ""
