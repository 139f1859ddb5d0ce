"""What became of the test messages: an item each, beneath it its hops and what logs and receivers said of it.

In: a report. Out: blocks of Markdown; none when no message was sent.
"""

from collections.abc import Iterator

from probe.model.bounce import Action
from probe.model.delivery import Attempt
from probe.model.report import Report
from probe.report._shown.hops import shown
from probe.report._shown.messages import fate, recipient, unconfirmed, watched
from probe.report._shown.private import HIDDEN_HOP
from probe.report._shown.wording import counted, returned, roughly
from probe.report.markdown.escape import Scribe


def messages(report: Report, scribe: Scribe, *, redact: bool) -> Iterator[str]:
    """The section, a heading before it."""
    if not report.measurement.attempts:
        return
    yield f"### Test messages to {scribe.say(recipient(report, scribe.plain), 120)}"
    lines = []
    for attempt in report.measurement.attempts:
        said = _became(attempt, scribe)
        lines.append(f"- {attempt.family.label} by {scribe.code(f'{attempt.mx} [{attempt.address}]', 120)}: {said}")
        for hop in shown(report, attempt, redact=redact):
            delay = f" after {hop.delay:.1f} s" if hop.delay is not None else ""
            delay += f" ({hop.clock:g} s by the clocks)" if hop.clock is not None else ""
            text = scribe.code(hop.hop.raw, 300) if hop.hop else HIDDEN_HOP
            lines.append(f"    - {text}{delay}")
        results = dict(report.results).get(attempt.token)
        if results:
            judged = " ".join(f"{method}={result}" for method, result in results)
            lines.append(f"    - judged there: {scribe.code(judged, 200)}")
        lines += [f"    - {scribe.say(line, 600)}" for line in watched(attempt, scribe.plain)]
    yield "\n".join(lines)


def _became(attempt: Attempt, scribe: Scribe) -> str:
    arrival = attempt.arrival
    if arrival:
        junk = ", in the junk folder" if arrival.junk else ""
        where = scribe.code(arrival.where, 120)
        what = "arrived" if arrival.relayed is None else "handed on"
        onward = f" to {scribe.code(arrival.relayed, 120)}" if arrival.relayed is not None else ""
        alone = unconfirmed(attempt)
        copies = counted(arrival.copies, "copy")
        return f"{what} in {roughly(arrival.seconds)}{onward}{junk}{alone}, {where}, {copies}"
    if attempt.bounce and attempt.bounce.action is Action.FAILED:
        return f"came back {scribe.say(returned(attempt.bounce), 300)}"
    if attempt.bounce and attempt.bounce.is_success:
        return f"reported as {attempt.bounce.action}"
    taken = f" as {scribe.code(attempt.queue_id, 80)}" if attempt.queue_id else ""
    told = fate(attempt, scribe.plain)
    if attempt.accepted and told is not None:
        return f"accepted{taken}, then {scribe.say(told[1], 300)}"
    said = {True: f"accepted{taken}", False: "not accepted", None: "sent, and no reply came"}[attempt.accepted]
    return said + (f", {attempt.failure}".replace("-", " ") if attempt.failure else "")
