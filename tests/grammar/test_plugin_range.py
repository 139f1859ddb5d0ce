from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.plugin_range import parse
from probe.model.errors import UsageError

# The examples of the guidelines: what is written, what alerts, what does not.
RANGES = [
    ("10", [-0.1, 10.1, 20], [0, 5, 10]),
    ("10:", [9.9, -5], [10, 1000]),
    ("~:10", [10.1], [-1000, 0, 10]),
    ("10:20", [9.9, 20.1], [10, 15, 20]),
    ("@10:20", [10, 15, 20], [9.9, 20.1]),
    ("@1.5", [0, 1.5], [-1, 1.6]),
    ("0.25", [0.3], [0.2]),
    ("-5:5", [-6, 6], [-5, 0]),
]


@pytest.mark.parametrize(("text", "alerting", "quiet"), RANGES)
def test_the_ranges_of_the_guidelines(text: str, alerting: list[float], quiet: list[float]) -> None:
    found = parse(text)
    assert found.text == text
    assert [value for value in (*alerting, *quiet) if found.alerts(value)] == alerting


@pytest.mark.parametrize("text", ["", "@", ":", ":10", "a", "1,2", "10:5", "1e3", "nan", "5s", "1:2:3", "~", "@~", "٣"])
def test_what_is_none_is_said(text: str) -> None:
    with pytest.raises(UsageError, match=r"threshold|begins above"):
        parse(text)


@given(st.text(max_size=40) | st.text("0123456789.:@~-", max_size=40))
def test_any_text_is_a_range_or_a_usage_error(text: str) -> None:
    with suppress(UsageError):
        assert parse(text).text == text
