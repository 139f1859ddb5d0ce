from probe.judge.plan.add_ipv6 import steps
from probe.model.plan import Progress
from probe.model.words import Failure, Outcome, Stage
from tests.builders import MX1, MX4, V4, broken, healthy, host, measurement, resolution, session, stopped
from tests.judge.plan.worlds import served, situation, states

NO_AAAA = served(measurement(session(V4), hosts=[host(MX1, MX4)]))
PUBLISH = "publish AAAA, on the least used MX host first"


def test_all_is_ready_but_the_record() -> None:
    found = states(steps(situation(NO_AAAA, healthy(), served(NO_AAAA, days_ago=2))))
    assert {title for title, state in found.items() if state is not Progress.DONE} == {PUBLISH}


def test_nothing_was_tested_in_the_dark() -> None:
    assert states(steps(situation(NO_AAAA)))["the future address takes mail"] is Progress.NOT_YET
    assert states(steps(situation(NO_AAAA, NO_AAAA)))["the future address takes mail"] is Progress.NOT_YET


def test_the_future_address_is_dead() -> None:
    dead = broken(stopped(Stage.CONNECT, failure=Failure.REFUSED))
    assert states(steps(situation(NO_AAAA, dead)))["the future address takes mail"] is Progress.BLOCKED


def test_it_is_published_already() -> None:
    assert set(states(steps(situation(served(healthy())))).values()) == {Progress.DONE}
    dead = broken(stopped(Stage.CONNECT, failure=Failure.REFUSED))
    found = states(steps(situation(dead)))
    assert found[PUBLISH] is Progress.DONE
    assert found["mail over IPv6 works as published"] is Progress.BLOCKED


def test_a_look_up_that_failed_is_no_missing_record() -> None:
    """A resolver that fails on AAAA may hide one that is published: nothing is to be published beside it unseen."""
    given = host(MX1, MX4, ipv6=resolution(MX1, "AAAA", outcome=Outcome.SERVFAIL))
    found = states(steps(situation(served(measurement(session(V4), hosts=[given])), healthy())))
    assert found["the IPv6 addresses of every mail host are known"] is Progress.UNKNOWN
