"""A table for spreadsheets and scripts: a row per conversation (RFC 4180).

In: judged reports. Out: text with CRLF line ends and a header row. A target with which nobody spoke has a row all the
same, with the columns of a conversation empty. A column never changes its meaning; new ones come last.

A spreadsheet takes a text for a formula when it begins with ``= + - @`` or a control character, and runs it; what came
from a server therefore gets an apostrophe before it (OWASP, "CSV injection"). Line breaks are escaped: a row is a line.
"""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from io import StringIO

from probe.grammar.privacy import hide_local_parts
from probe.grammar.text import printable
from probe.model.report import Report
from probe.model.smtp import Session
from probe.model.words import Stage

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TARGET = ("target", "started", "verdict", "parity", "summary")
_STEPS = (Stage.CONNECT, Stage.BANNER, Stage.EHLO, Stage.STARTTLS, Stage.MAIL, Stage.RCPT, Stage.DATA)
_SESSION = (
    *("mx", "address", "port", "family", "purpose", "source", "reached", "failure", "code", "reply", "banner"),
    *("tls", "cipher", "trusted", "name_matches", "not_after", "elapsed"),
    *(f"{stage}_seconds" for stage in _STEPS),
)
COLUMNS = (*_TARGET, *_SESSION)


def render(reports: Sequence[Report], *, redact: bool = False) -> str:
    """``reports`` in one table; ``redact`` hides the local parts of addresses."""
    out = StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for report in reports:
        ours = _target(report)
        for session in _held(report) or (None,):
            theirs = _session(session) if session else [None] * len(_SESSION)
            table.writerow([_cell(value, redact=redact) for value in (*ours, *theirs)])
    return out.getvalue()


def _held(report: Report) -> tuple[Session, ...]:
    """The conversations of the check, then the tests its owner asked for: their ``purpose`` tells them apart."""
    trials = report.measurement.trials
    return (*report.measurement.sessions, *(trials.sessions if trials is not None else ()))


def _target(report: Report) -> list[object]:
    measurement = report.measurement
    return [measurement.target.text, measurement.started, report.verdict, report.parity, report.summary]


def _session(talk: Session) -> list[object]:
    last = talk.steps[-1].reply if talk.steps else None
    tls = talk.tls
    spent = {
        stage: sum(step.elapsed for step in talk.steps if step.stage is stage) if talk.step(stage) else None
        for stage in _STEPS
    }
    return [
        *(talk.mx, talk.address, talk.port, talk.family, talk.purpose, talk.source, talk.reached, talk.failure),
        *((last.code, last.text) if last else (None, None)),
        talk.banner.text if talk.banner else None,
        *((tls.version, tls.cipher, tls.trusted, tls.name_matches, tls.not_after) if tls else (None,) * 5),
        talk.elapsed,
        *spent.values(),
    ]


def _cell(value: object, *, redact: bool) -> object:
    """Absent is empty; true and false are words; only text can be a formula."""
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case float():
            return f"{value:.6f}".rstrip("0").rstrip(".")
        case str():
            text = printable(hide_local_parts(value) if redact else str(value))
            return f"'{text}" if text.startswith(_FORMULA) else text
    return value
