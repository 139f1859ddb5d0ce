"""What became of the test messages, in a sentence each; and beneath it what proves it.

In: a report, an attempt, and how a format says foreign text. Out: a verdict with a sentence, and lines. The Received
line is the one the judge says the tested MX host wrote: it alone saw the family (RFC 5321 4.4). A line of that host's
log stands for one; what a log says last about the message follows it. Nothing raises.
"""

from collections.abc import Iterator

from probe.model.bounce import Action, Bounce
from probe.model.delivery import Arrival, Attempt, LogTrace
from probe.model.log import Fate
from probe.model.report import Report
from probe.model.words import Verdict
from probe.report._shown.wording import Say, counted, roughly

_GONE = (": removed", " Completed")  # the queue's last word says nothing about how it ended
_FATES: dict[Fate | None, tuple[Verdict, str]] = {
    Fate.FAILED: (Verdict.CRITICAL, "given up"),
    Fate.DEFERRED: (Verdict.WARNING, "held in its queue"),
}


def proof(report: Report, attempt: Attempt, say: Say) -> Iterator[str]:
    """The line the tested host wrote about the message, and what it judged."""
    hop = dict(report.receiving).get(attempt.token)
    if hop and (attempt.arrival or hop.logged):
        yield f"{'Log' if hop.logged else 'Received'}: {say(hop.raw, 400)}"
    results = dict(report.results).get(attempt.token)
    if results:
        yield f"judged there: {' '.join(f'{method}={say(result, 40)}' for method, result in results)}"


def watched(attempt: Attempt, say: Say) -> Iterator[str]:
    """What the logs say of the message, and which of several proofs saw it."""
    for trace in attempt.traces:
        yield _logged(trace, say)
    if attempt.arrival and len(attempt.watched) > 1:
        yield _by_whom(attempt, say)


def _logged(trace: LogTrace, say: Say) -> str:
    """What a log says of the message: its last word, under the name of the log."""
    where = say(trace.where, 80)
    if trace.fate is None or not trace.lines:
        return f"{where}: no line about it"
    if trace.fate is Fate.UNKNOWN and trace.reason:
        return f"{where}: {say(trace.reason, 400)}"
    ending = next((line for line in reversed(trace.lines) if not line.endswith(_GONE)), trace.lines[-1])
    return f"{where}: {trace.fate}: {say(ending, 400)}"


def _by_whom(attempt: Attempt, say: Say) -> str:
    """Who of several proofs saw it, the first one first."""
    first = attempt.arrival.where if attempt.arrival else ""
    seen = sorted(attempt.seen, key=lambda name: not first.startswith(name))
    missed = [name for name in attempt.watched if name not in attempt.seen]
    said = f"seen by {', '.join(say(name, 80) for name in seen)}"
    return said + (f"; not by {', '.join(say(name, 80) for name in missed)}" if missed else "")


def fate(attempt: Attempt, say: Say) -> tuple[Verdict, str] | None:
    """What the first log says that knows why an accepted message is not there."""
    told = next((trace for trace in attempt.traces if trace.fate in _FATES), None)
    if told is None or not attempt.failure:
        return None
    verdict, what = _FATES[told.fate]
    return verdict, what + (f": {say(told.reason, 200)}" if told.reason else "")


def unconfirmed(attempt: Attempt) -> str:
    """Said of an arrival that a log tells of and no mailbox shows, where one was watched; else nothing."""
    logs = {trace.where for trace in attempt.traces}
    told = attempt.arrival is not None and attempt.arrival.relayed is None
    if not told or not attempt.seen or not set(attempt.seen) <= logs or set(attempt.watched) <= logs:
        return ""
    return ", as the log says; not seen in a mailbox"


def recipient(report: Report, say: Say) -> str:
    """Whom the messages are for."""
    measurement = report.measurement
    return say(measurement.settings.recipient or measurement.target.recipient or "the mailbox", 120)


def outcome(report: Report, attempt: Attempt, say: Say) -> tuple[Verdict, str]:
    """What became of one message."""
    label = attempt.family.label
    if attempt.arrival:
        return _arrived(report, attempt, attempt.arrival, say)
    if attempt.bounce and attempt.bounce.action is Action.FAILED:
        return Verdict.CRITICAL, _bounced(attempt, attempt.bounce, say)
    if attempt.bounce and attempt.bounce.is_success:
        by = f" by {say(attempt.bounce.reporting_mta, 120)}" if attempt.bounce.reporting_mta else ""
        return Verdict.OK, f"reported as {attempt.bounce.action} over {label}{by}"
    taken = f" as {say(attempt.queue_id, 60)}" if attempt.queue_id else ""
    match attempt.accepted:
        case True if told := fate(attempt, say):
            verdict, what = told
            return verdict, f"accepted over {label} by {attempt.mx}{taken}, then {what}"
        case True if attempt.watched:
            watched = ", ".join(say(item, 80) for item in attempt.watched)
            return Verdict.CRITICAL, f"not arrived over {label}: {attempt.mx} took it{taken}, not found in {watched}"
        case True:
            said = f"accepted over {label} by {attempt.mx}{taken}; whether it arrived was not watched (--proof)"
            return Verdict.OK, said
        case False:
            why = f": {attempt.failure}" if attempt.failure else ""
            return Verdict.CRITICAL, f"not accepted over {label} by {attempt.mx}{why}"
    return Verdict.UNKNOWN, f"sent over {label} to {attempt.mx}, no reply to the final dot: it may arrive or not"


def _bounced(attempt: Attempt, bounce: Bounce, say: Say) -> str:
    """Who took it, who sent it back, and what was said against it."""
    taken = f" as {say(attempt.queue_id, 60)}" if attempt.queue_id else ""
    one = next((item for item in bounce.recipients if item.action is bounce.action), None)
    said = (one.diagnostic or one.status) if one else None
    by = f" by {say(bounce.reporting_mta, 120)}" if bounce.reporting_mta else ""
    why = f": {say(said, 200)}" if said else ""
    return f"came back over {attempt.family.label}: {attempt.mx} took it{taken}, then it was returned{by}{why}"


def _arrived(report: Report, attempt: Attempt, arrival: Arrival, say: Say) -> tuple[Verdict, str]:
    hop = dict(report.receiving).get(attempt.token)
    seen = f", seen by {say(hop.by or attempt.mx, 120)} as {say(hop.address, 60)}" if hop and hop.address else ""
    copies = f", {counted(arrival.copies, 'copy')}" if arrival.copies > 1 else ""
    junk = ", in the junk folder" if arrival.junk else ""
    what = "arrived" if arrival.relayed is None else "handed on"
    onward = "" if arrival.relayed is None else f", to {say(arrival.relayed, 120)}"
    alone = unconfirmed(attempt)
    said = f"{what} over {attempt.family.label} in {roughly(arrival.seconds)}{seen}{onward}{junk}{copies}{alone}"
    return (Verdict.WARNING if copies or junk or alone else Verdict.OK), said
