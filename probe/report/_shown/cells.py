"""What one address showed, a short word per stage: the cells of the side-by-side table.

In: the sessions with one address of one MX host. Out: a ``Cell`` per ``Row``. A cell's sign says how it went: none for
good, ``x`` failed, ``!`` take care, ``?`` nothing is known, ``-`` never got that far. Texts here are still foreign.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from probe.model.bounce import Action
from probe.model.delivery import Attempt
from probe.model.dns import Address, MxHost
from probe.model.report import Comparison, Difference, Report
from probe.model.smtp import Observation, Session, TlsFacts
from probe.model.words import (
    AddressClass,
    Failure,
    Family,
    Outcome,
    Port25,
    Provenance,
    Purpose,
    Stage,
    Verdict,
)
from probe.report._shown.family import asked
from probe.report._shown.wording import SIGNS, roughly, seconds


class Row(StrEnum):
    """The rows, top to bottom, by the word in front of them."""

    ADDRESS = "address"
    CLASS = "class"
    CONNECT = "connect"
    BANNER = "banner"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    CERTIFICATE = "certificate"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    ARRIVAL = "arrival"


@dataclass(frozen=True, slots=True)
class Cell:
    """A word or two; ``verdict`` None: not reached. ``timing`` is shown and never compared."""

    text: str
    verdict: Verdict | None = Verdict.OK
    timing: str = ""

    @property
    def shown(self) -> str:
        """Sign, text and timing as they stand in the table."""
        sign = "" if self.verdict in {None, Verdict.OK} else f"{SIGNS[self.verdict or Verdict.OK]} "
        return f"{sign}{self.text}{self.timing}"


EMPTY = Cell("", None)
NOT_REACHED = Cell("-", None)

SELF = frozenset({Failure.NO_ROUTE, Failure.DEADLINE, Failure.NOT_TRIED})
"""Failures that say something about us and nothing about them."""
MILD = frozenset({Failure.DEFERRED, Failure.NOT_OFFERED})


def row_of(difference: Difference) -> Row:
    """The row a difference belongs to."""
    match difference.stage:
        case Stage.RESOLVE:
            return Row.ADDRESS
        case Stage.STARTTLS if "cert" in difference.what.lower():
            return Row.CERTIFICATE
        case Stage.DELIVERY:
            return Row.ARRIVAL
    return Row(difference.stage.value)


def differences(comparison: Comparison | None, row: Row) -> list[Difference]:
    """Those that mean something on their own."""
    known = comparison.differences if comparison else ()
    return [item for item in known if not item.note and row_of(item) is row]


def absent(report: Report, host: MxHost, family: Family) -> Cell:
    """Why there is no address of ``family``."""
    if family not in asked(report):
        return Cell("not asked for", None)
    look_up = host.resolution(family)
    match look_up.outcome:
        case Outcome.ANSWER | Outcome.NO_DATA:
            return Cell("none published", Verdict.WARNING)
        case Outcome.NXDOMAIN:
            return Cell("no such name", Verdict.CRITICAL)
    return Cell(f"look-up: {look_up.outcome}", Verdict.UNKNOWN)


def column(report: Report, host: MxHost, address: Address) -> dict[Row, Cell]:
    """All that is known of ``address``, row by row; a row that does not apply is missing."""
    look_up = host.resolution(address.family)
    named = address.address == host.host  # by the user, as the target: nothing is assumed
    assumed = "" if named or look_up.provenance is Provenance.DNS else " *"
    cells = {Row.ADDRESS: Cell(address.address + assumed)}
    if address.family not in report.measurement.settings.families:
        return cells | {Row.CONNECT: Cell("not asked for", None)}
    if address.synthesised:
        cells[Row.CLASS] = Cell("made up by our DNS64", Verdict.WARNING)
    elif address.klass is not AddressClass.GLOBAL or not address.dial:
        said = "" if address.dial else ", not dialled"
        cells[Row.CLASS] = Cell(f"{address.klass}{said}", Verdict.OK if address.dial else Verdict.WARNING)
    mine = sessions_with(report, host, address.address)
    for stage in (Stage.CONNECT, Stage.BANNER, Stage.EHLO, Stage.STARTTLS, Stage.MAIL, Stage.RCPT, Stage.DATA):
        if (found := _deciding(mine, stage)) is not None:
            cells[Row(stage.value)] = _step(report, found, stage)
    facts = next((item.tls for item in reversed(mine) if item.tls), None)
    if facts:
        cells[Row.CERTIFICATE] = _certificate(facts)
    for attempt in report.measurement.attempts:
        if attempt.address == address.address and attempt.mx in {host.host, *(name for s in mine for name in s.names)}:
            cells[Row.ARRIVAL] = _arrival(attempt)
    return cells


def sessions_with(report: Report, host: MxHost, address: str) -> list[Session]:
    """Every conversation with ``address`` that speaks for ``host``, in the order they were held."""
    return [
        item
        for item in report.measurement.sessions
        if item.address == address
        and item.purpose not in {Purpose.NARROW, Purpose.NAME}
        and (item.mx == host.host or host.host in item.names)
    ]


def _deciding(sessions: Sequence[Session], stage: Stage) -> Session | None:
    """The conversation whose word counts: the last of the check or its retry, for DATA the last of any purpose."""
    tried = [item for item in sessions if item.step(stage) is not None]
    if stage is not Stage.DATA:
        tried = [item for item in tried if item.purpose in {Purpose.CHECK, Purpose.RETRY}] or tried
    return tried[-1] if tried else None


def _step(report: Report, session: Session, stage: Stage) -> Cell:
    step = session.step(stage)
    if step is None:
        return NOT_REACHED
    if step.failure is not None:
        return _failed(report, session, step)
    match stage:
        case Stage.CONNECT:
            return Cell("ok", timing=f", {seconds(step.elapsed)}")
        case Stage.EHLO:
            count = len(session.capabilities)
            return Cell(f"ok, {count} extension{'' if count == 1 else 's'}")
        case Stage.STARTTLS:
            return Cell(session.tls.version if session.tls else "ok")
    if step.reply is None:
        return Cell("ok")
    # A greeting that was taken has one code only; its name needs the room more.
    return Cell(step.reply.text if stage is Stage.BANNER else f"{step.reply.code} {step.reply.text}")


def _failed(report: Report, session: Session, step: Observation) -> Cell:
    failure = step.failure
    verdict = Verdict.CRITICAL
    if failure in SELF or (
        failure is Failure.TIMEOUT
        and step.stage is Stage.CONNECT
        and dict(report.port25).get(session.family) is not Port25.PROVEN
    ):
        verdict = Verdict.UNKNOWN
    elif failure in MILD:
        verdict = Verdict.WARNING
    if step.reply is not None and failure in {Failure.REJECTED, Failure.DEFERRED}:
        return Cell(f"{step.reply.code} {step.reply.text}", verdict)
    text = str(failure).replace("-", " ")
    if step.icmp and step.icmp.offender:
        text += f", says {step.icmp.offender}"
    return Cell(text, verdict, f" after {seconds(step.elapsed)}" if failure is Failure.TIMEOUT else "")


def _certificate(facts: TlsFacts) -> Cell:
    if facts.name_matches is False:
        return Cell(f"names {', '.join(facts.names) or facts.subject or 'nobody'}", Verdict.WARNING)
    if facts.trusted is False:
        return Cell(facts.reason or "not trusted", Verdict.WARNING)
    until = f" until {facts.not_after:%Y-%m-%d}" if facts.not_after else ""
    return Cell(f"trusted{until}" if facts.trusted else f"not verified{until}")


def _arrival(attempt: Attempt) -> Cell:
    if attempt.arrival:
        return Cell("arrived", timing=f", {roughly(attempt.arrival.seconds)}")
    if not attempt.accepted:
        return NOT_REACHED if attempt.accepted is False else Cell("nobody knows", Verdict.UNKNOWN)
    if attempt.bounce and attempt.bounce.action is Action.FAILED:
        return Cell("came back", Verdict.CRITICAL)
    return Cell("not arrived", Verdict.CRITICAL) if attempt.watched else Cell("not watched", None)
