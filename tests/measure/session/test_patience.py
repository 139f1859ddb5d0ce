"""When to try once more, and after how long."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.come_back import LADDER, advertised_delay
from probe.measure.session.patience import AFTER_POSTSCREEN, RETRY_AFTER, second_chance
from probe.model.settings import Settings
from probe.model.smtp import Observation, Reply, Session
from probe.model.words import Failure, Family, Stage


def session(stage: Stage, failure: Failure | None, reply: Reply | None = None) -> Session:
    step = Observation(stage, 0.0, 0.1, reply, failure)
    return Session(
        mx="mx1.example.com",
        names=("mx1.example.com",),
        address="2001:db8::25",
        port=25,
        family=Family.IPV6,
        until=Stage.RCPT,
        reached=stage,
        started=0.0,
        elapsed=0.1,
        failure=failure,
        steps=(step,),
    )


def test_a_connect_time_out_gets_one_more_try() -> None:
    timed_out = session(Stage.CONNECT, Failure.TIMEOUT)
    assert second_chance(timed_out, 0, 0.0, Settings()) == RETRY_AFTER
    assert second_chance(timed_out, 1, RETRY_AFTER, Settings()) is None


@pytest.mark.parametrize("failure", [Failure.REFUSED, Failure.PROHIBITED, Failure.UNREACHABLE, None])
def test_an_answer_is_an_answer(failure: Failure | None) -> None:
    assert second_chance(session(Stage.CONNECT, failure), 0, 0.0, Settings()) is None


def test_a_time_out_after_connect_is_not_retried() -> None:
    assert second_chance(session(Stage.BANNER, Failure.TIMEOUT), 0, 0.0, Settings()) is None


def test_greylisting_is_waited_out_only_when_asked_for() -> None:
    deferred = session(Stage.RCPT, Failure.DEFERRED, Reply(450, ("4.2.0 Greylisted",), "4.2.0"))
    assert second_chance(deferred, 0, 0.0, Settings()) is None
    patient = replace(Settings(), greylist=400.0)
    assert second_chance(deferred, 0, 0.0, patient) == LADDER[0]
    assert second_chance(deferred, 1, 60.0, patient) == LADDER[1]
    assert second_chance(deferred, 2, 390.0, patient) is None


def test_postscreen_wants_to_be_called_again_and_no_more() -> None:
    tested = session(Stage.RCPT, Failure.DEFERRED, Reply(450, ("4.3.2 Service currently unavailable",), "4.3.2"))
    assert second_chance(tested, 0, 0.0, Settings()) is None
    patient = replace(Settings(), greylist=30.0)
    assert second_chance(tested, 0, 0.0, patient) == AFTER_POSTSCREEN
    assert second_chance(tested, 1, AFTER_POSTSCREEN, patient) is None


def test_a_421_is_left_alone() -> None:
    busy = session(Stage.RCPT, Failure.DEFERRED, Reply(421, ("4.7.0 slow down",), "4.7.0"))
    assert second_chance(busy, 0, 0.0, replace(Settings(), greylist=4000.0)) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4.2.0 Greylisted for 300 seconds", 330.0),
        ("4.7.1 please try again in 5 minutes", 330.0),
        ("Greylisted, come back in 60s", 66.0),
        ("4.3.2 Service currently unavailable", None),
        ("see http://postgrey.example/help/example.com.html", None),
    ],
)
def test_the_wait_a_server_names(text: str, seconds: float | None) -> None:
    assert advertised_delay(text) == seconds


@given(st.text(max_size=500))
def test_no_text_upsets_it(text: str) -> None:
    delay = advertised_delay(text)
    assert delay is None or delay >= 0


def test_what_an_earlier_run_has_waited_counts_once() -> None:
    deferred = session(Stage.RCPT, Failure.DEFERRED, Reply(450, ("4.2.0 Greylisted",), "4.2.0"))
    patient = replace(Settings(), greylist=400.0)
    assert second_chance(deferred, 0, 0.0, patient, known=12.0) == 12.0
    assert second_chance(deferred, 0, 0.0, patient, known=500.0) == LADDER[0]
    assert second_chance(deferred, 0, 0.0, patient, known=-5.0) == LADDER[0]  # its time has come, and it was not enough
    assert second_chance(deferred, 1, 12.0, patient, known=12.0) == LADDER[1]
    assert second_chance(deferred, 0, 0.0, Settings(), known=12.0) is None
