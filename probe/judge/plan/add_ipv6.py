"""Adding IPv6 to the mail hosts of a domain: tested in the dark first, published last.

In: a ``Situation``; the planned side is the domain with the future addresses. Out: the steps in their order.
"""

from collections.abc import Iterator

from probe.judge.facts.conversations import hosts
from probe.judge.plan.situation import Situation, equal, looked_up, negative, reverse, state, ttl, unplanned, works
from probe.judge.standing import State, published
from probe.model.plan import Progress, Step
from probe.model.words import Family


def steps(situation: Situation) -> Iterator[Step]:
    """The way to a published AAAA, and back."""
    measured, name = situation.measured, situation.name
    without = [host for host in hosts(measured) if not published(measured, host, Family.IPV6)]
    host = without[0] if without else next(iter(hosts(measured)), "mx1")
    yield works("mail over IPv4 works today", measured, Family.IPV4)
    yield from looked_up(measured, Family.IPV6)
    if without:
        yield from _dark(situation, f"probe6 plan add-ipv6 {name} --resolve {host}:[IPV6-ADDRESS],IPV4-ADDRESS")
        for item in without:
            yield negative(situation, item, "AAAA")
            yield ttl(situation, item, "A")
    yield Step(
        "messages of 300 and of 16384 octets arrive over the new address",
        Progress.BY_HAND,
        "a message needs a mailbox of yours",
        f"probe6 user@{name} --resolve {host}:[IPV6-ADDRESS] -6 --proof maildir:PATH",
    )
    yield Step(
        "our own sending is ready for IPv6 too, or held to IPv4",
        Progress.BY_HAND,
        "SPF ip6:, PTR, EHLO name, mynetworks, allow lists, fail2ban",
        "probe6 audit postfix",
    )
    yield Step(
        "publish AAAA, on the least used MX host first",
        Progress.NOT_YET if without else Progress.DONE,
        f"no AAAA: {', '.join(without[:6])}" if without else "every mail host has one",
        "\n".join(f"{item}. AAAA IPV6-ADDRESS" for item in without[:6]) or None,
        change=True,
    )
    if state(measured, Family.IPV6) is not State.ABSENT:
        yield works("mail over IPv6 works as published", measured, Family.IPV6)
        yield equal("both families show the same as published", measured)


def _dark(situation: Situation, how: str) -> Iterator[Step]:
    planned = situation.planned
    if planned is None:
        yield unplanned("the future address takes mail", how)
        return
    found = planned.measurement
    if state(found, Family.IPV6) is State.ABSENT:
        yield unplanned("the future address takes mail", how)
        return
    yield works("the future address takes mail", found, Family.IPV6)
    yield equal("the future address shows what IPv4 shows", found)
    yield reverse("the future address has a reverse name that leads back", found, Family.IPV6)
