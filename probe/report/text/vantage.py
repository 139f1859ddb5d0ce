"""Where the report was seen from: our own addresses, the resolver, what was assumed, and what the run cost.

In: a report. Out: lines that fit the paper. A reader far away needs them to know whether it is them or us.
"""

from collections.abc import Iterator
from datetime import UTC

from probe.grammar.date_time import ago
from probe.model.measurement import Measurement, Vantage
from probe.model.report import Report
from probe.model.settings import Pipelining, TargetKind
from probe.model.words import Parity, Port25, Stage
from probe.report._shown.wording import counted, roughly
from probe.report.text.layout import Paper


def vantage(report: Report, paper: Paper) -> Iterator[str]:
    """The section, with a blank line and its heading before it."""
    measurement = report.measurement
    yield ""
    yield paper.heading("Seen from")
    for item in measurement.vantage:
        yield from paper.wrap(_family(report, item, paper), "        ", f"  {item.family.label}  ")
    if measurement.resolved.nameservers:
        yield from paper.wrap(
            ", ".join(paper.say(item, 80) for item in measurement.resolved.nameservers[:4]), "        ", "  DNS   "
        )
    for record in measurement.settings.overlay[:8]:
        said = " ".join(record.records) or "nothing"
        yield from paper.wrap(f"* assumed: {record.name} {record.rrtype} {said}", "          ", "        ", limit=200)
    if measurement.sessions:
        yield from paper.wrap(_spoken(measurement, paper), "        ", "  as    ")
    together = ", pipelining auto" if measurement.settings.pipelining is Pipelining.AUTO else ""
    engine = "" if _is_audit(measurement) else f"engine {measurement.engine}{together}, "
    cost = (
        f"{counted(measurement.queries, 'query')}, {counted(measurement.connections, 'connection')}, "
        f"{engine}{roughly(measurement.elapsed)}"
    )
    yield from paper.wrap(cost, "        ", "  run   ")
    for note in measurement.notes:
        yield from paper.wrap(paper.say(note, 300), "        ", "  note  ")
    when = f"{measurement.started.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC, probe6 {measurement.probe6}"
    yield from paper.wrap(when, "        ", "  when  ")


def _is_audit(measurement: Measurement) -> bool:
    """True for an audit, which talks to nobody."""
    return measurement.target.kind is TargetKind.CONFIGURATION


def _spoken(measurement: Measurement, paper: Paper) -> str:
    """How we introduced ourselves, and the envelope if the conversations were to get there."""
    settings = measurement.settings
    names = {item.family.label: paper.say(item.helo, 100) for item in measurement.vantage if item.helo}
    if len(set(names.values())) == 1:
        parts = [f"EHLO {next(iter(names.values()))}"]
    else:
        parts = [f"EHLO {name} over {label}" for label, name in names.items()]
    if settings.until.rank >= Stage.MAIL.rank:
        parts.append(f"MAIL FROM:<{paper.say(settings.sender, 200)}>")
    if settings.dkim_domain is not None:
        parts.append(f"DKIM {paper.say(f'{settings.dkim_selector}._domainkey.{settings.dkim_domain}', 200)}")
    if settings.via is not None:
        parts.append(f"through {paper.say(settings.via, 200)}; the MX hosts were left alone")
    return ", ".join(parts) or "nobody: no greeting was needed"


def _family(report: Report, item: Vantage, paper: Paper) -> str:
    if item.usable is False:
        return f"not usable: {paper.say(item.reason or 'no reason known', 200)}"
    if item.source is None:
        return "not needed: there was nothing to connect to"
    parts = [item.source]
    if item.nat:
        parts.append("behind NAT")
    if item.ptr:
        names = {True: "confirmed", False: "not confirmed", None: "not checked"}
        parts.append(f"{', '.join(paper.say(name, 100) for name in item.ptr[:3])} ({names[item.fcrdns]})")
    elif not item.nat:
        parts.append("no reverse name")
    parts.extend(word for word, holds in (("temporary", item.temporary), ("deprecated", item.deprecated)) if holds)
    proven = dict(report.port25).get(item.family)
    before = dict(report.port25_by).get(item.family)
    if proven is Port25.PROVEN and before is not None:
        age = (report.measurement.started - before.at).total_seconds()
        parts.append(f"port 25 proven {ago(age)} by {paper.say(before.host, 100)}")
    elif proven is not None:
        parts.append("port 25 proven" if proven is Port25.PROVEN else "port 25 unproven")
    return ", ".join(parts)


def how_to_prove(report: Report, paper: Paper) -> Iterator[str]:
    """When no message was sent: that none was, and how to send one; with a blank line before it."""
    target = report.measurement.target
    if report.measurement.attempts or _is_audit(report.measurement):
        return
    yield ""
    if target.kind is TargetKind.MAILBOX or report.parity is Parity.NO_MAIL:
        yield "No message was sent."
        return
    yield "No message was sent. To prove delivery over each family:"
    if target.kind is TargetKind.DOMAIN:
        yield f"    probe6 user@{paper.say(target.name, 300)} --proof maildir:PATH"
    else:
        yield f"    probe6 '{paper.say(target.text, 300)}' --to user@example.com --proof maildir:PATH"
