from dataclasses import replace

import pytest

from probe.judge import judge
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions, Limits, Range
from probe.model.settings import Timeouts
from probe.model.words import Failure, Stage, Verdict
from tests.builders import MX1, V4, V6, both, healthy, session, stopped
from tests.judge.checks.table import CRITICAL, MX1_6, WARNING, Row, name

FIVE, EIGHT = Range("5", 0, 5), Range("8", 0, 8)


def taking(six: float, four: float) -> Measurement:
    return both(replace(session(V6), elapsed=six), replace(session(V4), elapsed=four))


def given_up(stage: Stage) -> Measurement:
    found = both(stopped(stage, V6, failure=Failure.DEADLINE), session(V4))
    return replace(found, settings=replace(found.settings, timeouts=Timeouts(deadline=10.0)))


CASES: list[Row] = [
    ("run-slow", "quick", taking(0.2, 0.2), set()),
    ("run-slow", "just in time", taking(5.0, 5.0), set()),
    ("run-slow", "over the warning", taking(5.1, 0.2), {(WARNING, V6, MX1_6)}),
    ("run-slow", "over both", taking(9.0, 0.2), {(CRITICAL, V6, MX1_6)}),
    ("run-slow", "over both families", taking(6.0, 6.0), {(WARNING, None, MX1)}),
    ("run-slow", "given up is another matter", given_up(Stage.BANNER), set()),
    ("run-deadline", "in time", healthy(), set()),
    ("run-deadline", "given up while connecting", given_up(Stage.CONNECT), {(WARNING, V6, "example.com")}),
    ("run-deadline", "given up at the greeting", given_up(Stage.BANNER), {(WARNING, V6, "example.com")}),
]


def findings(measurement: Measurement, code: str, limits: Limits | None) -> list[Finding]:
    return [item for item in judge(measurement, JudgeOptions(limits=limits)).findings if item.code == code]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said_within_limits(row: Row) -> None:
    code, _, measurement, expected = row
    found = findings(measurement, code, Limits(FIVE, EIGHT))
    assert {(item.verdict, item.family, item.subject) for item in found} == expected
    assert all(item.evidence and item.fix and item.sentence.endswith(".") for item in found)


@pytest.mark.parametrize("row", CASES, ids=name)
def test_without_limits_time_is_judged_by_nobody(row: Row) -> None:
    assert findings(row[2], row[0], None) == []


def test_one_limit_may_stand_alone() -> None:
    assert findings(taking(60, 0.1), "run-slow", Limits()) == []
    assert findings(taking(6, 0.1), "run-slow", Limits(critical=EIGHT)) == []
    assert [item.verdict for item in findings(taking(60, 0.1), "run-slow", Limits(critical=EIGHT))] == [CRITICAL]


def test_a_run_that_its_deadline_ended_is_slow_and_not_down() -> None:
    report = judge(given_up(Stage.CONNECT), JudgeOptions(limits=Limits()))
    assert report.verdict is Verdict.WARNING
    (finding,) = [item for item in report.findings if item.code == "run-deadline"]
    assert finding.sentence == "Slow, gave up at 10 s over IPv6: connect was not over."
