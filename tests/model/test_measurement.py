from dataclasses import replace

from probe.model.measurement import Vantage
from probe.model.trials import Leave, Trials
from probe.model.words import Family, Purpose
from tests.report import measurements


def test_the_vantage_of_a_family_that_was_not_asked_for_is_empty() -> None:
    measurement = measurements.report("healthy").measurement
    assert measurement.vantage_of(Family.IPV6) is measurement.vantage[0]
    assert replace(measurement, vantage=()).vantage_of(Family.IPV4) == Vantage(Family.IPV4)


def test_the_owners_tests_are_conversations_too_and_no_sessions() -> None:
    measurement = measurements.report("healthy").measurement
    test = replace(measurement.sessions[0], purpose=Purpose.RELAY)
    tried = replace(measurement, trials=Trials(Leave.SAID, None, (test,)))
    assert tried.conversations == (*measurement.sessions, *measurement.references, test)
    assert tried.sessions == measurement.sessions
    assert measurement.conversations == (*measurement.sessions, *measurement.references)
