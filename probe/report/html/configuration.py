"""What an audit read: a table of what is effective, listening and published, and the settings that decide.

In: a report. Out: HTML; nothing without a configuration.
"""

from collections.abc import Iterator
from itertools import groupby

from probe.model.report import Report
from probe.report._shown import configuration as shown
from probe.report.html.markup import Pen


def configuration(report: Report, pen: Pen) -> Iterator[str]:
    """The section, a heading before it."""
    found = report.measurement.configuration
    if found is None:
        return
    yield f"<h2>{shown.NAMES[found.mta]}</h2>"
    yield f'<div class="card audit"><p class="soft">{pen.say(shown.title(found, pen.plain))}</p>'
    rows = shown.openings(report, pen.plain)
    if rows:
        yield '<table role="table">'
        heads = "".join(f'<th scope="col" role="columnheader">{text}</th>' for text in shown.HEADS)
        yield f'<thead role="rowgroup"><tr role="row"><td role="cell"></td>{heads}</tr></thead>'
        for service, several in groupby(rows, key=lambda row: row.service):
            yield '<tbody role="rowgroup">'
            yield from (_row(service, row, pen) for row in several)
            yield "</tbody>"
        yield "</table>"
    settings = list(shown.settings(found, pen.plain))
    if settings:
        yield '<dl class="facts wide">'
        for name, value, origin in settings:
            said = f'<code>{pen.say(value, 400)}</code> <span class="soft">{pen.say(origin, 120)}</span>'
            yield f"<dt>{pen.say(name, 80)}</dt><dd>{said}</dd>"
        yield "</dl>"
    yield from (f'<p class="soft">{pen.say(line)}</p>' for line in shown.remarks(found, pen.plain))
    yield "</div>"


def _row(service: str, row: shown.Open, pen: Pen) -> str:
    name = f'{pen.say(service, 30)} <span class="family {row.family.lower()}">{row.family}</span>'
    cells = "".join(
        f'<td role="cell"><span class="under" aria-hidden="true">{head}</span>'
        f"{'<br>'.join(pen.say(text, 60) for text in cell)}</td>"
        for head, cell in zip(shown.HEADS, row.cells, strict=True)
    )
    return f'<tr role="row"><th scope="row" role="rowheader">{name}</th>{cells}</tr>'
