"""Giving the mail hosts other addresses: the new ones beside the old, then the old ones out, then off.

In: a ``Situation``; the planned side is the domain with the new addresses. Out: the steps in their order.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from probe.judge.facts.conversations import hosts
from probe.judge.facts.inquired import lifetime
from probe.judge.plan.situation import (
    QUEUE_LIFE,
    UNKNOWN_BEFORE,
    Situation,
    answer,
    equal,
    first_seen,
    reverse,
    ttl,
    unplanned,
    works,
)
from probe.judge.standing import published
from probe.model.measurement import Measurement
from probe.model.plan import Progress, Step
from probe.model.words import Family

_TYPES = {Family.IPV6: "AAAA", Family.IPV4: "A"}


def steps(situation: Situation) -> Iterator[Step]:
    """The way to the new addresses."""
    measured, name = situation.measured, situation.name
    host = next(iter(hosts(measured)), "mx1")
    planned = situation.planned.measurement if situation.planned is not None else None
    if planned is None:
        how = f"probe6 plan renumber {name} --resolve {host}:[NEW-IPV6],NEW-IPV4"
        yield unplanned("the new addresses take mail", how)
        return
    moving = [
        (item, family)
        for item in hosts(measured)
        for family in Family
        if _held(planned, item, family) and _held(planned, item, family) != _held(measured, item, family)
    ]
    for family in sorted({family for _, family in moving}, key=list(Family).index):
        yield works(f"the new addresses take mail over {family.label}", planned, family)
        yield reverse(f"the new {family.label} addresses have reverse names that lead back", planned, family)
    if moving:
        yield equal("the new addresses show the same over both families", planned)
    yield Step(
        "firewall, mynetworks, allow lists, SPF and relay partners know the new addresses beside the old",
        Progress.BY_HAND,
        "most of it is not to be seen from outside",
        "probe6 audit postfix",
    )
    for item, family in moving:
        yield ttl(situation, item, _TYPES[family])
    both = all(_held(planned, item, family) <= _held(measured, item, family) for item, family in moving)
    yield Step(
        "publish the new addresses beside the old",
        Progress.DONE if both else Progress.NOT_YET,
        _shown(measured, moving) or "only the new addresses are published",
        "\n".join(_records(planned, moving)) or None,
        change=True,
    )
    earliest = _after(situation, moving) if both and moving else None
    waiting = Progress.UNKNOWN if both and earliest is None else Progress.NOT_YET
    yield Step(
        "take the old addresses out of the DNS",
        waiting if moving else Progress.DONE,
        _shown(measured, moving) or "only the new addresses are published",
        None,
        earliest,
        change=True,
    )
    if not moving:
        yield _silence(situation)


def _held(measurement: Measurement, host: str, family: Family) -> frozenset[str]:
    return frozenset(item.address for item in published(measurement, host, family))


def _shown(measurement: Measurement, moving: list[tuple[str, Family]]) -> str:
    return "; ".join(f"{host} {', '.join(sorted(_held(measurement, host, family)))}" for host, family in moving[:4])


def _records(planned: Measurement, moving: list[tuple[str, Family]]) -> Iterator[str]:
    for host, family in moving[:6]:
        for address in sorted(_held(planned, host, family)):
            yield f"{host}. {_TYPES[family]} {address}"


def _after(situation: Situation, moving: list[tuple[str, Family]]) -> datetime | None:
    """When everybody has heard of the new addresses: what was known before them has run out."""
    times = [
        since + timedelta(seconds=seconds)
        for host, family in moving
        if (found := _since(situation, host, family)) is not None
        for since, seconds in [found]
    ]
    return max(times) if len(times) == len(moving) and times else None


def _since(situation: Situation, host: str, family: Family) -> tuple[datetime, int] | None:
    """Since when the records are as they are, as saved measurements show, and the TTL of those before."""
    records = answer(situation.measured, host, _TYPES[family])
    first = first_seen(situation, host, _TYPES[family], records) if records is not None else None
    if first is None:
        return None
    before = [item for item in situation.history if item.started < first.started]
    old = lifetime(before[-1], host, _TYPES[family]) if before else None
    return first.started, old.seconds if old is not None and old.source else UNKNOWN_BEFORE


def _silence(situation: Situation) -> Step:
    """The old addresses take mail until the old records are forgotten and the queues are empty."""
    title = "turn the old addresses off, and take them out of SPF and the reverse zone"
    every = [_since(situation, host, family) for host in hosts(situation.measured) for family in Family]
    known = [found for found in every if found is not None]
    if not known or len(known) < len(every):
        seen = "no saved measurement shows since when the old addresses are gone"
        return Step(title, Progress.UNKNOWN, seen, f"probe6 {situation.name} --save FILE", change=True)
    earliest = max(since + timedelta(seconds=seconds) for since, seconds in known) + QUEUE_LIFE
    return Step(title, Progress.NOT_YET, "queues live five days", None, earliest, change=True)
