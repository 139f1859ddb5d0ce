from datetime import timedelta

from probe.judge.plan.drop_ipv4 import steps
from probe.model.plan import Progress
from probe.model.words import Failure, Stage
from tests.builders import MX1, MX4, MX6, STARTED, V4, V6, broken, healthy, host, measurement, session, stopped
from tests.judge.plan.worlds import served, situation, states

REMOVE = "remove the A records"
EVERY = "mail over IPv6 works on every mail host"
NO_A = measurement(session(V6), hosts=[host(MX1, MX6)])


def test_ready() -> None:
    found = states(steps(situation(served(healthy()), None, served(healthy(), days_ago=2))))
    assert {title for title, state in found.items() if state is not Progress.DONE} == {REMOVE}


def test_ipv6_is_broken_or_missing_on_one_host() -> None:
    dead = broken(stopped(Stage.CONNECT, failure=Failure.REFUSED))
    assert states(steps(situation(served(dead))))[EVERY] is Progress.BLOCKED
    two = measurement(session(V6), session(V4), hosts=[host(MX1, MX6, MX4), host("mx2.example.com", "192.0.2.26")])
    assert states(steps(situation(served(two))))[EVERY] is Progress.BLOCKED


def test_when_the_listener_may_go() -> None:
    history = served(healthy(), 7200, 9), served(NO_A, 300, 1)
    *_, last = steps(situation(served(NO_A), None, *history))
    assert (last.title, last.not_before) == (
        "stop listening on IPv4",
        STARTED - timedelta(days=1) + timedelta(seconds=7200),
    )
