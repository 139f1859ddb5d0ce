"""Greeting names are looked up over both families, and only names."""

from probe.measure.case import Case
from probe.measure.frame import Frame
from probe.measure.greeters import look_up
from probe.measure.resolver import Resolver
from probe.model.dns import Resolved
from probe.model.outbound import Outbound
from probe.model.settings import Record, Settings, Target, TargetKind
from probe.model.smtp import Session
from tests.builders import V4, V6, greeting
from tests.measure.scripted import ScriptedNetwork

SETTINGS = Settings(overlay=(Record("mail.example.com", "A", ("192.0.2.25",)), Record("mail.example.com", "AAAA", ())))


async def asked(*sessions: Session, deadline: float | None = None) -> list[tuple[str, str, tuple[str, ...]]]:
    network = ScriptedNetwork()
    frame = Frame(network, SETTINGS, network.monotonic(), deadline)
    target = Target("example.com", TargetKind.DOMAIN, "example.com")
    case = Case(frame, Resolver(network, SETTINGS), target, Resolved(None))
    found = await look_up(case, Outbound("example.com"), sessions)
    return [(item.name, item.rrtype, item.records) for item in found.helo]


async def test_a_name_is_looked_up_once_over_both_families() -> None:
    sessions = (greeting(V6, "Mail.Example.com. ESMTP"), greeting(V4, "mail.example.com ready"))
    assert await asked(*sessions) == [("mail.example.com", "AAAA", ()), ("mail.example.com", "A", ("192.0.2.25",))]


async def test_what_is_no_name_is_not_asked_for() -> None:
    assert await asked(greeting(V6, "Welcome, stranger"), greeting(V4, "****************")) == []


async def test_a_pool_is_looked_at_in_part() -> None:
    pool = [greeting(V6, f"mx{number}.example.com ESMTP") for number in range(9)]
    assert len(await asked(*pool)) == 8


async def test_nothing_is_asked_when_time_has_run_out() -> None:
    assert await asked(greeting(V6, "mail.example.com ESMTP"), deadline=0.0) == []
