"""The report for programs: JSON as the interface describes it.

In: judged reports. Out: UTF-8 text with a final newline, an object for one target and an array for several. Names keep
their meaning for ever; new ones come at the end of their object. What is absent is null, times are UTC in ISO 8601 with
``Z``, durations are seconds, DER is base64. The settings are the effective ones; no secret is ever among them.

Nothing is cut and nothing is judged here. Texts from the network were escaped when they were captured and are escaped
once more, so that a reader who prints a value is safe too.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime

from probe.grammar.text import printable
from probe.model.report import SCHEMA, Comparison, Finding, Report
from probe.model.trials import Trials
from probe.model.words import Family
from probe.report._shown.private import Hide, privacy
from probe.report.json.changes import document as changes
from probe.report.json.configuration import configuration
from probe.report.json.conversations import delivery, session
from probe.report.json.logs import mail_log
from probe.report.json.names import mx, resolved, vantage


class _Lines(str):
    """A text of ours that may have several lines: a fix. Any other line break is escaped."""

    __slots__ = ()


def render(reports: Sequence[Report], *, redact: bool = False) -> str:
    """``reports`` as one JSON text. ``redact`` hides the local parts of addresses, the text of messages and the hops
    inside.
    """
    documents = [document(report, redact=redact) for report in reports]
    whole = documents[0] if len(documents) == 1 else documents
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def document(report: Report, *, redact: bool = False) -> dict[str, object]:
    """``report`` as plain data, keys in the order of the interface."""
    measurement = report.measurement
    results = {token: dict(said) for token, said in report.results}
    port25, by = dict(report.port25), dict(report.port25_by)
    found = {
        "schema": SCHEMA,
        "probe6": measurement.probe6,
        "target": measurement.target.text,
        "started": measurement.started,
        "elapsed": measurement.elapsed,
        "verdict": report.verdict,
        "parity": report.parity,
        "summary": report.summary,
        "engine": measurement.engine,
        "queries": measurement.queries,
        "connections": measurement.connections,
        "settings": measurement.settings,
        "vantage": {
            family: vantage(measurement.vantage_of(family), port25.get(family), by.get(family)) for family in Family
        },
        "resolution": resolved(measurement.resolved),
        "mx": [mx(host) for host in measurement.resolved.hosts],
        "sessions": [session(talk, redact=redact) for talk in measurement.sessions],
        "deliveries": [delivery(attempt, results.get(attempt.token, {})) for attempt in measurement.attempts],
        "comparisons": [_comparison(comparison) for comparison in report.comparisons],
        "findings": [_finding(finding) for finding in report.findings],
        "references": [session(talk, redact=redact) for talk in measurement.references],
        "name": measurement.target.name,
        "recipient": measurement.settings.recipient or measurement.target.recipient,
        "senders": report.senders,
        "memory": measurement.memory,
        "configuration": configuration(report),
        "logs": [mail_log(log) for log in measurement.logs],
        "notes": measurement.notes,
        "inquiries": measurement.inquiries,
        "outbound": report.outbox,
        "changes": None if report.changes is None else changes(report.changes),
        "expectations": report.expectations,
        "trials": None if measurement.trials is None else _trials(measurement.trials, redact=redact),
    }
    hide = privacy(report, redact=redact)
    return {key: _plain(value, hide) for key, value in found.items()}


def _plain(value: object, hide: Hide) -> object:
    """``value`` as what JSON knows, texts made printable."""
    match value:
        case _Lines():
            return "\n".join(str(_plain(line, hide)) for line in value.split("\n"))
        case str():
            return printable(hide(str(value)))
        case bytes():
            return b64encode(value).decode()
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case Mapping():
            return {str(key): _plain(item, hide) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item, hide) for item in value]
        case _ if is_dataclass(value):
            return {item.name: _plain(getattr(value, item.name), hide) for item in fields(value)}
    return value


def _trials(trials: Trials, *, redact: bool) -> dict[str, object]:
    return {
        "leave": trials.leave,
        "foreign": trials.foreign,
        "sessions": [session(talk, redact=redact) for talk in trials.sessions],
    }


def _comparison(comparison: Comparison) -> dict[str, object]:
    return {
        "host": comparison.host,
        "parity": comparison.parity,
        "first_divergence": comparison.first_divergence,
        "differences": [
            {"stage": item.stage, "what": item.what, "ipv6": item.ipv6, "ipv4": item.ipv4, "note": item.note}
            for item in comparison.differences
        ],
        "identity": comparison.identity,
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "verdict": finding.verdict,
        "family": finding.family,
        "subject": finding.subject,
        "sentence": finding.sentence,
        "evidence": finding.evidence,
        "fix": None if finding.fix is None else _Lines(finding.fix),
        "see": finding.see,
    }
