"""The one sentence a person reads first.

In: the parity, the verdict, the comparisons and the findings, worst first. Out: one sentence that names what is wrong,
at which stage and where, and what works beside it.
"""

from collections.abc import Sequence

from probe.judge.facts.conversations import asked, paths
from probe.judge.parity import CODE, stage_of
from probe.judge.standing import Standing, State, host_state, overall_state, standing
from probe.judge.wording import short
from probe.model.measurement import Measurement
from probe.model.report import Comparison, Finding
from probe.model.settings import TargetKind
from probe.model.words import Family, Parity, Stage, Verdict

_LONGEST = 300
_STATES = {State.UNTESTED: "could not be tested", State.REFUSED: "gets as far as a refusal"}


def summarise(
    measurement: Measurement,
    parity: Parity,
    verdict: Verdict,
    compared: Sequence[Comparison],
    findings: Sequence[Finding],
) -> str:
    """The summary of a report."""
    others = [item for item in findings if item.code != CODE]
    if measurement.target.kind is TargetKind.CONFIGURATION:
        return short(_audited(measurement, others), _LONGEST)
    return short(_sentence(measurement, parity, verdict, compared, others), _LONGEST)


def _audited(measurement: Measurement, findings: Sequence[Finding]) -> str:
    """What an audit found; how sure it is depends on whether a server of this machine could be looked at."""
    worst = next((item for item in findings if item.verdict is not Verdict.OK), None)
    if worst is not None:
        more = sum(item.verdict is not Verdict.OK for item in findings) - 1
        also = f"; and {more} more finding{'s' if more > 1 else ''}" if more else ""
        return f"{_clause(worst)}{also}."
    found = measurement.configuration
    if found is None or found.machine is None:
        return "The configuration serves IPv6 as it serves IPv4, as far as a file can tell."
    return "The configuration serves IPv6 as it serves IPv4, and the machine does what it says."


def _sentence(
    measurement: Measurement,
    parity: Parity,
    verdict: Verdict,
    compared: Sequence[Comparison],
    findings: Sequence[Finding],
) -> str:
    worst = next((item for item in findings if item.verdict is not Verdict.OK), None)
    match parity:
        case Parity.IPV6_BROKEN:
            return _broken(measurement, Family.IPV6, compared, findings)
        case Parity.IPV4_BROKEN:
            return _broken(measurement, Family.IPV4, compared, findings)
        case Parity.BOTH_BROKEN:
            return f"Mail is broken over IPv6 and over IPv4{_because(worst)}."
        case Parity.IPV6_ABSENT | Parity.IPV4_ABSENT:
            return _absent(measurement, parity, findings)
        case Parity.DIFFERS:
            stage = _first_stage(compared)
            at = f" at {stage}" if stage is not None else ""
            states = {family: _overall(measurement, family, compared) for family in Family}
            both = "both work" if State.REFUSED not in states.values() else "both get as far as a refusal"
            return f"IPv6 and IPv4 {both}, but differ{at}{_because(_at_stage(stage, findings) or worst)}."
        case Parity.EQUAL:
            if worst is None:
                return f"Mail over IPv6 works as over IPv4{_how_far(measurement)}."
            if worst.code.startswith("cfg-"):
                return f"Mail over IPv6 works as over IPv4{_how_far(measurement)}; the configuration{_because(worst)}."
            if worst.family is not None:
                return f"Nothing known so far sets IPv6 and IPv4 apart, but not all is well{_because(worst)}."
            return f"IPv6 and IPv4 show the same{_because(worst)}."
        case Parity.NO_MAIL:
            first = worst or next(iter(findings), None)
            return f"{_clause(first)}." if first is not None else f"{measurement.target.name} takes no mail."
        case Parity.UNTESTABLE:
            return _untestable(measurement, verdict, worst, findings)


