"""Which finding leads a report, which follow, which are notes, and what in a fix is there to be copied.

In: a report, or its findings, worst first. Out: the same findings, sorted apart. Nothing raises.
"""

import re
from collections.abc import Sequence

from probe.model.report import Finding, Report
from probe.model.words import Family, Verdict
from probe.report._shown.wording import Say

PARITY = "parity-verdict"
SAID_ELSEWHERE = {
    PARITY,
    "rt-received-family",
    "rt-auth-results",
    "mon-expectation",
}  # by the summary, by the lines of the deliveries
_SENTENCE = re.compile(r"[A-Z][a-z]+,? [a-z]")  # records, commands and settings begin otherwise


def leading(report: Report) -> Finding | None:
    """The finding for the top: what mends the first divergence, else the worst with a fix; none when all is well.

    ``parity-verdict`` carries the fix of the first divergence and the sentence of the summary, so it points to the
    finding that explains it and leads only where nothing else spoke.
    """
    bad = [item for item in report.findings if item.verdict is not Verdict.OK]
    telling = [item for item in bad if item.code != PARITY]
    mending = {item.fix for item in bad if item.code == PARITY and item.fix}
    worst = [item for item in telling if item.verdict is report.verdict]
    choices = (
        [item for item in telling if item.fix in mending],
        [item for item in worst if item.fix],
        worst,
        telling,
        bad,
    )
    return next((found[0] for found in choices if found), None)


def beside(report: Report, top: Finding | None) -> list[Finding]:
    """All findings above ok but ``top``; what carries the verdict alone is left out where another finding leads."""
    rest = [item for item in report.findings if item is not top and item.verdict is not Verdict.OK]
    return [item for item in rest if item.code != PARITY] if top and top.code != PARITY else rest


def worth_a_note(findings: Sequence[Finding]) -> list[Finding]:
    """What is good to know and nothing to mend, and is not said elsewhere."""
    return [item for item in findings if item.verdict is Verdict.OK and item.code not in SAID_ELSEWHERE]


def fix_lines(fix: str) -> list[tuple[str, bool]]:
    """The lines of a fix, each with whether it is there to be copied.

    In a fix with indented lines these are the ones to copy, and the others explain; in a fix without, those that do
    not begin as a sentence does.
    """
    lines = fix.split("\n")
    explained = any(line.startswith(" ") for line in lines)
    return [(line, line.startswith(" ") or not (explained or _SENTENCE.match(line))) for line in lines]


def parting(report: Report, say: Say) -> tuple[str, tuple[tuple[Family, str], ...]] | None:
    """Where the families part first, and what each showed there; None when all is well or they do not part."""
    parted = next((item for item in report.comparisons if item.first_divergence is not None), None)
    if parted is None or report.verdict is Verdict.OK:
        return None
    parts = [item for item in parted.differences if item.stage is parted.first_divergence and not item.note]
    first = parts[0] if parts else None
    what = f", {say(first.what, 60)}" if first and first.what != "outcome" else ""
    head = f"{parted.first_divergence} at {say(parted.host, 120)}{what}"
    return head, tuple((family, say(getattr(first, family), 140)) for family in Family) if first else ()
