from datetime import UTC, datetime, timedelta

import pytest

from probe.model.plan import Kind, Plan, Progress, Step
from probe.model.words import Verdict

NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)
DONE, NOT_YET, BLOCKED, UNKNOWN, BY_HAND = Progress


def plan(*states: Progress, change: Progress = NOT_YET, wait: int = 0, history: bool = True) -> Plan:
    steps = [Step(f"step {number}", state, "") for number, state in enumerate(states)]
    steps.append(Step("change", change, "", not_before=NOW + timedelta(seconds=wait), change=True))
    steps.append(Step("after", NOT_YET, ""))
    return Plan(Kind.ADD_IPV6, "example.com", NOW, tuple(steps), (), history)


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (plan(DONE, BY_HAND), Verdict.OK),
        (plan(DONE, history=False), Verdict.UNKNOWN),
        (plan(DONE, NOT_YET), Verdict.WARNING),
        (plan(DONE, wait=1), Verdict.WARNING),
        (plan(NOT_YET, UNKNOWN), Verdict.UNKNOWN),
        (plan(DONE, change=UNKNOWN), Verdict.UNKNOWN),
        (plan(UNKNOWN, BLOCKED), Verdict.CRITICAL),
        (plan(DONE, change=DONE), Verdict.WARNING),
    ],
)
def test_safe_only_when_all_before_it_is(given: Plan, verdict: Verdict) -> None:
    assert given.verdict is verdict


def test_what_is_next_and_when() -> None:
    given = plan(NOT_YET, wait=60)
    assert given.next is not None
    assert (given.next.title, given.earliest) == ("change", NOW + timedelta(seconds=60))
    assert [step.title for step in given.open] == ["step 0"]
    assert plan(change=DONE).next is None
