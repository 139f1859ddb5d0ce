"""Measurements with name servers that say their TTLs, for the playbooks."""

from dataclasses import replace
from datetime import timedelta

from probe.judge import judge
from probe.judge.plan.situation import Situation
from probe.model.inquiries import Inquiries
from probe.model.measurement import Measurement
from probe.model.network import Transport
from probe.model.plan import Progress, Step
from probe.model.words import AddressClass, Outcome
from probe.model.zones import DirectAnswer, ServerAddress, Zone, ZoneServer
from tests.builders import MX1, STARTED, V6


def served(given: Measurement, ttl: int = 300, days_ago: float = 0.0) -> Measurement:
    """``given``, so many days ago, with a name server over IPv6 that gives everything this TTL."""
    resolved = given.resolved
    looked_up = [*([resolved.mx] if resolved.mx is not None else ())]
    looked_up += [item for host in resolved.hosts for item in (host.ipv6, host.ipv4)]
    answers = tuple(
        DirectAnswer(Transport.UDP, item.name, item.rrtype, item.outcome, "NOERROR", True, item.records, ttl)
        for item in looked_up
    )
    address = ServerAddress("2001:db8:53::1", V6, AddressClass.GLOBAL, None, answers)
    zone = Zone("example.com", (MX1,), (ZoneServer("ns1", Outcome.ANSWER, Outcome.ANSWER, (address,)),))
    started = STARTED - timedelta(days=days_ago)
    return replace(given, started=started, inquiries=Inquiries(zones=(zone,)))


def situation(published: Measurement, planned: Measurement | None = None, *history: Measurement) -> Situation:
    return Situation(judge(published), judge(planned) if planned is not None else None, history)


def states(steps: object) -> dict[str, Progress]:
    """The steps that are measured, by the first words of their titles."""
    listed = list(steps)  # type: ignore[call-overload]
    assert all(isinstance(step, Step) and step.title and step.seen for step in listed)
    return {step.title: step.progress for step in listed if step.progress is not Progress.BY_HAND}
