import doctest
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import skew
from probe.grammar.skew import adjusted
from probe.model.delivery import Hop

START = datetime(2026, 11, 22, 18, tzinfo=UTC)


def hops(*oldest_first: float | None) -> list[Hop]:
    return [Hop("", time=None if at is None else START + timedelta(seconds=at)) for at in reversed(oldest_first)]


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(skew).failed == 0


@pytest.mark.parametrize(
    ("times", "delays", "skews"),
    [
        ((), [], []),
        ((None,), [None], [0]),
        ((5,), [None], [0]),
        ((0, 1, 4), [None, 1, 3], [0, 0, 0]),
        ((0, 0), [None, 0], [0, 0]),
        ((0, None, 4), [None, None, 4], [0, 0, 0]),
        ((0, 260, 5), [None, 5, 0], [0, 255, 0]),  # the middle one is ahead
        ((0, -100, 5), [None, 0, 105], [100, 0, 0]),  # the first or the middle one: the newer is believed
        ((0, 1, -1410, 3), [None, 1, 0, 2], [0, 0, -1411, 0]),  # the third is behind
        ((255, 0), [None, 0], [255, 0]),
        ((0, 100, 100, 3, 4), [None, 3, 0, 0, 1], [0, 97, 97, 0, 0]),
    ],
)
def test_times_are_put_in_order(
    times: tuple[float | None, ...], delays: list[float | None], skews: list[float]
) -> None:
    found = adjusted(hops(*times))[::-1]
    assert [one.delay for one in found] == delays
    assert [one.skew for one in found] == skews


@given(st.lists(st.none() | st.integers(-5000, 5000), max_size=40))
def test_any_times_end_up_in_order_with_no_more_moved_than_needed(times: list[int | None]) -> None:
    found = adjusted(hops(*times))[::-1]
    known = [one.time for one in found if one.time is not None]
    assert known == sorted(known)
    assert all(one.delay is None or one.delay >= 0 for one in found)
    stated = [at for at in times if at is not None]
    if stated == sorted(stated):
        assert all(one.skew == 0 for one in found)
    for one, at in zip(found, times, strict=True):
        assert (one.time is None) == (at is None)
        if at is not None and one.time is not None:
            assert one.skew == at - (one.time - START).total_seconds()
