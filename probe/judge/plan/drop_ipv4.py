"""Turning IPv4 off: only when IPv6 carries everything, and who comes over IPv4 alone is known.

In: a ``Situation``. Out: the steps in their order.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from probe.judge.facts.conversations import hosts
from probe.judge.facts.inquired import lifetime
from probe.judge.plan.situation import (
    UNKNOWN_BEFORE,
    Situation,
    answer,
    equal,
    first_seen,
    looked_up,
    over_ipv6,
    reverse,
    ttl,
    works,
)
from probe.judge.standing import published
from probe.model.plan import Progress, Step
from probe.model.words import Family


def steps(situation: Situation) -> Iterator[Step]:
    """The way to a domain without A records."""
    measured, name = situation.measured, situation.name
    with_a = [host for host in hosts(measured) if published(measured, host, Family.IPV4)]
    without = [host for host in hosts(measured) if not published(measured, host, Family.IPV6)]
    for family in Family:
        yield from looked_up(measured, family)
    title = "mail over IPv6 works on every mail host"
    if without:
        yield Step(title, Progress.BLOCKED, f"no AAAA: {', '.join(without[:6])}", f"probe6 plan add-ipv6 {name}")
    else:
        yield works(title, measured, Family.IPV6)
    if with_a:
        yield equal("IPv6 shows what IPv4 shows", measured)
    yield reverse("the IPv6 addresses have reverse names that lead back", measured, Family.IPV6)
    yield over_ipv6(situation)
    yield Step(
        "no sender is left that only ever came over IPv4",
        Progress.BY_HAND,
        "the log of the last 30 days knows",
        "probe6 log /var/log/mail.log --format json",
    )
    yield Step(
        "our own mail reaches hosts with IPv4 alone by a relay or NAT64",
        Progress.BY_HAND,
        "SPF and PTR are then those of the relay",
        f"probe6 user@{name} --via smtp://RELAY",
    )
    yield Step(
        "one mail host of worst preference keeps its A record, or the loss of senders is accepted",
        Progress.BY_HAND,
        "RFC 3974 4 advises to keep one",
    )
    for host in with_a:
        yield ttl(situation, host, "A")
        yield _way_back(host)
    yield Step(
        "remove the A records",
        Progress.NOT_YET if with_a else Progress.DONE,
        f"A: {', '.join(with_a[:6])}" if with_a else "no mail host has one",
        "\n".join(f"delete {host}. A" for host in with_a[:6]) or None,
        change=True,
    )
    if not with_a:
        yield _silence(situation)


def _way_back(host: str) -> Step:
    """The negative TTL that a removed A record will have, as the AAAA of a name without one would."""
    return Step(
        f"the zone of {host} lets a removed A record come back within the hour",
        Progress.BY_HAND,
        "the last number of its SOA record",
        f"dig SOA {host}",
    )


def _silence(situation: Situation) -> Step:
    """Whoever kept an A record still comes, of any of the hosts; queues look it up anew at each try."""
    title = "stop listening on IPv4"
    known = [_gone(situation, host) for host in hosts(situation.measured)]
    found = [item for item in known if item is not None]
    if not found or len(found) < len(known):
        seen = "no saved measurement shows since when the A records are gone"
        return Step(title, Progress.UNKNOWN, seen, f"probe6 {situation.name} --save FILE", change=True)
    since, seconds = max(found, key=lambda item: item[0] + timedelta(seconds=item[1]))
    seen = f"gone since {since:%Y-%m-%d %H:%M} UTC at the latest; old TTL {seconds} s"
    return Step(title, Progress.NOT_YET, seen, None, since + timedelta(seconds=seconds), change=True)


def _gone(situation: Situation, host: str) -> tuple[datetime, int] | None:
    """Since when ``host`` has no A record, and the TTL of the last one; None where nobody knows."""
    records = answer(situation.measured, host, "A")
    first = first_seen(situation, host, "A", records) if records is not None else None
    if first is None:
        return None
    before = [item for item in situation.history if item.started < first.started]
    old = lifetime(before[-1], host, "A") if before else None
    return first.started, old.seconds if old is not None and old.source else UNKNOWN_BEFORE
