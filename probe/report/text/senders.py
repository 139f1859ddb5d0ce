"""What sending servers meet: who loses how much time on which address, and who cannot deliver at all.

In: a report. Out: lines that fit the paper; none where every kind of sender gets through at once, unless asked for.
"""

from collections.abc import Iterator

from probe.model.report import Report
from probe.report._shown.senders import told, worth_saying
from probe.report.text.layout import Paper, pad


def what_senders_meet(report: Report, paper: Paper, *, verbose: int = 0) -> Iterator[str]:
    """The section, with a blank line and its heading before it."""
    shown = [item for item in report.senders if verbose or worth_saying(item)]
    if not shown:
        return
    yield ""
    yield paper.heading("What senders meet")
    longest = max(len(item.name) for item in shown)
    for item in shown:
        lead = f"  {pad(item.name, longest)}  "
        yield from paper.wrap(told(item), " " * len(lead), lead)
