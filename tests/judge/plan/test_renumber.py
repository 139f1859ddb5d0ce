from datetime import timedelta

from probe.judge.plan.renumber import steps
from probe.model.plan import Progress
from probe.model.words import Failure, Stage
from tests.builders import MX1, MX4, MX6, STARTED, V4, V6, healthy, host, measurement, session, stopped
from tests.judge.plan.worlds import served, situation, states

NEW6 = "2001:db8:2::25"
PLANNED = measurement(session(V6, address=NEW6), session(V4), hosts=[host(MX1, NEW6, MX4)])
BESIDE = measurement(session(V6), session(V6, address=NEW6), session(V4), hosts=[host(MX1, MX6, NEW6, MX4)])
PUBLISH, REMOVE = "publish the new addresses beside the old", "take the old addresses out of the DNS"
OFF = "turn the old addresses off, and take them out of SPF and the reverse zone"


def test_before() -> None:
    found = states(steps(situation(served(healthy()), PLANNED, served(healthy(), days_ago=2))))
    assert {title for title, state in found.items() if state is not Progress.DONE} == {PUBLISH, REMOVE}


def test_nothing_planned() -> None:
    assert list(states(steps(situation(served(healthy()))))) == ["the new addresses take mail"]


def test_the_new_address_is_dead() -> None:
    dead = measurement(
        stopped(Stage.CONNECT, failure=Failure.REFUSED, address=NEW6), session(V4), hosts=[host(MX1, NEW6, MX4)]
    )
    assert (
        states(steps(situation(served(healthy()), dead)))["the new addresses take mail over IPv6"] is Progress.BLOCKED
    )


def test_side_by_side_until_the_old_set_ran_out() -> None:
    history = served(healthy(), 7200, 9), served(BESIDE, 300, 1)
    found = list(steps(situation(served(BESIDE), PLANNED, *history)))
    by_title = {step.title: step for step in found}
    assert by_title[PUBLISH].progress is Progress.DONE
    assert by_title[REMOVE].not_before == STARTED - timedelta(days=1) + timedelta(seconds=7200)
    unseen = {step.title: step for step in steps(situation(served(BESIDE), PLANNED))}
    assert unseen[REMOVE].progress is Progress.UNKNOWN


def test_no_old_address_is_turned_off_while_nothing_is_known_of_one_host() -> None:
    """What was saved knows one host of two: since when the other has its addresses nobody can say."""
    second = "mx2.example.com"
    talks = [session(V6, address=NEW6), session(V4), session(V4, mx=second, address="192.0.2.26", names=(second,))]
    two = measurement(*talks, hosts=[host(MX1, NEW6, MX4), host(second, "192.0.2.26")])
    by_title = {step.title: step for step in steps(situation(served(two), two, served(PLANNED, 300, 30)))}
    assert by_title[OFF].progress is Progress.UNKNOWN


def test_after() -> None:
    history = served(BESIDE, 300, 9), served(PLANNED, 300, 1)
    by_title = {step.title: step for step in steps(situation(served(PLANNED), PLANNED, *history))}
    assert by_title[REMOVE].progress is Progress.DONE
    assert by_title[OFF].not_before is not None
    assert by_title[OFF].not_before > STARTED
