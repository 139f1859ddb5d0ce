"""The two families in a word each, and where all of it was seen from.

In: a report. Out: HTML. A reader far away needs the vantage to know whether it is them or us.
"""

from collections.abc import Iterator

from probe.model.report import Report
from probe.model.words import Family, Parity, Verdict
from probe.report._shown.family import asked, can_tell, furthest, gets_through, worst
from probe.report._shown.findings import parting as first_divergence
from probe.report._shown.senders import told, worth_saying
from probe.report._shown.vantage import how_to_prove, seen_from
from probe.report._shown.wording import counted
from probe.report.html.markup import Pen, badge

_WORKS = {
    Verdict.OK: "works",
    Verdict.UNKNOWN: "works as far as seen",
    Verdict.WARNING: "works, take care",
    Verdict.CRITICAL: "gets through, not as it should",
}


def states(report: Report, pen: Pen) -> Iterator[str]:
    """One box per family: does mail get through, and how far."""
    yield '<div class="pair state">'
    for family in Family:
        verdict, word, more = _state(report, family)
        yield (
            f'<div class="{family}"><span class="family">{family.label}</span> {badge(verdict, word)}'
            f'<p class="soft">{pen.say(more, 160)}</p></div>'
        )
    yield "</div>"


def parting(report: Report, pen: Pen) -> Iterator[str]:
    """Where the families part first."""
    found = first_divergence(report, pen.plain)
    if found is None:
        return
    head, sides = found
    shown = "; ".join(f'<span class="family {family}">{family.label}</span> {pen.say(text)}' for family, text in sides)
    yield f'<p class="parting"><b>First divergence:</b> {pen.say(head)}{f"<br>{shown}" if shown else ""}</p>'


def _state(report: Report, family: Family) -> tuple[Verdict, str, str]:
    if family not in asked(report):
        return Verdict.UNKNOWN, "not asked for", "only the other family was measured"
    if report.parity is Parity.NO_MAIL:
        return report.verdict, "no mail", "the domain takes no mail"
    talk = furthest(report, family)
    far = f"up to {talk.reached}" if talk is not None else "as published"
    if gets_through(report, family):
        found = worst(report, family)
        count = counted(len(_addresses(report, family)), "address")
        return found, _WORKS[found], f"{far}, {count}"
    if not _addresses(report, family):
        return Verdict.WARNING, "absent", "no address is published"
    ended = f"{talk.reached}: {talk.failure or 'reached'}" if talk is not None else "no conversation"
    if not can_tell(report, family):
        return Verdict.UNKNOWN, "not tested", ended.replace("-", " ")
    lost = next((one.failure for one in report.measurement.attempts if one.family is family and one.failure), None)
    return Verdict.CRITICAL, "broken", (f"message {lost}" if lost else ended).replace("-", " ")


def _addresses(report: Report, family: Family) -> list[str]:
    return [item.address for host in report.measurement.resolved.hosts for item in host.of(family)]


def senders(report: Report, pen: Pen) -> Iterator[str]:
    """What sending servers meet, those alone who notice; a heading before it."""
    met = [item for item in report.senders if worth_saying(item)]
    if not met:
        return
    rows = "".join(f"<dt>{pen.say(item.name, 60)}</dt><dd>{pen.say(told(item), 400)}</dd>" for item in met)
    yield f'<h2>What senders meet</h2><dl class="card facts wide">{rows}</dl>'


def facts(report: Report, pen: Pen) -> Iterator[str]:
    """Our own addresses, the resolver, what was assumed, what the run cost, and how delivery is proven."""
    rows = [(label, pen.say(text)) for label, text in seen_from(report, pen.plain)]
    proof = how_to_prove(report, pen.plain)
    if proof is not None:
        sentence, command = proof
        rows.append(("messages", sentence + (f" <code>{pen.say(command)}</code>" if command else "")))
    yield f'<dl class="card facts">{"".join(f"<dt>{name}</dt><dd>{said}</dd>" for name, said in rows)}</dl>'
