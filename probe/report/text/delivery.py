"""What became of the test messages: a line per family, and beneath it the Received line that proves it.

In: a report. Out: lines that fit the paper; none when no message was sent. With ``verbose`` each hop has a line, in the
order the message went, with the time it took: as it can be true, and by the clocks where these contradict each other.
"""

from collections.abc import Iterator

from probe.grammar.skew import adjusted
from probe.model.delivery import Arrival
from probe.model.report import Report
from probe.report._shown.messages import outcome, proof, recipient, watched
from probe.report._shown.wording import SIGNS
from probe.report.text.layout import INKS, Paper

_MOST_HOPS = 20


def deliveries(report: Report, paper: Paper, *, verbose: int = 0) -> Iterator[str]:
    """The section, with a blank line and its heading before it."""
    attempts = report.measurement.attempts
    if attempts:
        yield ""
        yield paper.heading(f"Test messages to {recipient(report, paper.say)}")
    for attempt in attempts:
        verdict, said = outcome(report, attempt, paper.say)
        yield from paper.wrap(said, "    ", f"  {SIGNS[verdict]} ", ink=INKS[verdict])
        for line in proof(report, attempt, paper.say):
            yield from paper.wrap(line, "      ", "    ")
        if verbose and attempt.arrival:
            yield from _hops(attempt.arrival, paper)
        for line in watched(attempt, paper.say):
            yield from paper.wrap(line, "      ", "    ")


def _hops(arrival: Arrival, paper: Paper) -> Iterator[str]:
    """A line for each Received header, oldest first."""
    hops = arrival.hops[:_MOST_HOPS]
    for number, (hop, true) in enumerate(reversed(list(zip(hops, adjusted(hops), strict=True))), 1):
        over = f" over {hop.family.label}" if hop.family else ""
        secure = " inside TLS" if hop.tls else ""
        took = f", after {true.delay:g} s" if true.delay is not None else ""
        clock = f" ({hop.delay:g} s by the clocks)" if hop.delay is not None and hop.delay != true.delay else ""
        by = paper.say(hop.by or "a host without a name", 120)
        yield from paper.wrap(f"hop {number}: {by}{over}{secure}{took}{clock}", "      ", "    ")