def _broken(
    measurement: Measurement, family: Family, compared: Sequence[Comparison], findings: Sequence[Finding]
) -> str:
    """The worst finding of that family; of several as bad, the one at the stage where the families part."""
    mine = [item for item in findings if item.family is family and item.verdict is not Verdict.OK]
    mine = [item for item in mine if item.verdict is mine[0].verdict]
    first = _first_stage(compared)
    lead = _at_stage(first, mine) or next(iter(mine), None)
    stage = stage_of(lead.code) if lead is not None else first
    return (
        f"{family.label} is broken{f' at {stage}' if stage is not None else ''}{_because(lead)}; "
        f"{_beside(measurement, family.other, compared)}."
    )


def _beside(measurement: Measurement, family: Family, compared: Sequence[Comparison]) -> str:
    state = _overall(measurement, family, compared)
    return f"{family.label} {_STATES.get(state, state)}"


def _overall(measurement: Measurement, family: Family, compared: Sequence[Comparison]) -> State:
    return overall_state(host_state(measurement, item.host, family) for item in compared)


def _absent(measurement: Measurement, parity: Parity, findings: Sequence[Finding]) -> str:
    family = Family.IPV6 if parity is Parity.IPV6_ABSENT else Family.IPV4
    lead = next((item for item in findings if item.code in {"dns-mx-no-aaaa", "dns-mx-no-a"}), None)
    rest = next((item for item in findings if item is not lead and item.verdict.rank >= Verdict.WARNING.rank), None)
    absent = _clause(lead) if lead is not None else f"No mail host publishes an {family.label} address"
    if rest is not None:
        return f"{absent}{_because(rest)}."
    if family.other not in asked(measurement):
        return f"{absent}; only {family.label} was asked for."
    return f"{absent}; over {family.other.label} nothing is wrong."


def _untestable(measurement: Measurement, verdict: Verdict, worst: Finding | None, findings: Sequence[Finding]) -> str:
    families = asked(measurement)
    if len(families) == 1:
        only = families[0].label
        if worst is not None:
            return f"{_clause(worst)}; only {only} was asked for."
        if verdict is Verdict.OK:
            return f"Mail over {only} works{_how_far(measurement)}; only {only} was asked for."
    if worst is not None:
        # What is not known is why; a warning beside it (no TLS, over either) is not.
        why = next((item for item in findings if item.verdict is Verdict.UNKNOWN), worst)
        lead = why if worst.verdict is Verdict.WARNING else worst
        return f"IPv6 and IPv4 cannot be compared from here{_because(lead)}."
    return "IPv6 and IPv4 cannot be compared; the run ended before enough was seen."


def _how_far(measurement: Measurement) -> str:
    """What the word "works" rests on; no further than to where a family was put off."""
    waiting = [
        family
        for family in asked(measurement)
        if any(standing(measurement, it) is Standing.PENDING for it in paths(measurement) if it.family is family)
    ]
    if waiting:
        over = "" if len(waiting) == len(asked(measurement)) else f" over {waiting[0].label}"
        return f", up to the recipient, whose answer{over} is pending (greylisted)"
    if any(attempt.arrival is not None for attempt in measurement.attempts):
        return ", message and proof included"
    if any(attempt.accepted for attempt in measurement.attempts):
        return ", up to the accepted message"
    return (
        f", up to {measurement.settings.until}" if measurement.settings.until is not Stage.RESOLVE else ", as published"
    )


def _first_stage(compared: Sequence[Comparison]) -> Stage | None:
    stages = [item.first_divergence for item in compared if item.first_divergence is not None]
    return min(stages, key=lambda stage: stage.rank, default=None)


def _at_stage(stage: Stage | None, findings: Sequence[Finding]) -> Finding | None:
    """The worst finding above ok that speaks of ``stage``."""
    told = (item for item in findings if item.verdict is not Verdict.OK)
    return next((item for item in told if stage is not None and stage_of(item.code) is stage), None)


def _because(finding: Finding | None) -> str:
    return f": {_clause(finding)}" if finding is not None else ""


def _clause(finding: Finding) -> str:
    """The first clause of a finding's sentence: checks put what matters before the first semicolon."""
    return finding.sentence.partition("; ")[0].rstrip(".")
