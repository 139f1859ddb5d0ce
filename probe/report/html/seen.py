"""The two families in a word each, and where all of it was seen from.

In: a report. Out: HTML. A reader far away needs the vantage to know whether it is them or us.
"""

from collections.abc import Iterator
from datetime import UTC

from probe.grammar.date_time import ago
from probe.model.measurement import Vantage
from probe.model.report import Report
from probe.model.words import Family, Parity, Port25, Verdict
from probe.report._shown.family import asked, can_tell, furthest, gets_through, worst
from probe.report._shown.senders import told, worth_saying
from probe.report._shown.wording import counted, roughly
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
    """Our own addresses, the resolver, what was assumed, and what the run cost."""
    measurement = report.measurement
    rows = [(item.family.label, _vantage(report, item, pen)) for item in measurement.vantage]
    if measurement.resolved.nameservers:
        rows.append(("DNS", pen.say(", ".join(measurement.resolved.nameservers[:4]), 300)))
    rows += [
        ("assumed", pen.say(f"{record.name} {record.rrtype} {' '.join(record.records) or 'nothing'}", 200))
        for record in measurement.settings.overlay[:8]
    ]
    cost = f"{counted(measurement.queries, 'query')}, {counted(measurement.connections, 'connection')}"
    rows.append(("run", f"{cost}, engine {pen.say(measurement.engine, 60)}, {roughly(measurement.elapsed)}"))
    when = f"{measurement.started.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    rows.append(("when", f"{when}, probe6 {pen.say(measurement.probe6, 60)}"))
    if not measurement.attempts:
        rows.append(("messages", "none was sent; delivery is proven by <code>probe6 user@… --proof …</code>"))
    yield f'<dl class="card facts">{"".join(f"<dt>{name}</dt><dd>{said}</dd>" for name, said in rows)}</dl>'


def _vantage(report: Report, item: Vantage, pen: Pen) -> str:
    if item.usable is False:
        return f"not usable: {pen.say(item.reason or 'no reason known', 200)}"
    if item.source is None:
        return "not needed: there was nothing to connect to"
    parts = [f"<code>{pen.say(item.source, 60)}</code>"]
    parts += ["behind NAT"] if item.nat else []
    if item.ptr:
        confirmed = {True: "confirmed", False: "not confirmed", None: "not checked"}[item.fcrdns]
        parts.append(f"{pen.say(', '.join(item.ptr[:3]), 200)} ({confirmed})")
    elif not item.nat:
        parts.append("no reverse name")
    proven, before = dict(report.port25).get(item.family), dict(report.port25_by).get(item.family)
    if proven is Port25.PROVEN and before is not None:
        age = (report.measurement.started - before.at).total_seconds()
        parts.append(f"port 25 proven {ago(age)} by {pen.say(before.host, 100)}")
    elif proven is not None:
        parts.append("port 25 proven" if proven is Port25.PROVEN else "port 25 unproven")
    return ", ".join(parts)
