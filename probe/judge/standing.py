"""How one conversation stands, and how one family of one MX host stands.

In: a measurement. Out: a ``Standing`` per session and a ``State`` per host and family, from which parity follows, and
for every conversation that was stopped the verdict it deserves: critical only where the mail host can be blamed for it.
"""

from collections.abc import Iterable
from enum import StrEnum

from probe.address import classify
from probe.judge.facts.attribution import Deferral, deferral, held_against_us, proven, unreachable_by_us
from probe.judge.facts.conversations import any_past, asked, ending, host_named, is_address, of, siblings
from probe.judge.facts.mailboxes import passed_by, proof_works
from probe.judge.facts.matrix import told_by_all
from probe.judge.facts.segments import lost_segments
from probe.judge.facts.submitting import Refusal, refusal
from probe.model.bounce import Action
from probe.model.delivery import Attempt
from probe.model.dns import Address, Resolution
from probe.model.log import Fate
from probe.model.measurement import Measurement
from probe.model.smtp import Observation, Session
from probe.model.words import AddressClass, Failure, Family, Outcome, Provenance, Stage, Verdict

_POLICY_STAGES = {Stage.MAIL, Stage.RCPT, Stage.DATA}
_REFUSALS = {Failure.REJECTED, Failure.DEFERRED}
_OURS = {Failure.DEADLINE, Failure.NOT_TRIED, Failure.NO_ROUTE}


class Standing(StrEnum):
    """What became of one conversation."""

    WORKS = "works"
    PENDING = "pending"  # greylisted: as far as seen, it works
    REFUSED = "refused"  # the envelope or the message was refused with a 5xx: a decision, not a defect of the path
    BROKEN = "broken"
    UNKNOWN = "unknown"
    UNTRIED = "untried"  # we did not try, by our own rules


class State(StrEnum):
    """One family of one MX host, or of all of them."""

    NOT_ASKED = "not asked for"
    ABSENT = "not published"
    WORKS = "works"
    PENDING = "works until it asks us to come back"  # greylisted: what it says to the envelope is not known yet
    PARTLY = "works in part"
    REFUSED = "refused"
    BROKEN = "broken"
    UNTESTED = "not tested"


def weigh(measurement: Measurement, session: Session, step: Observation) -> Verdict:
    """The verdict on ``step``, the ending of ``session``."""
    if step.failure in _OURS or _later(measurement, session, step):
        return Verdict.UNKNOWN
    if session.group_fault is not None:
        return Verdict.UNKNOWN  # what the server says to one command at a time was not seen
    if step.reply is not None and step.failure in _REFUSALS:
        return _refusal(measurement, session, step)
    if step.stage is Stage.DATA and _in_doubt(measurement, session):
        return Verdict.WARNING
    if step.stage is Stage.CONNECT and step.failure in {Failure.UNREACHABLE, Failure.PROHIBITED}:
        if unreachable_by_us(measurement, session, step):
            return Verdict.UNKNOWN
    elif step.stage is Stage.CONNECT and step.failure is Failure.TIMEOUT:
        if any_past(siblings(measurement, session, session.family), Stage.CONNECT):
            return Verdict.WARNING
        if not proven(measurement, session.family, session.address, session.port):
            return Verdict.UNKNOWN
    elif step.stage is not Stage.CONNECT and _put_off(measurement, session):
        return Verdict.UNKNOWN
    if any_past(siblings(measurement, session, session.family), step.stage):
        return Verdict.WARNING
    return Verdict.CRITICAL


def _later(measurement: Measurement, session: Session, step: Observation) -> bool:
    """True for a 4xx that another day may turn into a yes."""
    return step.failure is Failure.DEFERRED and deferral(measurement, session, step) is not Deferral.RELAY


