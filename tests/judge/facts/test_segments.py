from dataclasses import replace

from probe.judge.facts.segments import lost_segments
from probe.model.words import Failure, Purpose, Stage
from tests.builders import MX6, V4, healthy, session, stopped
from tests.judge.checks.test_segments import AGAIN, HANGING, NOT_PASSED, PASSED, run


def test_the_first_stall_and_the_trial_are_told() -> None:
    loss = lost_segments(run(HANGING, PASSED, AGAIN), AGAIN)
    assert loss is not None
    assert (loss.stalled, loss.passed, loss.outbound) == (HANGING, PASSED, False)
    assert loss.end.stage is Stage.STARTTLS


def test_no_loss_without_a_trial_that_went_on() -> None:
    assert lost_segments(run(HANGING), HANGING) is None
    assert lost_segments(run(HANGING, NOT_PASSED), HANGING) is None
    before = replace(PASSED, started=0.0)
    assert lost_segments(run(HANGING, before), HANGING) is None


def test_a_conversation_that_went_well_lost_nothing() -> None:
    assert lost_segments(healthy(), healthy().sessions[0]) is None
    well = session(purpose=Purpose.RETRY, started=33.0)
    assert lost_segments(run(HANGING, PASSED, well), well) is None


def test_another_stage_or_another_port_is_another_matter() -> None:
    mute = stopped(Stage.BANNER, failure=Failure.TIMEOUT)
    assert lost_segments(run(mute, PASSED), mute) is None
    later = stopped(Stage.EHLO, failure=Failure.TIMEOUT, purpose=Purpose.RETRY, started=33.0)
    assert lost_segments(run(HANGING, PASSED, later), later) is None
    assert lost_segments(run(HANGING, replace(PASSED, port=465)), HANGING) is None
    assert lost_segments(run(HANGING, replace(PASSED, address="192.0.2.25", family=V4)), HANGING) is None
    assert HANGING.address == MX6
