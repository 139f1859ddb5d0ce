import pytest

from probe.judge import judge
from probe.model.measurement import Measurement
from probe.model.report import Change, Finding, JudgeOptions, Turn
from probe.model.words import Failure, Stage, Verdict
from tests.builders import STARTED, V4, V6, both, healthy, session, stopped
from tests.judge.checks.table import OK, Row, name

FAILED = Change((Turn(None, Verdict.OK, Verdict.CRITICAL), Turn(V6, Verdict.OK, Verdict.CRITICAL)), 2, 3, 3, STARTED)
BROKEN = both(stopped(Stage.CONNECT, V6, failure=Failure.REFUSED), session(V4))
BOTH = Change((Turn(V6, Verdict.OK, Verdict.CRITICAL), Turn(V4, Verdict.OK, Verdict.WARNING)), 2, 3, 3)
CASES: list[Row] = [
    ("mon-state-change", "nothing changed", healthy(), set()),
    ("mon-state-change", "IPv6 failed", BROKEN, {(OK, V6, "example.com")}),
]


def findings(measurement: Measurement, change: Change | None) -> list[Finding]:
    found = judge(measurement, JudgeOptions(change=change)).findings
    return [item for item in found if item.code == "mon-state-change"]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said_of_a_change(row: Row) -> None:
    _, _, measurement, expected = row
    found = findings(measurement, FAILED if expected else None)
    assert {(item.verdict, item.family, item.subject) for item in found} == expected


def test_the_sentence_names_the_family_and_what_was() -> None:
    (found,) = findings(BROKEN, FAILED)
    assert found.sentence == "example.com has changed: mail over IPv6 was ok and is critical."
    assert found.evidence == (
        "told when 2 of the last 3 runs show it, for the better when all of them do",
        "last ok 0 s ago",
    )


def test_two_families_are_the_matter_of_neither_alone() -> None:
    (found,) = findings(BROKEN, BOTH)
    assert found.family is None
    assert "IPv6 was ok and is critical; mail over IPv4 was ok and is warning" in found.sentence


def test_a_run_that_shows_something_else_is_told_so() -> None:
    """A command that failed is told the change again, perhaps when all is well again."""
    (found,) = findings(healthy(), Change((Turn(V6, Verdict.OK, Verdict.CRITICAL, Verdict.OK),), 2, 3, 3))
    assert found.sentence == (
        "example.com has changed: mail over IPv6 was ok, counts as critical by the last runs, and is ok in this one."
    )


def test_the_first_look_has_no_before() -> None:
    (found,) = findings(BROKEN, Change((Turn(None, None, Verdict.CRITICAL),), 2, 3, 1))
    assert found.sentence == "example.com has changed: mail is critical on the first look."
    assert found.evidence == ()
