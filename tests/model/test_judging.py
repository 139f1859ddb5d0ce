"""When a value is one to alert on."""

import pytest

from probe.model.judging import Range


@pytest.mark.parametrize(
    ("limit", "alerts", "quiet"),
    [
        (Range("10", 0.0, 10.0), (-0.1, 10.1), (0.0, 5.0, 10.0)),
        (Range("10:", 10.0, None), (9.9,), (10.0, 1e9)),
        (Range("~:10", None, 10.0), (10.1,), (-1e9, 10.0)),
        (Range("@10:20", 10.0, 20.0, inside=True), (10.0, 15.0, 20.0), (9.9, 20.1)),
    ],
)
def test_a_range_alerts_outside_or_with_inside_within(
    limit: Range, alerts: tuple[float, ...], quiet: tuple[float, ...]
) -> None:
    assert [value for value in (*alerts, *quiet) if limit.alerts(value)] == list(alerts)
