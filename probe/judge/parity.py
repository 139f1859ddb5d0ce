"""IPv6 beside IPv4 in one word, for each MX host and for the target.

In: how each family stands. Out: a ``Parity`` and the comparisons; and the verdict that the word deserves, given what
the other checks found. The words are those of the interface: a family that was not asked for, or of which nothing
could be learned, makes the comparison untestable, never bad.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from probe.judge.comparison import differences
from probe.judge.facts.conversations import asked, hosts
from probe.judge.facts.identity import identity
from probe.judge.standing import State, host_state, overall_state
from probe.model.measurement import Measurement
from probe.model.report import Comparison, Finding
from probe.model.settings import TargetKind
from probe.model.words import Failure, Family, Outcome, Parity, Stage, Verdict

CODE = "parity-verdict"
_BOTH = (Family.IPV6, Family.IPV4)
_BESIDE = "submission-family"  # speaks of other ports, where its longer kin speak of --via
_STAGES = {
    "dns": Stage.RESOLVE,
    "tcp": Stage.CONNECT,
    "banner": Stage.BANNER,
    "ehlo": Stage.EHLO,
    "tls": Stage.STARTTLS,
    "dane": Stage.STARTTLS,
    "mtasts": Stage.STARTTLS,
    "tlsrpt": Stage.STARTTLS,
    "pmtud": Stage.STARTTLS,
    "mail": Stage.MAIL,
    "rcpt": Stage.RCPT,
    "data": Stage.DATA,
    "rt": Stage.DELIVERY,
    "log": Stage.DELIVERY,
    "relay": Stage.RCPT,
    "submission-family": Stage.MAIL,
}


def comparisons(measurement: Measurement) -> tuple[Comparison, ...]:
    """Every MX host, both families side by side."""
    return tuple(_compare(measurement, host) for host in hosts(measurement))


def _compare(measurement: Measurement, host: str) -> Comparison:
    six, four = (host_state(measurement, host, family) for family in (Family.IPV6, Family.IPV4))
    found = differences(measurement, host) if State.NOT_ASKED not in (six, four) else ()
    first = next((item.stage for item in found if not item.note), None)
    return Comparison(host, word(six, four, differs=first is not None), first, found, identity(measurement, host))


def word(six: State, four: State, *, differs: bool) -> Parity:
    """The parity of two families that stand as ``six`` and ``four``."""
    match six, four:
        case State.ABSENT, State.ABSENT:
            return Parity.NO_MAIL
        case State.ABSENT, _:
            return Parity.IPV6_ABSENT
        case _, State.ABSENT:
            return Parity.IPV4_ABSENT
        case (State.NOT_ASKED, _) | (_, State.NOT_ASKED):
            return Parity.UNTESTABLE
        case State.BROKEN, State.BROKEN:
            return Parity.BOTH_BROKEN
        case State.BROKEN, _:
            return Parity.IPV6_BROKEN
        case _, State.BROKEN:
            return Parity.IPV4_BROKEN
        case State.REFUSED, (State.WORKS | State.PARTLY):
            return Parity.IPV6_BROKEN
        case ((State.WORKS | State.PARTLY), State.REFUSED):
            return Parity.IPV4_BROKEN
        case (
            (State.UNTESTED, _) | (_, State.UNTESTED) | (State.PENDING, State.REFUSED) | (State.REFUSED, State.PENDING)
        ):
            return Parity.UNTESTABLE  # who is put off may be refused when it comes back
        case _:
            return Parity.DIFFERS if differs or State.PARTLY in (six, four) else Parity.EQUAL


def overall(measurement: Measurement, found: Sequence[Comparison]) -> Parity:
    """The parity of the target."""
    resolved = measurement.resolved
    mx = resolved.mx.outcome if resolved.mx is not None else None
    if resolved.null_mx or mx is Outcome.NXDOMAIN:
        return Parity.NO_MAIL
    if not found:
        return Parity.UNTESTABLE if mx is None or mx.inconclusive else Parity.NO_MAIL
    six, four = (overall_state(host_state(measurement, item.host, family) for item in found) for family in _BOTH)
    unlike = any(item.parity not in {Parity.EQUAL, Parity.UNTESTABLE, Parity.NO_MAIL} for item in found)
    return word(six, four, differs=unlike)


def seen_whole(measurement: Measurement, found: Iterable[Comparison]) -> bool:
    """True when of every host and family asked for something could be learned."""
    return all(
        host_state(measurement, item.host, family) is not State.UNTESTED
        for item in found
        for family in asked(measurement)
    )


def verdict(measurement: Measurement, parity: Parity, found: Sequence[Comparison]) -> Verdict:
    """What the word says by itself; ``settle`` refines ``differs`` when the findings are known."""
    if measurement.target.kind is TargetKind.CONFIGURATION:
        return Verdict.OK  # nobody was to be visited, so nothing was missed
    match parity:
        case Parity.EQUAL:
            return Verdict.OK if seen_whole(measurement, found) else Verdict.UNKNOWN
        case Parity.NO_MAIL:
            return Verdict.OK
        case Parity.UNTESTABLE:
            one = len(asked(measurement)) == 1 and seen_whole(measurement, found) and bool(found)
            return Verdict.OK if one else Verdict.UNKNOWN
        case Parity.IPV6_ABSENT:
            only = measurement.settings.families == (Family.IPV6,)
            return Verdict.CRITICAL if only else Verdict.WARNING
        case Parity.DIFFERS:
            return Verdict.WARNING
        case _:
            return Verdict.CRITICAL


def stage_of(code: str) -> Stage | None:
    """The stage a finding code speaks of; None for our own machine and for parity."""
    return None if code == _BESIDE else _STAGES.get(code.partition("-")[0])


def settle(own: Finding, parity: Parity, found: Sequence[Comparison], findings: Sequence[Finding]) -> Finding:
    """The parity finding beside the others: as bad as what explains it, mended by what mends the first divergence."""
    parted = {item.stage for comparison in found for item in comparison.differences if not item.note}
    if any(item.parity in {Parity.IPV6_ABSENT, Parity.IPV4_ABSENT} for item in found):
        parted.add(Stage.RESOLVE)
    if any(Failure.NOT_GLOBAL in f"{it.ipv6} {it.ipv4}" for comparison in found for it in comparison.differences):
        parted.add(Stage.RESOLVE)  # not dialled for what is published
    explaining = [item for item in findings if stage_of(item.code) in parted and item.family is not None]
    if parity is Parity.DIFFERS and explaining:
        own = replace(own, verdict=max((item.verdict for item in explaining), key=lambda one: one.rank))
    fix = _first_fix(found, explaining)
    return own if fix is None or own.verdict is Verdict.OK else replace(own, fix=fix)


def _first_fix(found: Sequence[Comparison], explaining: Sequence[Finding]) -> str | None:
    stages = [item.first_divergence for item in found if item.first_divergence is not None]
    if not stages:
        return None
    first = min(stages, key=lambda stage: stage.rank)
    at_it = [item for item in explaining if stage_of(item.code) is first and item.fix is not None]
    return max(at_it, key=lambda item: item.verdict.rank).fix if at_it else None