def _refusal(measurement: Measurement, session: Session, step: Observation) -> Verdict:
    """A refusal: unknown when it may be our own fault. Alone on one family it is critical; on both it is policy."""
    if refusal(measurement, session, step) is Refusal.RELAY:
        return Verdict.CRITICAL  # whom a submission server relays for is its own affair, whatever its words blame
    if step.reply is not None and held_against_us(measurement, session.family, step.reply) is not None:
        return Verdict.UNKNOWN
    stage = step.stage
    if any_past(siblings(measurement, session, session.family), stage):
        return Verdict.WARNING
    if any_past(siblings(measurement, session, session.family.other), stage):
        return Verdict.CRITICAL
    if stage is Stage.MAIL or (stage is Stage.RCPT and not mailbox_named(measurement)):
        return Verdict.WARNING
    return Verdict.CRITICAL


def mailbox_named(measurement: Measurement) -> bool:
    """True when the user named the mailbox; false for the postmaster every domain is asked for."""
    named = measurement.target.recipient or measurement.settings.recipient or ""
    return bool(named) and named.partition("@")[0].lower() != "postmaster"


def _put_off(measurement: Measurement, session: Session) -> bool:
    """True when the other family of the host was put off with a 4xx: then a hang-up may be the same courtesy."""
    others = siblings(measurement, session, session.family.other)
    ends = [ending(other) for other in others]
    return bool(ends) and all(end is not None and end.failure is Failure.DEFERRED for end in ends)


def attempt_of(measurement: Measurement, session: Session) -> Attempt | None:
    """The test message that ``session`` carried."""
    for attempt in measurement.attempts:
        if 0 <= attempt.session < len(measurement.sessions) and measurement.sessions[attempt.session] is session:
            return attempt
    return None


def _in_doubt(measurement: Measurement, session: Session) -> bool:
    """True when the final dot went out and no reply came."""
    attempt = attempt_of(measurement, session)
    return attempt is not None and attempt.accepted is None


def bounced(attempt: Attempt) -> bool:
    """True when a report says that the accepted message failed, and it was seen nowhere else."""
    return attempt.arrival is None and attempt.bounce is not None and attempt.bounce.action is Action.FAILED


def given_up(attempt: Attempt) -> bool:
    """True when a mail log shows that the message was accepted and then bounced, expired or thrown away."""
    return attempt.arrival is None and any(trace.fate is Fate.FAILED for trace in attempt.traces)


def standing(measurement: Measurement, session: Session) -> Standing:
    """What became of ``session``."""
    step = ending(session)
    if step is None:
        return _delivered(measurement, session)
    if step.failure is Failure.NOT_GLOBAL:
        return _not_global(session.address)
    if step.failure in {Failure.DEADLINE, Failure.NOT_TRIED}:
        return Standing.UNTRIED
    if step.failure is Failure.DEFERRED:
        return _put_off_as(measurement, session, step)
    if step.stage is Stage.DATA and _in_doubt(measurement, session):
        return _unanswered(measurement, session)
    if weigh(measurement, session, step) is Verdict.UNKNOWN:
        return Standing.UNKNOWN
    if step.failure is Failure.REJECTED and step.stage in _POLICY_STAGES:
        return Standing.REFUSED
    return Standing.BROKEN


def _put_off_as(measurement: Measurement, session: Session, step: Observation) -> Standing:
    """What a 4xx makes of a conversation."""
    match deferral(measurement, session, step):
        case Deferral.GREYLISTED if step.stage in _POLICY_STAGES:
            return Standing.PENDING
        case Deferral.RELAY:
            return Standing.REFUSED
        case _:
            return Standing.UNKNOWN


def _unanswered(measurement: Measurement, session: Session) -> Standing:
    """No reply came to the final dot: what became of the message decides, where a proof can tell."""
    attempt = attempt_of(measurement, session)
    if attempt is not None and attempt.arrival is not None:
        return Standing.BROKEN if passed_by(measurement, attempt) else Standing.WORKS
    if lost_segments(measurement, session) is not None:
        return Standing.BROKEN
    lost = attempt is not None and attempt.failure is Failure.NOT_ARRIVED and proof_works(measurement, attempt)
    return Standing.BROKEN if lost else Standing.UNKNOWN


