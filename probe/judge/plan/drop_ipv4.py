"""Turning IPv4 off: only when IPv6 carries everything, and who comes over IPv4 alone is known.

In: a ``Situation``. Out: the steps in their order.
"""

from collections.abc import Iterator
from datetime import timedelta

from probe.judge.conversations import hosts
from probe.judge.inquired import lifetime
from probe.judge.plan.situation import (
    UNKNOWN_BEFORE,
    Situation,
    answer,
    equal,
    first_seen,
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
        yield from (_silence(situation, host) for host in hosts(measured)[:1])


def _way_back(host: str) -> Step:
    """The negative TTL that a removed A record will have, as the AAAA of a name without one would."""
    return Step(
        f"the zone of {host} lets a removed A record come back within the hour",
        Progress.BY_HAND,
        "the last number of its SOA record",
        f"dig SOA {host}",
    )


def _silence(situation: Situation, host: str) -> Step:
    """Whoever kept the A record still comes; queues look it up anew at each try."""
    title = "stop listening on IPv4"
    first = first_seen(situation, host, "A", answer(situation.measured, host, "A") or frozenset())
    if first is None:
        seen = "no saved measurement shows since when the A records are gone"
        return Step(title, Progress.UNKNOWN, seen, f"probe6 {situation.name} --save FILE", change=True)
    before = [item for item in situation.history if item.started < first.started]
    old = lifetime(before[-1], host, "A") if before else None
    seconds = old.seconds if old is not None and old.source else UNKNOWN_BEFORE
    seen = f"gone since {first.started:%Y-%m-%d %H:%M} UTC at the latest; old TTL {seconds} s"
    return Step(title, Progress.NOT_YET, seen, None, first.started + timedelta(seconds=seconds), change=True)
