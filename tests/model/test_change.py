from datetime import UTC, datetime

import pytest

from probe.model.change import Change, Changes, Direction, Side
from probe.model.words import Family, Parity, Stage, Verdict

SIDE = Side("example.com", datetime(2026, 11, 22, tzinfo=UTC), Verdict.OK, Parity.EQUAL, "all well")


def changes(*directions: Direction, broke: tuple[Family, ...] = ()) -> Changes:
    made = (Change(one, Family.IPV6, "mx1.example.com", Stage.CONNECT, "outcome", "a", "b") for one in directions)
    return Changes(SIDE, SIDE, tuple(made), broke)


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (changes(), Verdict.OK),
        (changes(Direction.MOVED, Direction.BETTER), Verdict.OK),
        (changes(Direction.MOVED, Direction.UNCLEAR), Verdict.UNKNOWN),
        (changes(Direction.UNCLEAR, Direction.WORSE), Verdict.WARNING),
        (changes(Direction.BETTER, broke=(Family.IPV6,)), Verdict.CRITICAL),
    ],
)
def test_the_worst_counts(given: Changes, verdict: Verdict) -> None:
    assert given.verdict is verdict
