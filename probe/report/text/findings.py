"""Findings as paragraphs: what is wrong, what was seen, and the lines that mend it, ready to copy.

In: findings, worst first. Out: lines that fit the paper, save the lines of a fix that are there to be copied: those
stand alone behind blanks and are not broken. In a fix with indented lines these are the ones to copy, and the others
explain; in a fix without, all are to be copied.
"""

from collections.abc import Iterator, Sequence

from probe.model.report import Finding, Report
from probe.report._shown.findings import beside, fix_lines, parting, worth_a_note
from probe.report._shown.wording import SIGNS
from probe.report.text.layout import INKS, Ink, Paper

MOST = 40
EVIDENCE = 4
FIX_LINES = 24
FIX_WIDTH = 1000


def divergence(report: Report, paper: Paper) -> Iterator[str]:
    """Where the families part first, with what each showed; a blank line before it, nothing when they do not part."""
    found = parting(report, paper.say)
    if found is None:
        return
    head, sides = found
    yield ""
    yield from paper.wrap(head, "    ", "First divergence: ", ink=Ink.STRONG)
    for family, text in sides:
        yield from paper.wrap(text, "        ", f"  {family.label}  ", limit=140)


def paragraph(finding: Finding, paper: Paper) -> Iterator[str]:
    """One finding, whole."""
    head = f"{SIGNS[finding.verdict]} {finding.code}"
    where = " ".join(filter(None, (finding.family.label if finding.family else "", paper.say(finding.subject, 160))))
    yield from paper.wrap(where, "    ", f"{paper.say(head, 40)}  ", ink=INKS[finding.verdict])
    yield from paper.wrap(finding.sentence, "  ")
    for number, item in enumerate(finding.evidence[:EVIDENCE]):
        yield from paper.wrap(item, "        ", "        " if number else "  seen  ", limit=240)
    if len(finding.evidence) > EVIDENCE:
        yield f"        and {len(finding.evidence) - EVIDENCE} more"
    if finding.see:
        yield from paper.wrap(finding.see, "        ", "  see   ", limit=240)
    if finding.fix:
        yield from _fix(finding.fix, paper)


def _fix(fix: str, paper: Paper) -> Iterator[str]:
    yield paper.ink("Fix:", Ink.GOOD)
    for line, to_copy in fix_lines(fix)[:FIX_LINES]:
        if to_copy:
            yield f"    {paper.say(line, FIX_WIDTH)}".rstrip()
        else:
            yield from paper.wrap(line, "    ")


def others(report: Report, top: Finding | None, paper: Paper) -> Iterator[str]:
    """All findings but ``top`` and the notes, worst first, a blank line before each."""
    rest = beside(report, top)
    for finding in rest[:MOST]:
        yield ""
        yield from paragraph(finding, paper)
    if len(rest) > MOST:
        yield ""
        yield f"and {len(rest) - MOST} more findings: --format json shows all"


def notes(findings: Sequence[Finding], paper: Paper) -> Iterator[str]:
    """What is good to know and nothing to mend: a line or two each."""
    known = worth_a_note(findings)
    if known:
        yield ""
        yield paper.heading("Notes")
    for item in known[:MOST]:
        where = " ".join(filter(None, (item.family.label if item.family else "", paper.say(item.subject, 100))))
        yield from paper.wrap(f"{item.code}, {where}: {paper.say(item.sentence, 300)}", "    ", "  - ")
    if len(known) > MOST:
        yield f"  and {len(known) - MOST} more"