def _delivered(measurement: Measurement, session: Session) -> Standing:
    attempt = attempt_of(measurement, session)
    if attempt is not None and passed_by(measurement, attempt):
        return Standing.BROKEN
    if attempt is None or attempt.failure is not Failure.NOT_ARRIVED:
        return Standing.WORKS
    if bounced(attempt) or given_up(attempt):
        return Standing.BROKEN
    if any(trace.fate is Fate.DEFERRED for trace in attempt.traces):
        return Standing.UNKNOWN  # it waits in a queue: late, not lost
    return Standing.BROKEN if proof_works(measurement, attempt) else Standing.UNKNOWN


def _not_global(address: str) -> Standing:
    klass = classify(address) if is_address(address) else AddressClass.RESERVED
    # Somebody may well reach a 6to4 address (RFC 7526 retired the relays, not the format): not dialled, not blamed.
    return Standing.UNTRIED if klass is AddressClass.SIX_TO_FOUR else Standing.BROKEN


def published(measurement: Measurement, host: str, family: Family) -> tuple[Address, ...]:
    """What the domain itself publishes for ``host``: without what our own DNS64 made up."""
    record = host_named(measurement, host)
    return () if record is None else tuple(item for item in record.of(family) if not item.synthesised)


def lookup_failed(measurement: Measurement, host: str, family: Family) -> bool:
    """True when nothing is known about ``host``'s addresses of ``family``.

    An NXDOMAIN beside an answer for the other family contradicts it (RFC 8020), so it says nothing about this one. Nor
    does a resolver that hides what every name server of the zone gives, as many do with AAAA on networks without IPv6.
    """
    record = host_named(measurement, host)
    if record is None:
        return False
    mine, other = record.resolution(family), record.resolution(family.other)
    contradicted = mine.outcome is Outcome.NXDOMAIN and other.outcome is Outcome.ANSWER
    return mine.outcome.inconclusive or contradicted or _hidden(measurement, mine)


def _hidden(measurement: Measurement, found: Resolution) -> bool:
    """True when our resolver alone denies the records; an alias leads to names its servers were not asked about."""
    denies = found.outcome in {Outcome.NO_DATA, Outcome.NXDOMAIN} and found.provenance is Provenance.DNS
    if not denies or found.cnames:
        return False
    return told_by_all(measurement, found.name, found.rrtype) is Outcome.ANSWER


def host_state(measurement: Measurement, host: str, family: Family) -> State:
    """How ``family`` of ``host`` stands."""
    if family not in asked(measurement):
        return State.NOT_ASKED
    addresses = published(measurement, host, family)
    sessions = of(measurement, host, family)
    if not addresses and not sessions:
        return State.UNTESTED if lookup_failed(measurement, host, family) else State.ABSENT
    if measurement.settings.until is Stage.RESOLVE and all(item.dial for item in addresses):
        return State.WORKS
    held = {session.address for session in sessions}
    standings = [standing(measurement, session) for session in sessions]
    standings += [_not_global(item.address) for item in addresses if not item.dial and item.address not in held]
    return _state_of(standings)


def _state_of(standings: Iterable[Standing]) -> State:
    seen = set(standings) - {Standing.UNTRIED}
    good = seen & {Standing.WORKS, Standing.PENDING}
    bad = seen & {Standing.BROKEN, Standing.REFUSED}
    if good and bad:
        return State.PARTLY
    if good:
        return State.WORKS if Standing.WORKS in good else State.PENDING
    if Standing.UNKNOWN in seen or not bad:
        return State.UNTESTED
    return State.REFUSED if Standing.REFUSED in bad else State.BROKEN  # one way as far as to an answer is open


def overall_state(states: Iterable[State]) -> State:
    """How a family stands over all MX hosts; hosts without an address of it say nothing about it."""
    seen = set(states)
    if seen <= {State.NOT_ASKED}:
        return State.NOT_ASKED
    seen -= {State.ABSENT, State.NOT_ASKED}
    if not seen:
        return State.ABSENT
    if seen & {State.WORKS, State.PENDING, State.PARTLY}:
        if seen & {State.PARTLY, State.BROKEN, State.REFUSED}:
            return State.PARTLY
        return State.WORKS if State.WORKS in seen else State.PENDING
    if State.UNTESTED in seen:
        return State.UNTESTED
    return State.REFUSED if State.REFUSED in seen else State.BROKEN
