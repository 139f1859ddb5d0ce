"""What became of the test messages: a line per family, and beneath it the Received line that proves it.

In: a report. Out: lines that fit the paper; none when no message was sent. The Received line shown is the one the judge
says the tested MX host wrote: it alone saw the family (RFC 5321 4.4). A line of that host's log stands for one; what a
log says last about the message is shown beneath. With ``verbose`` each hop has a line, in the order the message went,
with the time it took: as it can be true, and by the clocks where these contradict each other.
"""

from collections.abc import Iterator

from probe.grammar.skew import adjusted
from probe.model.bounce import Action, Bounce
from probe.model.delivery import Arrival, Attempt, LogTrace
from probe.model.log import Fate
from probe.model.report import Report
from probe.model.words import Verdict
from probe.report._shown.wording import SIGNS, counted, roughly
from probe.report.text.layout import INKS, Paper

_MOST_HOPS = 20
_GONE = (": removed", " Completed")  # the queue's last word says nothing about how it ended
_FATES: dict[Fate | None, tuple[Verdict, str]] = {
    Fate.FAILED: (Verdict.CRITICAL, "given up"),
    Fate.DEFERRED: (Verdict.WARNING, "held in its queue"),
}


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
        if hop and (attempt.arrival or hop.logged):
            what = "Log" if hop.logged else "Received"
            yield from paper.wrap(f"{what}: {paper.say(hop.raw, 400)}", "      ", "    ")
        results = dict(report.results).get(attempt.token)
        if results:
            said = " ".join(f"{method}={paper.say(result, 40)}" for method, result in results)
            yield from paper.wrap(f"judged there: {said}", "      ", "    ")
        if verbose and attempt.arrival:
            yield from _hops(attempt.arrival, paper)
        for trace in attempt.traces:
            yield from paper.wrap(_logged(trace, paper), "      ", "    ")
        if attempt.arrival and len(attempt.watched) > 1:
            yield from paper.wrap(_by_whom(attempt, paper), "      ", "    ")


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


def _logged(trace: LogTrace, paper: Paper) -> str:
    """What a log says of the message: its last word, under the name of the log."""
    where = paper.say(trace.where, 80)
    if trace.fate is None or not trace.lines:
        return f"{where}: no line about it"
    ending = next((line for line in reversed(trace.lines) if not line.endswith(_GONE)), trace.lines[-1])
    return f"{where}: {trace.fate}: {paper.say(ending, 400)}"


def _by_whom(attempt: Attempt, paper: Paper) -> str:
    """Who of several proofs saw it, the first one first."""
    first = attempt.arrival.where if attempt.arrival else ""
    seen = sorted(attempt.seen, key=lambda name: not first.startswith(name))
    missed = [name for name in attempt.watched if name not in attempt.seen]
    said = f"seen by {', '.join(paper.say(name, 80) for name in seen)}"
    return said + (f"; not by {', '.join(paper.say(name, 80) for name in missed)}" if missed else "")


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
        case True if attempt.failure and (told := _told(attempt)):
            verdict, what = _FATES[told.fate]
            why = f": {paper.say(told.reason, 200)}" if told.reason else ""
            return verdict, f"accepted over {label} by {attempt.mx}{taken}, then {what}{why}"
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


def _told(attempt: Attempt) -> LogTrace | None:
    """What the first log says that knows why it is not there."""
    return next((trace for trace in attempt.traces if trace.fate in _FATES), None)


def _arrived(report: Report, attempt: Attempt, arrival: Arrival, paper: Paper) -> tuple[Verdict, str]:
    hop = dict(report.receiving).get(attempt.token)
    seen = (
        f", seen by {paper.say(hop.by or attempt.mx, 120)} as {paper.say(hop.address, 60)}"
        if hop and hop.address
        else ""
    )
    copies = f", {counted(arrival.copies, 'copy')}" if arrival.copies > 1 else ""
    junk = ", in the junk folder" if arrival.junk else ""
    what = "arrived" if arrival.relayed is None else "handed on"
    onward = "" if arrival.relayed is None else f", to {paper.say(arrival.relayed, 120)}"
    said = f"{what} over {attempt.family.label} in {roughly(arrival.seconds)}{seen}{onward}{junk}{copies}"
    return (Verdict.WARNING if copies or junk else Verdict.OK), said
