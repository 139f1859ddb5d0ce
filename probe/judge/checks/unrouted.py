"""AAAA records in address space that nobody was given.

WHY
    A slip of the pen in an AAAA record (2001:db8 for 2a01:db8, a digit lost) often ends in space that has never been
    given to anybody. No router knows a way there, so it looks like a dead server or a blocked network, and people look
    for the fault everywhere but in the record. Only an address that does not answer is told.

FINDS
dns-aaaa-unrouted: an AAAA record holds an address out of space that was given to nobody, and it does not answer.

FIX
    Compare the record with the address the host has, and publish that:
        ip -6 addr show scope global
        mx1.example.com. AAAA 2001:db8::25

SEE
    IANA registry "IPv6 Global Unicast Address Assignments", RFC 7020.
"""

from collections.abc import Iterator

from probe.address import classify, contains, given_out
from probe.judge.facts.conversations import ending, is_address, paths
from probe.judge.wording import Case, fold, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Observation, Session
from probe.model.words import AddressClass, Failure, Stage, Verdict

_NOBODY_THERE = frozenset({Failure.TIMEOUT, Failure.UNREACHABLE, Failure.PROHIBITED, Failure.NO_ROUTE})


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Addresses that nobody can have."""
    cases = []
    for session in paths(measurement):
        end = ending(session)
        if end is None or end.stage is not Stage.CONNECT or end.failure not in _NOBODY_THERE:
            continue
        if _of_nobody(measurement, session):
            cases.append(_case(session, end))
    yield from fold(measurement, "dns-aaaa-unrouted", 'IANA "IPv6 Global Unicast Address Assignments"', cases)


def _of_nobody(measurement: Measurement, session: Session) -> bool:
    """True for a published address out of space that was given to nobody, the user's own networks aside."""
    if session.redirected or is_address(session.mx) or not is_address(session.address) or given_out(session.address):
        return False
    kind = classify(session.address)
    return kind is AddressClass.GLOBAL and not any(
        contains(cidr, session.address) for cidr in measurement.settings.treat_global
    )


def _case(session: Session, end: Observation) -> Case:
    return Case(
        session,
        Verdict.WARNING,
        "unrouted",
        lambda who, _over: (
            f"The AAAA record of {who} holds an address out of space that was given to nobody, so no way leads there."
        ),
        (f"{session.mx} AAAA {session.address}", told(end)),
        "Compare the record with the address the host has, and publish that:\n  ip -6 addr show scope global",
    )
