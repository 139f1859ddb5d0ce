from datetime import timedelta

from probe.judge.plan import plan
from probe.judge.plan.drop_ipv4 import steps
from probe.model.measurement import Measurement
from probe.model.plan import Kind, Progress
from probe.model.words import Failure, Outcome, Stage, Verdict
from tests.builders import (
    MX1,
    MX4,
    MX6,
    SECOND6,
    STARTED,
    V4,
    V6,
    broken,
    healthy,
    host,
    measurement,
    resolution,
    session,
    stopped,
)
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


def verdict(published: Measurement, *history: Measurement) -> Verdict:
    return plan(Kind.DROP_IPV4, situation(published, None, *history)).verdict


def test_a_look_up_that_failed_is_no_removed_record() -> None:
    """A SERVFAIL for A looks as empty as a record that was taken out long ago."""
    given = host(MX1, MX6, ipv4=resolution(MX1, "A", outcome=Outcome.SERVFAIL))
    hidden = measurement(session(V6), hosts=[given])
    found = states(steps(situation(served(hidden), None, served(NO_A, 300, 9))))
    assert found["the IPv4 addresses of every mail host are known"] is Progress.UNKNOWN
    assert verdict(served(hidden), served(healthy(), 300, 20), served(NO_A, 300, 9)) is not Verdict.OK
    assert verdict(served(NO_A), served(healthy(), 300, 20), served(NO_A, 300, 9)) is Verdict.OK


def test_the_listener_waits_for_the_host_whose_record_went_last() -> None:
    second = "mx2.example.com"

    def world(*more: str) -> Measurement:
        talks = [session(V6), session(V6, mx=second, address=SECOND6, names=(second,))]
        return measurement(*talks, hosts=[host(MX1, MX6), host(second, SECOND6, *more)])

    history = served(world("192.0.2.26"), 86400, 20), served(world("192.0.2.26"), 86400, 0.5)
    *_, last = steps(situation(served(world()), None, *history, served(world(), 300, 0.25)))
    assert last.not_before == STARTED - timedelta(days=0.25) + timedelta(seconds=86400)
    assert verdict(served(world()), *history, served(world(), 300, 0.25)) is Verdict.WARNING


def test_when_the_listener_may_go() -> None:
    history = served(healthy(), 7200, 9), served(NO_A, 300, 1)
    *_, last = steps(situation(served(NO_A), None, *history))
    assert (last.title, last.not_before) == (
        "stop listening on IPv4",
        STARTED - timedelta(days=1) + timedelta(seconds=7200),
    )
