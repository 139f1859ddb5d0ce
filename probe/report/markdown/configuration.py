"""What an audit read: a table of what is effective, listening and published, and the settings that decide.

In: a report. Out: blocks of Markdown; none without a configuration.
"""

from collections.abc import Iterator

from probe.model.report import Report
from probe.report._shown import configuration as shown
from probe.report.markdown.escape import Scribe


def configuration(report: Report, scribe: Scribe) -> Iterator[str]:
    """The section, a heading before it."""
    found = report.measurement.configuration
    if found is None:
        return
    yield f"### {shown.NAMES[found.mta]}"
    yield scribe.say(shown.title(found, scribe.plain), 600)
    rows = shown.openings(report, scribe.plain)
    if rows:
        yield "\n".join([f"| | | {' | '.join(shown.HEADS)} |", "|---|---|---|---|---|", *_lines(rows, scribe)])
    settings = [
        f"- `{name}` = {scribe.code(value, 400)} ({scribe.say(origin, 120)})"
        for name, value, origin in shown.settings(found, scribe.plain)
    ]
    if settings:
        yield "\n".join(settings)
    remarks = [f"- {scribe.say(line, 600)}" for line in shown.remarks(found, scribe.plain)]
    if remarks:
        yield "\n".join(remarks)


def _lines(rows: list[shown.Open], scribe: Scribe) -> Iterator[str]:
    for row in rows:
        cells = [", ".join(scribe.say(text, 60) for text in cell) for cell in row.cells]
        yield f"| {scribe.say(row.service, 30)} | {row.family} | {' | '.join(cells)} |"
