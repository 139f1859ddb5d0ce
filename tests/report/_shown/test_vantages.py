from probe.judge import judge
from probe.judge.contrast.merge import merge
from probe.report._shown.vantages import by_value, name, place, places, shared
from tests.builders import healthy


def say(text: str, limit: int) -> str:
    return text[:limit]


def test_places_are_numbered_from_one() -> None:
    assert [places(numbers) for numbers in ((0,), (0, 2), (0, 1, 3))] == ["1", "1 and 3", "1, 2 and 4"]


def test_who_has_which_value() -> None:
    assert by_value([None, "a", "b", "a"]) == [("a", "2 and 4"), ("b", "3"), ("not seen", "1")]


def test_a_place_in_a_line() -> None:
    merged = merge([judge(healthy()), judge(healthy())])
    assert place(merged.places[0], say).startswith("2026-11-22 18:00 UTC  2001:db8:9::9, 203.0.113.9 (")
    assert (shared((0, 1), merged), shared((1,), merged)) == ("seen from all", "seen from 2 alone")
    assert "banner name" in [name(trait, say) for trait in merged.traits]
