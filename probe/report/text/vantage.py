"""Where the report was seen from: our own addresses, the resolver, what was assumed, and what the run cost.

In: a report. Out: lines that fit the paper. A reader far away needs them to know whether it is them or us.
"""

from collections.abc import Iterator

from probe.model.report import Report
from probe.report._shown import vantage as shown
from probe.report.text.layout import Paper


def vantage(report: Report, paper: Paper) -> Iterator[str]:
    """The section, with a blank line and its heading before it."""
    yield ""
    yield paper.heading("Seen from")
    for label, text in shown.seen_from(report, paper.say):
        if label == shown.ASSUMED:
            yield from paper.wrap(f"* assumed: {text}", "          ", "        ", limit=240)
        else:
            yield from paper.wrap(text, "        ", f"  {label:<6}")


def how_to_prove(report: Report, paper: Paper) -> Iterator[str]:
    """When no message was sent: that none was, and how to send one; with a blank line before it."""
    said = shown.how_to_prove(report, paper.say)
    if said is None:
        return
    sentence, command = said
    yield ""
    yield sentence
    if command is not None:
        yield f"    {command}"
