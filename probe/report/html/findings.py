"""Findings as cards: what is wrong, what was seen, and the lines that mend it, one click to select.

In: findings, and the manuals of the checks that spoke. Out: HTML.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from probe.model.report import Finding, Manual
from probe.report._shown.findings import fix_lines
from probe.report.html.markup import Pen, badge

EVIDENCE = 6


def card(finding: Finding, pen: Pen) -> Iterator[str]:
    """One finding, whole."""
    yield f'<article class="card finding tone-{finding.verdict}"><header>{badge(finding.verdict)}'
    if finding.family:
        yield f'<span class="family {finding.family}">{finding.family.label}</span>'
    yield f'<h3>{pen.say(finding.subject, 200)}</h3><code class="soft">{pen.say(finding.code, 60)}</code></header>'
    yield f'<p class="say">{pen.say(finding.sentence)}</p>'
    yield from _seen(finding, pen)
    if finding.fix:
        yield from _fix(finding.fix, pen)
    yield "</article>"


def _seen(finding: Finding, pen: Pen) -> Iterator[str]:
    if not finding.evidence and not finding.see:
        return
    yield "<dl>"
    if finding.evidence:
        more = len(finding.evidence) - EVIDENCE
        seen = "<br>".join(f"<code>{pen.say(item, 300)}</code>" for item in finding.evidence[:EVIDENCE])
        yield f"<dt>seen</dt><dd>{seen}{f'<br>and {more} more' if more > 0 else ''}</dd>"
    if finding.see:
        yield f"<dt>see</dt><dd>{pen.say(finding.see, 240)}</dd>"
    yield "</dl>"


def _fix(fix: str, pen: Pen) -> Iterator[str]:
    """Lines to copy stand together in a block; those that explain stand between."""
    yield '<div class="fix"><h4>Fix</h4>'
    for to_copy, group in groupby(fix_lines(fix), key=lambda item: item[1]):
        lines = [line.strip() for line, _ in group if line.strip()]
        if lines and to_copy:
            # A break in the text would be one in what is copied; an empty line at its start would not be shown.
            yield "<pre>" + "\n".join(pen.say(line, 1000) for line in lines) + "</pre>"
        elif lines:
            yield f"<p>{' '.join(pen.say(line, 600) for line in lines)}</p>"
    yield "</div>"


def notes(findings: Sequence[Finding], pen: Pen) -> Iterator[str]:
    """What is good to know and nothing to mend."""
    yield '<ul class="notes">'
    for item in findings:
        over = f'<span class="family {item.family}">{item.family.label}</span> ' if item.family else ""
        code = f"<code>{pen.say(item.code, 60)}</code>"
        yield f'<li>{over}{pen.say(item.sentence, 400)} <span class="soft">{code}</span></li>'
    yield "</ul>"


def manual(page: Manual, pen: Pen) -> Iterator[str]:
    """What one check looks at, and why."""
    yield f'<details class="manual"><summary>{pen.say(page.check, 60)}: {pen.say(page.title, 200)}</summary>'
    sections = (
        ("WHY", page.why),
        ("FINDS", "\n".join(f"{code}: {meaning}" for code, meaning in page.codes)),
        ("FIX", page.fix),
        ("SEE", page.see),
    )
    for name, text in sections:
        yield f"<h4>{name}</h4>"
        for to_copy, group in groupby(text.split("\n"), key=lambda line: line.startswith(" ")):
            kind = "pre" if to_copy else "p"
            yield f"<{kind}>" + "\n".join(pen.say(line.strip(), 1000) for line in group if line.strip()) + f"</{kind}>"
    yield "</details>"
