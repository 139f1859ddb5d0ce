"""One judged measurement taken apart, fit to be held against another time, target or place.

In: a ``Report``. Out: ``Seen``: the traits of each host and family, and how each family stands. Nothing raises.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from probe.judge.contrast.traits import Traits, traits
from probe.judge.facts.conversations import asked, hosts
from probe.judge.standing import State, host_state, overall_state
from probe.judge.wording import short
from probe.model.dns import Resolution
from probe.model.measurement import Measurement
from probe.model.report import Report
from probe.model.words import Family

WORKING = frozenset({State.WORKS, State.PENDING, State.PARTLY})
FAILING = frozenset({State.BROKEN, State.REFUSED, State.ABSENT})


@dataclass(frozen=True, slots=True)
class Seen:
    """``by`` host and family, ``whole`` for all hosts together."""

    report: Report
    hosts: tuple[str, ...]
    by: Mapping[tuple[str, Family], Traits]
    whole: Mapping[Family, Traits]
    states: Mapping[Family, State]
    families: tuple[Family, ...]


def taken_apart(report: Report) -> Seen:
    """All that is looked up in one measurement at once: its index is kept for one at a time."""
    measurement = report.measurement
    names, families = hosts(measurement), asked(measurement)
    by = {(host, family): traits(measurement, [host], family) for host in names for family in families}
    whole = {family: traits(measurement, names, family) for family in families}
    states = {family: _state(measurement, names, family) for family in families}
    return Seen(report, names, by, whole, states, families)


def exchangers(found: Resolution) -> str:
    """The MX records as a set: their order and their case mean nothing."""
    records = sorted(record.lower().rstrip(".") for record in found.records)
    return short(", ".join(records), 400) or str(found.outcome)


def _state(measurement: Measurement, names: Sequence[str], family: Family) -> State:
    mx = measurement.resolved.mx
    if not names:
        return State.UNTESTED if mx is None or mx.outcome.inconclusive else State.ABSENT
    return overall_state(host_state(measurement, host, family) for host in names)
