from dataclasses import replace

from probe.model.measurement import Vantage
from probe.model.words import Family
from tests.report import measurements


def test_the_vantage_of_a_family_that_was_not_asked_for_is_empty() -> None:
    measurement = measurements.report("healthy").measurement
    assert measurement.vantage_of(Family.IPV6) is measurement.vantage[0]
    assert replace(measurement, vantage=()).vantage_of(Family.IPV4) == Vantage(Family.IPV4)
