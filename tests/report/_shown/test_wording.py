import pytest

from probe.report._shown.wording import counted, roughly, seconds


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0 ms"),
        (0.0004, "0.4 ms"),
        (0.0098, "9.8 ms"),
        (0.00996, "10 ms"),
        (0.012, "12 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1 s"),
        (1.5, "1.5 s"),
        (15.0, "15 s"),
        (90.04, "90 s"),
    ],
)
def test_durations_as_people_say_them(value: float, text: str) -> None:
    assert seconds(value) == text


def test_rough_durations_and_counts() -> None:
    assert [roughly(value) for value in (0.01, 0.44, 12.0)] == ["under 0.1 s", "0.4 s", "12.0 s"]
    assert [counted(number, "query") for number in (0, 1, 2)] == ["0 queries", "1 query", "2 queries"]
    assert counted(2, "connection") == "2 connections"
