import pytest

from probe.judge.plan import plan
from probe.model.plan import Kind
from probe.model.words import Verdict
from tests.builders import MX1, MX4, STARTED, V4, healthy, host, measurement, session
from tests.judge.plan.worlds import served, situation

NO_AAAA = served(measurement(session(V4), hosts=[host(MX1, MX4)]))


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_has_its_playbook_and_a_change(kind: Kind) -> None:
    found = plan(kind, situation(served(healthy()), healthy(), served(healthy(), days_ago=2)))
    assert (found.kind, found.target, found.now) == (kind, "example.com", STARTED)
    assert any(step.change for step in found.steps)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("world", [healthy(), served(healthy()), NO_AAAA])
def test_without_history_it_is_never_safe(kind: Kind, world: object) -> None:
    assert plan(kind, situation(world, healthy())).verdict is not Verdict.OK  # type: ignore[arg-type]


def test_safe_when_everything_is_ready() -> None:
    ready = plan(Kind.ADD_IPV6, situation(NO_AAAA, healthy(), served(NO_AAAA, days_ago=2)))
    assert ready.verdict is Verdict.OK
