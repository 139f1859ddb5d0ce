"""What an audit read: for each service and family what is effective, listening and published; and the settings.

In: a report with a configuration. Out: lines that fit the paper; none without a configuration. Every text of it comes
from files of somebody else and passes the paper.
"""

from collections.abc import Iterator, Sequence

from probe.grammar.text import columns
from probe.model.report import Report
from probe.report._shown import configuration as shown
from probe.report.text.layout import Ink, Paper, pad


def configuration(report: Report, paper: Paper) -> Iterator[str]:
    """The section, a blank line before each of its parts."""
    found = report.measurement.configuration
    if found is None:
        return
    yield ""
    yield from paper.wrap(shown.title(found, paper.say), "  ", f"{shown.NAMES[found.mta]}: ", ink=Ink.STRONG)
    yield from _openings(shown.openings(report, paper.say), paper)
    settings = list(shown.settings(found, paper.say))
    if settings:
        yield ""
        yield paper.heading("Settings")
    for name, value, origin in settings:
        yield from paper.wrap(f"{value}  [{origin}]", "      ", f"  {name} = ")
    for line in shown.remarks(found, paper.say):
        yield from paper.wrap(line, "  ")


def _openings(rows: Sequence[shown.Open], paper: Paper) -> Iterator[str]:
    """A row for each service and family; long cells break within their column."""
    if not rows:
        return
    first = max(7, *(columns(row.service) for row in rows)) + 2
    wide = max((paper.width - first - 6 - 2) // 3, 12)
    head = " " * (first + 8) + "".join(pad(text, wide) for text in shown.HEADS)
    yield paper.ink(head.rstrip(), Ink.FAINT)
    before = ""
    for row in rows:
        label = f"  {pad('' if row.service == before else row.service, first)}{pad(row.family, 6)}"
        before = row.service
        yield from _row(label, row.cells, wide, paper)


def _row(label: str, cells: Sequence[Sequence[str]], wide: int, paper: Paper) -> Iterator[str]:
    for number in range(max(map(len, cells))):
        parts = [cell[number] if number < len(cell) else "" for cell in cells]
        start = label if number == 0 else " " * columns(label)
        if any(columns(part) > wide - 1 for part in parts[:-1]) or columns(start + "".join(parts)) > paper.width:
            yield from paper.wrap(" | ".join(part or "-" for part in parts), " " * columns(label), start)
        else:
            yield (start + "".join(pad(part, wide) for part in parts)).rstrip()
