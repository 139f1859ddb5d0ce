"""What became of the test messages: a line per family, and beneath it the Received line that proves it.

In: a report. Out: lines that fit the paper; none when no message was sent. The Received line shown is the one the judge
says the tested MX host wrote: it alone saw the family (RFC 5321 4.4). With ``verbose`` each hop has a line, in the
order the message went, with the time it took: as it can be true, and by the clocks where these contradict each other.
"""

from collections.abc import Iterator

from probe.grammar.skew import adjusted
from probe.model.bounce import Action, Bounce
from probe.model.delivery import Arrival, Attempt
from probe.model.report import Report
from probe.model.words import Verdict
from probe.report._shown.wording import SIGNS, counted, roughly
from probe.report.text.layout import INKS, Paper

_MOST_HOPS = 20


def deliveries(report: Report, paper: Paper, *, verbose: int = 0) -> Iterator[str]:
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
        results = dict(report.results).get(attempt.token)
        if results:
            said = " ".join(f"{method}={paper.say(result, 40)}" for method, result in results)
            yield from paper.wrap(f"judged there: {said}", "      ", "    ")
        if verbose and attempt.arrival:
            yield from _hops(attempt.arrival, paper)


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


def _recipient(report: Report, paper: Paper) -> str:
    measurement = report.measurement
    return paper.say(measurement.settings.recipient or measurement.target.recipient or "the mailbox", 120)


def _outcome(report: Report, attempt: Attempt, paper: Paper) -> tuple[Verdict, str]:
    label = attempt.family.label
    if attempt.arrival:
        return _arrived(report, attempt, attempt.arrival, paper)
    if attempt.bounce and attempt.bounce.action is Action.FAILED:
        return Verdict.CRITICAL, _bounced(attempt, attempt.bounce, paper)
    if attempt.bounce and attempt.bounce.is_success:
        by = f" by {paper.say(attempt.bounce.reporting_mta, 120)}" if attempt.bounce.reporting_mta else ""
        return Verdict.OK, f"reported as {attempt.bounce.action} over {label}{by}"
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


def _bounced(attempt: Attempt, bounce: Bounce, paper: Paper) -> str:
    """Who took it, who sent it back, and what was said against it."""
    taken = f" as {paper.say(attempt.queue_id, 60)}" if attempt.queue_id else ""
    one = next((item for item in bounce.recipients if item.action is bounce.action), None)
    said = (one.diagnostic or one.status) if one else None
    by = f" by {paper.say(bounce.reporting_mta, 120)}" if bounce.reporting_mta else ""
    why = f": {paper.say(said, 200)}" if said else ""
    return f"came back over {attempt.family.label}: {attempt.mx} took it{taken}, then it was returned{by}{why}"


def _arrived(report: Report, attempt: Attempt, arrival: Arrival, paper: Paper) -> tuple[Verdict, str]:
    hop = dict(report.receiving).get(attempt.token)
    seen = (
        f", seen by {paper.say(hop.by or attempt.mx, 120)} as {paper.say(hop.address, 60)}"
        if hop and hop.address
        else ""
    )
    copies = f", {counted(arrival.copies, 'copy')}" if arrival.copies > 1 else ""
    junk = ", in the junk folder" if arrival.junk else ""
    said = f"arrived over {attempt.family.label} in {roughly(arrival.seconds)}{seen}{junk}{copies}"
    return (Verdict.WARNING if copies or junk else Verdict.OK), said
