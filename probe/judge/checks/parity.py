"""IPv6 beside IPv4, in one line.

WHY
    All other checks look at one thing. This one asks what people ask: does mail over IPv6 work as mail over IPv4 does,
    and if not, where do the two part for the first time?

FINDS
parity-verdict: always there. It says whether the families are equal, differ, or one is broken or absent, and shows them
    stage by stage.

FIX
    Mend the first stage at which the families part; what follows is often its consequence.

SEE
    RFC 5321 5.1 and 5.2, RFC 3974.
"""

from collections.abc import Iterator

from probe.judge.comparison import NOT_REACHED, outcome
from probe.judge.facts.conversations import ending, paths, replaced
from probe.judge.parity import CODE, comparisons, overall, verdict
from probe.judge.wording import short, subject, told
from probe.model.measurement import Measurement
from probe.model.report import Comparison, Finding, JudgeOptions
from probe.model.settings import TargetKind
from probe.model.words import Family, Parity, Stage

_MOST_LINES = 40
_MOST_TRIES = 8
_SENTENCES = {
    Parity.EQUAL: "Mail to {name} works the same over IPv6 and over IPv4, as far as it was tested.",
    Parity.DIFFERS: "Mail to {name} works over IPv6 and over IPv4, but not in the same way.",
    Parity.IPV6_BROKEN: "Mail to {name} does not go through over IPv6.",
    Parity.IPV4_BROKEN: "Mail to {name} does not go through over IPv4.",
    Parity.BOTH_BROKEN: "Mail to {name} goes through over neither IPv6 nor IPv4.",
    Parity.IPV6_ABSENT: "Mail to {name} over IPv6 is not possible, since no IPv6 address is published.",
    Parity.IPV4_ABSENT: "Mail to {name} over IPv4 is not possible, since no IPv4 address is published.",
    Parity.NO_MAIL: "{name} takes no mail, so there is nothing to compare.",
    Parity.UNTESTABLE: "IPv6 and IPv4 of {name} cannot be compared from here.",
}
_AUDIT = "The configuration was read and no host was visited, so no conversations were compared."


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """The one finding that every report has."""
    found = comparisons(measurement)
    parity = overall(measurement, found)
    name = measurement.target.name
    lines = [line for comparison in found for line in _lines(measurement, comparison)]
    yield Finding(
        CODE,
        verdict(measurement, parity, found),
        None,
        name,
        _AUDIT
        if measurement.target.kind is TargetKind.CONFIGURATION
        else _SENTENCES[parity].format_map({"name": name}),
        (*lines[:_MOST_LINES], *list(_second_tries(measurement))[:_MOST_TRIES]),
        None,
        "RFC 5321 5.1",
    )


def _second_tries(measurement: Measurement) -> Iterator[str]:
    """Addresses that went through when they were tried again: they work, and somebody may want to know."""
    for session in paths(measurement):
        earlier = [end for first in replaced(measurement, session) if (end := ending(first)) is not None]
        if earlier and ending(session) is None:
            yield f"{subject(session)} went through when tried again; before: {told(earlier[-1])}"


def _lines(measurement: Measurement, comparison: Comparison) -> Iterator[str]:
    """Stage by stage, both families; then what differs in detail."""
    for stage in Stage:
        six, four = (outcome(measurement, comparison.host, family, stage) for family in (Family.IPV6, Family.IPV4))
        if (six, four) == (NOT_REACHED, NOT_REACHED):
            continue
        parts = "  <- here they part" if comparison.first_divergence is stage else ""
        yield f"{comparison.host} {stage}: IPv6 {six}, IPv4 {four}{parts}"
        for item in comparison.differences:
            if item.stage is stage and item.what != "outcome":
                yield short(f"{comparison.host} {stage} {item.what}: IPv6 {item.ipv6}, IPv4 {item.ipv4}")
