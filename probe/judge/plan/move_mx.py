"""Moving the mail of a domain to other MX hosts: asked first, switched with low TTLs, the old ones kept until all came.

In: a ``Situation``; the planned side is the domain with its new MX hosts. Out: the steps in their order.
"""

from collections.abc import Iterator
from datetime import timedelta

from probe.judge.facts.conversations import hosts
from probe.judge.facts.inquired import lifetime
from probe.judge.plan.situation import (
    QUEUE_LIFE,
    UNKNOWN_BEFORE,
    Situation,
    answer,
    equal,
    first_seen,
    policy,
    ttl,
    unplanned,
    works,
)
from probe.model.plan import Progress, Step
from probe.model.words import Family


def steps(situation: Situation) -> Iterator[Step]:
    """The way to the new hosts."""
    measured, name = situation.measured, situation.name
    how = f"probe6 plan move-mx {name} --mx mx1.new-provider.example,mx2.new-provider.example"
    planned = situation.planned.measurement if situation.planned is not None else None
    if planned is None:
        yield unplanned("the new hosts take mail for the domain, over both families", how)
        new: tuple[str, ...] = ()
    else:
        new = hosts(planned)
        for family in Family:
            yield works(f"the new hosts take mail for the domain over {family.label}", planned, family)
        yield equal("the new hosts show the same over both families", planned)
    switched = bool(new) and set(hosts(measured)) == set(new)
    yield policy(situation, new)
    if not switched:
        yield ttl(situation, measured.target.name, "MX")
    yield Step(
        "every mailbox exists at the new hosts",
        Progress.BY_HAND,
        "a list of your mailboxes is needed",
        f"probe6 compare {name} --mx NEW-HOST --rcpt @FILE --owned {name}",
    )
    yield Step(
        "SPF has the new provider's addresses of both families",
        Progress.BY_HAND,
        "what the provider sends from, only it knows",
        f"dig TXT {name}",
    )
    yield Step(
        "switch the MX records, with the old hosts still taking mail",
        Progress.DONE if switched else Progress.NOT_YET,
        f"published: {', '.join(hosts(measured)[:6]) or 'none'}",
        "\n".join(f"{name}. MX 10 {host}." for host in new[:6]) or None,
        change=True,
    )
    if switched:
        yield _farewell(situation)


def _farewell(situation: Situation) -> Step:
    """The old hosts stay until the old records are forgotten and no queue can hold them any more."""
    measured = situation.measured
    name = measured.target.name
    records = answer(measured, name, "MX") or frozenset()
    first = first_seen(situation, name, "MX", records)
    title = "turn the old hosts off"
    if first is None:
        seen = "no saved measurement shows since when the new hosts are published"
        return Step(title, Progress.UNKNOWN, seen, f"probe6 {situation.name} --save FILE", change=True)
    before = [item for item in situation.history if item.started < first.started]
    old = lifetime(before[-1], name, "MX") if before else None
    seconds = old.seconds if old is not None and old.source else UNKNOWN_BEFORE
    earliest = first.started + timedelta(seconds=seconds) + QUEUE_LIFE
    seen = f"the new hosts were seen first at {first.started:%Y-%m-%d %H:%M} UTC; old TTL {seconds} s, queues 5 days"
    return Step(title, Progress.NOT_YET, seen, None, earliest, change=True)
