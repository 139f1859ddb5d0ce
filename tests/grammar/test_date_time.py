import doctest
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import date_time
from probe.grammar.date_time import MONTHS, ago, clock, read, write

EVENING = datetime(2026, 11, 22, 18, 0, 1, tzinfo=UTC)


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(date_time).failed == 0


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 22 Nov 2026 18:00:01 +0000 (UTC)",
        "22 Nov 2026 18:00:01 -0000",
        "Sun, 22 Nov 2026 10:00:01 -0800 (PST)",
        "Sun,  22 Nov 2026 10:00:01 (so (nested) it is) PST",
        "Sunday, 22-Nov-26 13:00:01 EST",
        "22 Nov 126 23:30:01 +0530",
        "Sun, 22 November 2026 18:00:01 GMT",
        "sun, 22 nov 2026 18:00:01.123456 +0000 m=+0.01",
        "Sun, 22 Nov 2026 18:00:01",
        "Sun, 22 Nov 2026 18:00:01 Z",
        "2026-11-22 18:00:01.123456789 +0000 UTC m=+12.345",
        "2026-11-22T19:00:01+01:00",
        "2026-11-22T18:00:01Z",
    ],
)
def test_the_same_moment_in_many_forms(text: str) -> None:
    assert read(text) == EVENING


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "Sun, 22 Nov 2026",
        "22 Foo 2026 18:00:01 +0000",
        "31 Feb 2026 18:00:01 +0000",
        "1 Jan 2026 25:00 +0000",
        "1 Jan 2026 18:00:61 +0000",
        "1 Jan 2026 18:60:00 +0000",
        "22 Nov 2026 18:00:01 XYZ",
        "1 Jan 0000 00:00:00 +0000",
        "1 Jan 0001 00:00:00 +0100",
        "31 Dec 9999 23:59:60 +0000",
        "2026-11-22T18:00:01",
        "2026-13-22T18:00:01Z",
        "2026-11-22 18:00:01 XYZ",
    ],
)
def test_what_is_no_moment_is_none(text: str) -> None:
    assert read(text) is None


def test_a_leap_second_is_the_second_after_the_59th() -> None:
    assert read("31 Dec 2016 23:59:60 +0000") == datetime(2017, 1, 1, tzinfo=UTC)


def test_two_digits_of_a_year_are_1950_to_2049() -> None:
    assert [moment.year for year in ("49", "50") if (moment := read(f"1 Jan {year} 00:00 GMT"))] == [2049, 1950]


@given(st.text(max_size=80) | st.from_regex(date_time._FORM, fullmatch=True))
def test_no_input_raises(text: str) -> None:
    moment = read(text)
    assert moment is None or moment.utcoffset() == timedelta()


@given(
    st.datetimes(datetime.fromisoformat("1900-01-02"), datetime.fromisoformat("9998-01-01")),
    st.integers(-14 * 60, 14 * 60),
)
def test_what_was_written_is_read_and_the_zone_does_not_matter(naive: datetime, minutes: int) -> None:
    moment = naive.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    assert read(write(moment)) == moment
    assert read(f"{moment.day} {MONTHS[moment.month - 1]} {moment:%Y %H:%M:%S %z}") == moment


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-3, "0 s ago"),
        (0.4, "0 s ago"),
        (119, "119 s ago"),
        (120, "2 min ago"),
        (7199, "120 min ago"),
        (86400, "24 h ago"),
    ],
)
def test_how_long_ago(seconds: float, said: str) -> None:
    assert ago(seconds) == said


def test_a_clock_names_the_day_only_where_it_must() -> None:
    now = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
    assert clock(now - timedelta(minutes=28), now) == "10:02 UTC"
    assert clock(now - timedelta(hours=11), now) == "2026-11-21 23:30 UTC"
    assert clock(now.astimezone(timezone(timedelta(hours=5))), now) == "10:30 UTC"
