from datetime import UTC, datetime

from probe.model.change import Change, Changes, Direction, Side
from probe.model.expectation import Held
from probe.model.words import Family, Parity, Stage, Verdict
from probe.report._shown.changes import changed, held, since

SIDE = Side("example.com", datetime(2026, 11, 22, 18, 0, tzinfo=UTC), Verdict.OK, Parity.EQUAL, "")


def say(text: str, limit: int) -> str:
    return text[:limit].upper()


def test_a_change_says_where_and_what() -> None:
    found = Change(Direction.WORSE, Family.IPV6, "mx1", Stage.BANNER, "name", "a", "b")
    assert changed(found, say) == "MX1 banner NAME: A -> B"
    outcome = Change(Direction.WORSE, None, "mx1", None, "outcome", "a", "b" * 300)
    assert changed(outcome, say) == f"MX1: A -> {'B' * 200}"


def test_the_heading_says_when_nothing_changed() -> None:
    assert since(Changes(SIDE, SIDE)) == "Since 2026-11-22 18:00 UTC (baseline): nothing changed"


def test_what_is_as_declared_is_not_said_twice() -> None:
    line = Held("mx", Verdict.OK, None, "example.com", "one", "one")
    assert held(line, say) == "MX, EXAMPLE.COM: ONE"
    assert held(Held("mx", Verdict.CRITICAL, None, "example.com", "one", "two"), say).endswith("ONE; seen: TWO")
