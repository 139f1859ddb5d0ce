import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from probe.measure.proof.local_time import LocalZone, now


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_the_local_zone_knows_summer(berlin: None) -> None:
    zone = LocalZone()
    assert datetime(2026, 7, 1, 12, tzinfo=zone).astimezone(UTC).hour == 10
    assert datetime(2026, 11, 22, 12, tzinfo=zone).astimezone(UTC).hour == 11
    assert datetime(2026, 7, 1, 10, tzinfo=UTC).astimezone(zone).hour == 12


def test_now_is_now(berlin: None) -> None:
    assert abs((now() - datetime.now(UTC)).total_seconds()) < 60
    assert now().utcoffset() == now().astimezone().utcoffset()
