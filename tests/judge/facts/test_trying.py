from dataclasses import replace

from probe.judge.facts.trying import held, nobody_asked, stopped, wanted, why
from probe.model.words import Failure, Purpose, Stage, Verdict
from tests.builders import V4, V6, healthy, step
from tests.judge.trials import rcpt, talk, untried, world

YES = talk(Purpose.RELAY, V6, rcpt(250, "2.1.5 Ok"))
NO = talk(Purpose.RELAY, V4, rcpt(450, "4.2.0 later"))


def test_each_test_has_its_own_conversations() -> None:
    other = talk(Purpose.LITERAL, V6)
    assert held(world(YES, other, NO), Purpose.RELAY) == (YES, NO)
    assert held(healthy(), Purpose.RELAY) == ()


def test_what_nobody_could_be_asked_is_told_once_and_only_if_it_was_wanted() -> None:
    asked = world(purpose=Purpose.RELAY)
    assert wanted(asked, Purpose.RELAY)
    assert not wanted(asked, Purpose.LITERAL)
    assert not wanted(healthy(), Purpose.RELAY)
    [finding] = nobody_asked(asked, Purpose.RELAY, "relay-open", "RFC")
    assert finding.verdict is Verdict.UNKNOWN
    assert "--relay-check" in finding.sentence
    assert not list(nobody_asked(world(YES), Purpose.RELAY, "relay-open", "RFC"))


def test_why_is_what_ended_it() -> None:
    assert stopped(YES) is None
    assert why(NO) == "it ended at rcpt: 450 4.2.0 later"
    assert why(untried(Purpose.RELAY, V6, "no time left")) == "no time left"
    gone = talk(Purpose.RELAY, V6, step(Stage.MAIL, failure=Failure.CLOSED))
    assert why(gone) == "it ended at mail: closed"
    assert why(replace(YES, failure=Failure.TIMEOUT)) == "it ended before its time"
