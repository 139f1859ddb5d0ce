"""Two measurements held against each other, on paper: worse first, then what got better, then what merely moved.

In: ``Changes``. Out: lines. ``render`` is the page of ``diff`` and ``compare``; ``since`` a section of a report with a
baseline. Whatever came from the network passes the paper.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from probe.grammar.text import columns
from probe.model.change import Change, Changes, Direction, Row, Side
from probe.model.report import Report
from probe.report._shown import changes as shown
from probe.report._shown.changes import MOST
from probe.report._shown.wording import SIGNS, counted
from probe.report.text.layout import NARROWEST, Ink, Paper, pad

_TITLES = {
    Direction.WORSE: ("Worse", Ink.BAD),
    Direction.UNCLEAR: ("Unclear: not seen, or not for sure, in one of the two", Ink.UNSURE),
    Direction.BETTER: ("Better", Ink.GOOD),
    Direction.MOVED: ("Merely moved", Ink.STRONG),
}
_CELL = 28  # columns of a value side by side


def render(changes: Changes, *, color: bool = False, redact: bool = False, width: int = 80) -> str:
    """The page."""
    paper = Paper(max(width, NARROWEST), color, redact)
    lines = list(_head(changes, paper))
    if changes.rows:
        lines += _beside(changes, paper)
    lines += _lists(changes.changes, paper)
    return "".join(f"{line}\n" for line in lines)


def since(report: Report, paper: Paper) -> Iterator[str]:
    """The section of a report that has a baseline."""
    changes = report.changes
    if changes is None:
        return
    yield ""
    yield paper.heading(shown.since(changes))
    for change in changes.changes[:MOST]:
        yield from _line(change, paper)


def expectations(report: Report, paper: Paper) -> Iterator[str]:
    """What was declared, a line for each."""
    if not report.expectations:
        return
    yield ""
    yield paper.heading(shown.expected(report))
    for line in report.expectations[:MOST]:
        family = f"{line.family.label}  " if line.family is not None else ""
        yield from paper.wrap(shown.held(line, paper.say), "      ", f"  {SIGNS[line.verdict]} {family}", limit=700)


def _head(changes: Changes, paper: Paper) -> Iterator[str]:
    names = list(dict.fromkeys((changes.before.target, changes.after.target)))
    shown = " -> ".join(paper.say(name, 80) for name in names)
    yield f"{paper.ink(shown, Ink.STRONG)}  {paper.verdict(changes.verdict)}"
    yield from paper.wrap(_sentence(changes), "  ")
    yield ""
    words = ("old", "new") if changes.rows else ("before", "after")
    for word, side in zip(words, (changes.before, changes.after), strict=True):
        yield from _side(word, side, paper)
    for note in changes.notes:
        yield from paper.wrap(f"{note}.", "    ", "  - ")


def _sentence(changes: Changes) -> str:
    counts = [
        f"{sum(change.direction is direction for change in changes.changes)} {word}"
        for direction, word in zip(_TITLES, ("worse", "unclear", "better", "moved"), strict=True)
        if any(change.direction is direction for change in changes.changes)
    ]
    said = ", ".join(counts) or "nothing changed"
    if changes.broke:
        over = " and over ".join(family.label for family in changes.broke)
        where = "does not on the new side" if changes.rows else "does not any more"
        return f"Mail over {over} worked and {where}; {said}."
    return f"{said[0].upper()}{said[1:]}."


def _side(word: str, side: Side, paper: Paper) -> Iterator[str]:
    lead = f"  {word:<6}  "
    text = f"{shown.when(side.started)}  {paper.say(side.target, 80)}: {side.verdict}, {side.parity}"
    yield from paper.wrap(text, " " * len(lead), lead)
    yield from paper.wrap(side.summary, " " * len(lead), limit=300)


def _lists(changes: Sequence[Change], paper: Paper) -> Iterator[str]:
    for direction, found in groupby(changes, key=lambda change: change.direction):
        title, ink = _TITLES[direction]
        items = list(found)
        yield ""
        yield paper.ink(title, ink)
        for change in items[:MOST]:
            yield from _line(change, paper)
        if len(items) > MOST:
            yield f"  and {counted(len(items) - MOST, 'more change')}: --format json shows all"


def _line(change: Change, paper: Paper) -> Iterator[str]:
    family = change.family.label if change.family is not None else "    "
    lead = f"  {shown.SIGNS[change.direction]} {family}  "
    yield from paper.wrap(shown.changed(change, paper.say), "          ", lead, limit=700)


def _beside(changes: Changes, paper: Paper) -> Iterator[str]:
    """Both sides of every trait; a sign where they differ."""
    for family, found in groupby(changes.rows, key=lambda row: row.family):
        rows = list(found)
        names = [_name(row, paper) for row in rows]
        first = max(map(columns, names)) + 4
        wide = max((paper.width - first - 2) // 2, 16)
        yield ""
        label = family.label if family is not None else ""
        yield paper.ink(f"{pad(label, first)}{pad('old', wide)}new".rstrip(), Ink.STRONG)
        for name, row in zip(names, rows, strict=True):
            yield from _row(name, row, first, wide, paper)


def _name(row: Row, paper: Paper) -> str:
    return str(row.stage) if row.what == "outcome" else f"{row.stage} {paper.say(row.what, _CELL)}"


def _row(name: str, row: Row, first: int, wide: int, paper: Paper) -> Iterator[str]:
    sign = shown.SIGNS[row.direction] if row.direction is not None else " "
    lead = pad(f"{sign} {name}", first)
    cells = ["-" if value is None else paper.say(value, 300) for value in (row.before, row.after)]
    if columns(cells[0]) > wide - 2 or columns(cells[1]) > paper.width - first - wide:
        yield from paper.wrap(cells[0], " " * first, lead)
        yield from paper.wrap(cells[1], " " * (first + 2), " " * first + "> ")
    else:
        yield f"{lead}{pad(cells[0], wide)}{cells[1]}".rstrip()
