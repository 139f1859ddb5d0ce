"""What became of the test messages: IPv6 left, IPv4 right, each with its hops and how long they took.

In: a report. Out: HTML; the hop the tested host wrote stands out, for it alone saw the family (RFC 5321 4.4).
"""

from collections.abc import Iterator

from probe.model.bounce import Action
from probe.model.delivery import Attempt
from probe.model.report import Report
from probe.model.words import Family, Verdict
from probe.report._shown.hops import Shown, shown
from probe.report._shown.messages import fate, unconfirmed, watched
from probe.report._shown.private import HIDDEN_HOP
from probe.report._shown.wording import counted, returned, roughly, seconds
from probe.report.html.markup import Pen, badge

_MOST = 40


def deliveries(report: Report, pen: Pen) -> Iterator[str]:
    """The messages in two columns."""
    yield '<div class="pair">'
    for family in Family:
        mine = [item for item in report.measurement.attempts if item.family is family]
        if mine:
            yield f'<div class="stack {family}">'
            yield from (line for attempt in mine[:_MOST] for line in _message(report, attempt, pen))
            yield "</div>"
    yield "</div>"


def _message(report: Report, attempt: Attempt, pen: Pen) -> Iterator[str]:
    verdict, said = _outcome(attempt, pen)
    yield f'<div class="card"><p><span class="family">{attempt.family.label}</span> {badge(verdict, said)}</p>'
    taken = f" as <code>{pen.say(attempt.queue_id, 80)}</code>" if attempt.queue_id else ""
    to = f"{pen.say(attempt.mx, 120)} [{pen.say(attempt.address, 60)}]"
    where = ""
    if attempt.arrival:
        copies = f", {counted(attempt.arrival.copies, 'copy')}" if attempt.arrival.copies > 1 else ""
        onward = f", to {pen.say(attempt.arrival.relayed, 120)}" if attempt.arrival.relayed is not None else ""
        where = f"{onward}, found in <code>{pen.say(attempt.arrival.where, 160)}</code>{copies}"
    elif attempt.bounce and attempt.bounce.action is Action.FAILED:
        where = f", then it was returned: {pen.say(returned(attempt.bounce), 300)}"
    elif attempt.watched and not attempt.bounce:
        where = f", not found in <code>{pen.say(', '.join(attempt.watched), 200)}</code>"
    yield f'<p class="soft">given to {to}{taken}{where}</p>'
    results = dict(report.results).get(attempt.token)
    if results:
        said = " ".join(f"{method}={result}" for method, result in results)
        yield f'<p class="soft">judged there: <code>{pen.say(said, 200)}</code></p>'
    yield from (f'<p class="soft">{pen.say(line)}</p>' for line in _from_logs(report, attempt, pen))
    hops = list(shown(report, attempt, redact=pen.redact))
    if hops:
        longest = max((hop.delay or 0.0 for hop in hops), default=0.0)
        yield '<ol class="hops">'
        yield from (line for hop in hops[:_MOST] for line in _hop(hop, longest, pen))
        yield "</ol>"
    yield "</div>"


def _from_logs(report: Report, attempt: Attempt, pen: Pen) -> Iterator[str]:
    """What logs say of the message; a line of the tested host's own stands for its Received header."""
    hop = dict(report.receiving).get(attempt.token)
    if hop is not None and hop.logged:
        yield f"Log: {pen.plain(hop.raw, 400)}"
    yield from watched(attempt, pen.plain)


def _outcome(attempt: Attempt, pen: Pen) -> tuple[Verdict, str]:
    if attempt.arrival:
        alone = unconfirmed(attempt)
        odd = attempt.arrival.copies > 1 or attempt.arrival.junk or alone
        junk = ", in the junk folder" if attempt.arrival.junk else ""
        what = "arrived" if attempt.arrival.relayed is None else "handed on"
        return Verdict.WARNING if odd else Verdict.OK, f"{what} in {roughly(attempt.arrival.seconds)}{junk}{alone}"
    if attempt.bounce and attempt.bounce.action is Action.FAILED:
        return Verdict.CRITICAL, "came back"
    if attempt.bounce and attempt.bounce.is_success:
        return Verdict.OK, f"reported as {attempt.bounce.action}"
    told = fate(attempt, pen.plain)
    match attempt.accepted:
        case True if told is not None:
            return told[0], f"accepted, then {pen.say(told[1], 300)}"
        case True if attempt.watched:
            return Verdict.CRITICAL, "accepted, not arrived"
        case True:
            return Verdict.OK, "accepted; arrival was not watched"
        case False:
            return Verdict.CRITICAL, f"not accepted: {pen.say(str(attempt.failure or 'no reason'), 40)}"
    return Verdict.UNKNOWN, "sent, and no reply came"


def _hop(item: Shown, longest: float, pen: Pen) -> Iterator[str]:
    """Who took it from whom, and the delay as a bar on the scale of the slowest hop."""
    kind = ' class="receiving"' if item.receiving else ""
    hop = item.hop
    if hop is None:
        yield f'<li{kind}><span class="soft">{HIDDEN_HOP}</span>'
    else:
        peer = f" from {pen.say(hop.helo or hop.reverse_name or 'somebody', 120)}"
        peer += f" <code>[{pen.say(hop.address, 60)}]</code>" if hop.address else ""
        how = f" with {pen.say(hop.protocol, 40)}" if hop.protocol else ""
        yield f"<li{kind}><b>{pen.say(hop.by or 'unnamed host', 120)}</b>{peer}{how}"
    if item.delay is not None:
        yield _delay(item.delay, longest)
    if item.clock is not None:
        yield f'<span class="soft">{item.clock:g} s by the clocks, which disagree</span>'
    if hop is not None and item.receiving:
        yield f'<div class="raw mono">{pen.say(hop.raw, 500)}</div>'
    yield "</li>"


def _delay(delay: float, longest: float) -> str:
    width = max(delay / longest * 60, 0.8) if longest > 0 else 0.8
    label = f'<text x="{width:.1f}%" dx="6" y="10">{seconds(delay)}</text>'
    bar = f'<rect class="bar-hop" x="0" y="2" width="{width:.1f}%" height="8" rx="2"/>'
    return f'<svg role="img" aria-label="{seconds(delay)}" height="14">{bar}{label}</svg>'
