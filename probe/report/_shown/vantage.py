"""Where the report was seen from: our own addresses, the resolver, what was assumed, and what the run cost, in lines.

In: a report, and how a format says foreign text. Out: pairs of a label and a line. A reader far away needs them to know
whether it is them or us. Nothing raises.
"""

from collections.abc import Iterator
from datetime import UTC

from probe.grammar.date_time import ago
from probe.model.measurement import Measurement, Vantage
from probe.model.report import Report
from probe.model.settings import Pipelining, TargetKind
from probe.model.words import Parity, Port25, Stage
from probe.report._shown.wording import Say, counted, roughly

ASSUMED = "assumed"


def seen_from(report: Report, say: Say) -> Iterator[tuple[str, str]]:
    """The lines; what stands beside the DNS, or in its place, is labelled ``ASSUMED``."""
    measurement = report.measurement
    for item in measurement.vantage:
        yield item.family.label, _family(report, item, say)
    if measurement.resolved.nameservers:
        yield "DNS", ", ".join(say(item, 80) for item in measurement.resolved.nameservers[:4])
    for record in measurement.settings.overlay[:8]:
        said = " ".join(record.records) or "nothing"
        yield ASSUMED, say(f"{record.name} {record.rrtype} {said}", 200)
    if measurement.sessions:
        yield "as", _spoken(measurement, say)
    yield "run", _cost(measurement, say)
    for note in measurement.notes:
        yield "note", say(note, 300)
    yield "when", f"{measurement.started.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC, probe6 {say(measurement.probe6, 60)}"


def _cost(measurement: Measurement, say: Say) -> str:
    together = ", pipelining auto" if measurement.settings.pipelining is Pipelining.AUTO else ""
    engine = "" if is_audit(measurement) else f"engine {say(measurement.engine, 60)}{together}, "
    spent = f"{counted(measurement.queries, 'query')}, {counted(measurement.connections, 'connection')}"
    shared = sum(session.shared for session in measurement.sessions)
    spent += f" and {shared} shared with other targets" if shared else ""
    return f"{spent}, {engine}{roughly(measurement.elapsed)}"


def is_audit(measurement: Measurement) -> bool:
    """True for an audit, which talks to nobody."""
    return measurement.target.kind is TargetKind.CONFIGURATION


def _spoken(measurement: Measurement, say: Say) -> str:
    """How we introduced ourselves, and the envelope if the conversations were to get there."""
    settings = measurement.settings
    names = {item.family.label: say(item.helo, 100) for item in measurement.vantage if item.helo}
    if len(set(names.values())) == 1:
        parts = [f"EHLO {next(iter(names.values()))}"]
    else:
        parts = [f"EHLO {name} over {label}" for label, name in names.items()]
    if settings.until.rank >= Stage.MAIL.rank:
        parts.append(f"MAIL FROM:<{say(settings.sender, 200)}>")
    if settings.dkim_domain is not None:
        parts.append(f"DKIM {say(f'{settings.dkim_selector}._domainkey.{settings.dkim_domain}', 200)}")
    if settings.via is not None:
        parts.append(f"through {say(settings.via, 200)}; the MX hosts were left alone")
    return ", ".join(parts) or "nobody: no greeting was needed"


def _family(report: Report, item: Vantage, say: Say) -> str:
    if item.usable is False:
        return f"not usable: {say(item.reason or 'no reason known', 200)}"
    if item.source is None:
        return "not needed: there was nothing to connect to"
    parts = [item.source]
    if item.nat:
        parts.append("behind NAT")
    if item.ptr:
        names = {True: "confirmed", False: "not confirmed", None: "not checked"}
        parts.append(f"{', '.join(say(name, 100) for name in item.ptr[:3])} ({names[item.fcrdns]})")
    elif not item.nat:
        parts.append("no reverse name")
    parts.extend(word for word, holds in (("temporary", item.temporary), ("deprecated", item.deprecated)) if holds)
    proven = dict(report.port25).get(item.family)
    before = dict(report.port25_by).get(item.family)
    if proven is Port25.PROVEN and before is not None:
        age = (report.measurement.started - before.at).total_seconds()
        parts.append(f"port 25 proven {ago(age)} by {say(before.host, 100)}")
    elif proven is not None:
        parts.append("port 25 proven" if proven is Port25.PROVEN else "port 25 unproven")
    return ", ".join(parts)


def how_to_prove(report: Report, say: Say) -> tuple[str, str | None] | None:
    """When no message was sent: that none was, and the command that sends one, where there is one."""
    target = report.measurement.target
    if report.measurement.attempts or is_audit(report.measurement):
        return None
    if target.kind is TargetKind.MAILBOX or report.parity is Parity.NO_MAIL:
        return "No message was sent.", None
    if target.kind is TargetKind.DOMAIN:
        command = f"probe6 user@{say(target.name, 300)} --proof maildir:PATH"
    else:
        command = f"probe6 '{say(target.text, 300)}' --to user@example.com --proof maildir:PATH"
    return "No message was sent. To prove delivery over each family:", command
