"""The domain as a sender: whether its SPF record lets each family send, by which term, and what DMARC asks for.

In: a report. Out: lines that fit the paper; none where the domain says nothing about its mail and nobody named a
sender, unless more is wanted.
"""

from collections.abc import Iterator

from probe.model.report import Report
from probe.report._shown.outgoing import sending, worth_showing
from probe.report.text.layout import Paper

_INDENT = " " * 9


def what_it_sends(report: Report, paper: Paper, *, verbose: int = 0) -> Iterator[str]:
    """The section, with a blank line and its heading before it."""
    box = report.outbox
    if box is None or not worth_showing(box, verbose):
        return
    yield ""
    yield paper.heading("As a sender")
    for label, text in sending(box, paper.say, verbose):
        yield from paper.wrap(text, _INDENT, f"  {label:<7}")
