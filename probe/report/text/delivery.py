"""What became of the test messages: a line per family, and beneath it the Received line that proves it.

In: a report. Out: lines that fit the paper; none when no message was sent. The Received line shown is the one the judge
says the tested MX host wrote: it alone saw the family (RFC 5321 4.4).
"""

from collections.abc import Iterator

from probe.model.delivery import Arrival, Attempt
from probe.model.report import Report
from probe.model.words import Verdict
from probe.report.text.layout import INKS, SIGNS, Paper, counted, roughly


def deliveries(report: Report, paper: Paper) -> Iterator[str]:
    """The section, with a blank line and its heading before it."""
    attempts = report.measurement.attempts
    if attempts:
        yield ""
        yield paper.heading(f"Test messages to {_recipient(report, paper)}")
    for attempt in attempts:
        verdict, said = _outcome(report, attempt, paper)
        yield from paper.wrap(said, "    ", f"  {SIGNS[verdict]} ", ink=INKS[verdict])
        hop = dict(report.receiving).get(attempt.token)
        if hop and attempt.arrival:
            yield from paper.wrap(f"Received: {paper.say(hop.raw, 400)}", "      ", "    ")


def _recipient(report: Report, paper: Paper) -> str:
    measurement = report.measurement
    return paper.say(measurement.settings.recipient or measurement.target.recipient or "the mailbox", 120)


def _outcome(report: Report, attempt: Attempt, paper: Paper) -> tuple[Verdict, str]:
    label = attempt.family.label
    if attempt.arrival:
        return _arrived(report, attempt, attempt.arrival, paper)
    taken = f" as {paper.say(attempt.queue_id, 60)}" if attempt.queue_id else ""
    match attempt.accepted:
        case True if attempt.watched:
            watched = ", ".join(paper.say(item, 80) for item in attempt.watched)
            return Verdict.CRITICAL, f"not arrived over {label}: {attempt.mx} took it{taken}, not found in {watched}"
        case True:
            said = f"accepted over {label} by {attempt.mx}{taken}; whether it arrived was not watched (--proof)"
            return Verdict.OK, said
        case False:
            why = f": {attempt.failure}" if attempt.failure else ""
            return Verdict.CRITICAL, f"not accepted over {label} by {attempt.mx}{why}"
    return Verdict.UNKNOWN, f"sent over {label} to {attempt.mx}, no reply to the final dot: it may arrive or not"


def _arrived(report: Report, attempt: Attempt, arrival: Arrival, paper: Paper) -> tuple[Verdict, str]:
    hop = dict(report.receiving).get(attempt.token)
    seen = (
        f", seen by {paper.say(hop.by or attempt.mx, 120)} as {paper.say(hop.address, 60)}"
        if hop and hop.address
        else ""
    )
    copies = f", {counted(arrival.copies, 'copy')}" if arrival.copies > 1 else ""
    said = f"arrived over {attempt.family.label} in {roughly(arrival.seconds)}{seen}{copies}"
    return (Verdict.WARNING if copies else Verdict.OK), said
