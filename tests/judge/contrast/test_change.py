"""Debouncing: one odd run is no change, and a change is told once."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.judge.contrast.change import change, settled, standing
from probe.model.memory import Announced, Past
from probe.model.report import Turn
from probe.model.words import Verdict
from tests.builders import STARTED, V4, V6

LETTERS = {"o": Verdict.OK, "u": Verdict.UNKNOWN, "w": Verdict.WARNING, "c": Verdict.CRITICAL}


def past(ipv6: Verdict, run: int = 0, ipv4: Verdict | None = Verdict.OK) -> Past:
    worst = max((item for item in (ipv6, ipv4) if item is not None), key=lambda item: item.rank)
    at = STARTED + timedelta(minutes=5 * run)
    return Past("example.com", at, worst, "equal", "", ipv6, ipv4)


def told(runs: str, few: int = 2, many: int = 3) -> str:
    """What is told after each run, as a letter; a dot where nothing is."""
    known: Announced | None = None
    before: list[Past] = []
    said = ""
    for number, letter in enumerate(runs):
        now = past(LETTERS[letter], number)
        found = change(now, before, known, few, many)
        turns = {turn.family: turn.now for turn in found.turns} if found else {}
        said += next((letter for letter, verdict in LETTERS.items() if turns.get(V6) is verdict), ".")
        if found is not None or known is None:
            known = standing(now, found, known)
        before.insert(0, now)
    return said


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ("oooo", "...."),
        ("c", "c"),  # the first look is told as it is
        ("oc", ".."),
        ("occ", "..c"),
        ("ococ", "...c"),
        ("occcc", "..c.."),  # once
        ("occo", "..c."),
        ("occooo", "..c..o"),
        ("occocooo", "..c....o"),  # up and down stays down, and is told once
        ("oww", "..w"),
        ("owwcc", "..w.c"),
        ("occwww", "..c..w"),
        ("ouu", "..u"),
        ("cooo", "c..o"),
    ],
)
def test_a_change_is_told_once_it_stays(runs: str, expected: str) -> None:
    assert told(runs) == expected


def test_one_of_one_is_raw() -> None:
    assert told("ocooc", 1, 1) == ".co.c"


def test_the_family_is_named() -> None:
    known = standing(past(Verdict.OK), None, None)
    found = change(past(Verdict.CRITICAL, 1), [past(Verdict.CRITICAL), past(Verdict.OK)], known, 2, 3)
    assert found is not None
    assert found.turns == (Turn(None, Verdict.OK, Verdict.CRITICAL), Turn(V6, Verdict.OK, Verdict.CRITICAL))
    assert found.last_ok == STARTED


def test_a_family_that_is_asked_for_later_is_known_from_then_on() -> None:
    alone = past(Verdict.OK, ipv4=None)
    known = standing(alone, None, None)
    both = past(Verdict.OK, ipv4=Verdict.CRITICAL)
    found = change(both, [alone], known, 1, 1)
    assert found is not None
    assert Turn(V4, None, Verdict.CRITICAL) in found.turns
    assert standing(both, found, known).ipv4 == Verdict.CRITICAL
    assert change(alone, [both], known, 1, 1) is None


@given(st.text(alphabet="ouwc", min_size=1, max_size=30), st.integers(1, 5), st.integers(0, 4))
def test_what_is_told_differs_from_what_was_told_before(runs: str, few: int, more: int) -> None:
    said = [letter for letter in told(runs, few, few + more) if letter != "."]
    known = [runs[0], *said] if not said or said[0] != runs[0] or runs[0] == "o" else said
    assert all(one != other for one, other in pairwise(known))


@given(st.lists(st.sampled_from(list(Verdict)), min_size=1, max_size=9), st.sampled_from(list(Verdict)))
def test_a_thing_settles_on_what_was_seen_or_stays(seen: list[Verdict], was: Verdict) -> None:
    assert settled(seen, was, 2, 3) in {*seen[:3], was}


@pytest.mark.parametrize(("runs", "seen"), [("cco", Verdict.OK), ("occ", None)])
def test_what_the_latest_run_shows_is_kept_where_it_is_something_else(runs: str, seen: Verdict | None) -> None:
    """What could not be told of the runs before is told by this one."""
    now, *before = [past(LETTERS[letter], number) for number, letter in enumerate(runs)][::-1]
    known = standing(past(Verdict.OK), None, None)
    found = change(now, before, known, 2, 3)
    assert found is not None
    assert {turn.seen for turn in found.turns} == {seen}
