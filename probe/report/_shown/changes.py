"""What is different from the baseline, and how each of what was declared stands, in lines.

In: changes or expectations, and how a format says foreign text. Out: lines and headings. Nothing raises.
"""

from datetime import UTC, datetime

from probe.model.change import Change, Changes, Direction
from probe.model.expectation import Held
from probe.model.report import Report
from probe.model.words import Verdict
from probe.report._shown.wording import Say

MOST = 60
SIGNS = {Direction.WORSE: "x", Direction.UNCLEAR: "?", Direction.BETTER: "+", Direction.MOVED: "~"}


def when(time: datetime) -> str:
    """A time to the minute."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def since(changes: Changes) -> str:
    """The heading of the changes since the baseline."""
    nothing = "" if changes.changes else ": nothing changed"
    return f"Since {when(changes.before.started)} (baseline){nothing}"


def changed(change: Change, say: Say) -> str:
    """One change, without its sign and its family."""
    stage = f" {change.stage}" if change.stage is not None else ""
    what = "" if change.what == "outcome" else f" {say(change.what, 60)}"
    return f"{say(change.subject, 120)}{stage}{what}: {say(change.before, 200)} -> {say(change.after, 200)}"


def expected(report: Report) -> str:
    """The heading of the expectations."""
    met = sum(line.verdict is Verdict.OK for line in report.expectations)
    return f"Expectations: {met} of {len(report.expectations)} met"


def held(line: Held, say: Say) -> str:
    """One expectation beside what was seen, without its sign and its family."""
    seen = "" if line.verdict is Verdict.OK and line.actual == line.expected else f"; seen: {say(line.actual, 300)}"
    return f"{say(line.what, 80)}, {say(line.subject, 120)}: {say(line.expected, 300)}{seen}"
