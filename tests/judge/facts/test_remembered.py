"""What memory counts for: only what the same source saw, and only for as long as it lasts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from probe.judge import judge
from probe.judge.facts.remembered import proof, served, since, source_of
from probe.model.measurement import Measurement
from probe.model.memory import Greeted, Memory, Served
from probe.model.network import Icmp
from probe.model.words import Failure, Port25, Stage, Verdict
from tests.builders import ELSEWHERE, MX6, OWN, STARTED, V4, V6, both, broken, healthy, measurement, stopped, vantage

HOUR = timedelta(hours=1)
SILENT = stopped(Stage.CONNECT, failure=Failure.TIMEOUT, elapsed=15.0)
SILENT4 = stopped(Stage.CONNECT, V4, failure=Failure.TIMEOUT, elapsed=15.0)
REFUSED = stopped(Stage.CONNECT, failure=Failure.REFUSED, source=None)
GREETED = Greeted(V6, OWN[V6], "mail.example.org", ELSEWHERE[V6], STARTED - 3 * HOUR)
BEFORE = Served(OWN[V6], MX6, 25, STARTED - 3 * HOUR)


def alone(memory: Memory) -> Measurement:
    """IPv6 is silent, and nobody else was heard over it in this run."""
    return replace(broken(SILENT, references=()), memory=memory)


def test_a_greeting_of_the_last_day_proves_port_25() -> None:
    world = alone(Memory(greeted=(GREETED,)))
    report = judge(world)
    (finding,) = [item for item in report.findings if item.code == "tcp-timeout"]
    assert finding.verdict is Verdict.CRITICAL
    assert f"mail.example.org [{ELSEWHERE[V6]}] greeted us on port 25 over IPv6 3 h ago" in finding.evidence
    assert dict(report.port25)[V6] is Port25.PROVEN
    assert report.port25_by == ((V6, GREETED),)


@pytest.mark.parametrize(
    "greeted",
    [
        replace(GREETED, at=STARTED - 25 * HOUR),
        replace(GREETED, at=STARTED + HOUR),
        replace(GREETED, source="2001:db8:77::9"),
        replace(GREETED, family=V4, source=OWN[V4], address=ELSEWHERE[V4]),
        replace(GREETED, address="2001:db8::99"),  # a neighbour of the silent host
    ],
    ids=["too old", "in the future", "from another source", "over IPv4", "of the same network"],
)
def test_what_proves_nothing(greeted: Greeted) -> None:
    world = alone(Memory(greeted=(greeted,)))
    assert proof(world, V6, MX6) is None
    (finding,) = [item for item in judge(world).findings if item.code == "tcp-timeout"]
    assert finding.verdict is Verdict.UNKNOWN


def test_behind_nat_a_source_is_no_place() -> None:
    memory = Memory(greeted=(replace(GREETED, family=V4, source=OWN[V4], address=ELSEWHERE[V4]),))
    world = replace(broken(SILENT4, references=()), memory=memory)
    assert proof(world, V4) is not None
    hidden = replace(world, vantage=(vantage(V6), vantage(V4, nat=True)))
    assert proof(hidden, V4) is None


def test_what_this_run_proves_itself_needs_no_memory() -> None:
    assert judge(replace(healthy(), memory=Memory(greeted=(GREETED,)))).port25_by == ()


def test_a_refusal_where_we_were_served_may_be_a_ban() -> None:
    world = replace(broken(REFUSED), memory=Memory(served=(BEFORE,)))
    (finding,) = [item for item in judge(world).findings if item.code == "tcp-refused"]
    assert "though it answered 3 h ago: its service has stopped, or this probe is perhaps banned" in finding.sentence
    assert finding.verdict is Verdict.CRITICAL
    assert finding.fix is not None
    assert "inet_protocols" in finding.fix  # yesterday's success does not say which of the two it is
    assert "fail2ban" in finding.fix


def test_a_prohibition_where_we_were_served_may_be_a_ban() -> None:
    icmp = Icmp(1, 1, "2001:db8:fe::1")
    wall = stopped(Stage.CONNECT, failure=Failure.PROHIBITED, source=None, icmp=icmp)
    world = replace(both(wall, SILENT4), memory=Memory(served=(BEFORE,)))
    (finding,) = [item for item in judge(world).findings if item.code == "tcp-unreachable"]
    assert "though it answered 3 h ago" in finding.sentence
    assert "perhaps this probe is banned" in finding.sentence
    assert finding.fix is not None
    assert "ip6tables" in finding.fix
    assert "fail2ban" in finding.fix


@pytest.mark.parametrize(
    "before",
    [replace(BEFORE, source="2001:db8:9::77"), replace(BEFORE, address=ELSEWHERE[V6]), replace(BEFORE, port=26)],
)
def test_being_served_elsewhere_says_nothing(before: Served) -> None:
    world = replace(broken(REFUSED), memory=Memory(served=(before,)))
    assert served(world, REFUSED) is None
    (finding,) = [item for item in judge(world).findings if item.code == "tcp-refused"]
    assert "banned" not in finding.sentence


def test_the_source_of_a_call_that_never_connected_is_that_of_its_route() -> None:
    world = measurement(REFUSED)
    assert source_of(world, REFUSED) == OWN[V6]
    routed = replace(world.vantage[0].routes[0], source="2001:db8:9::66")
    assert source_of(replace(world, vantage=(vantage(V6, routes=(routed,)),)), REFUSED) == "2001:db8:9::66"
    assert source_of(world, replace(REFUSED, source="2001:db8:9::55")) == "2001:db8:9::55"


def test_since_is_counted_from_the_measurement() -> None:
    assert since(healthy(), STARTED - 3 * HOUR) == "3 h ago"
