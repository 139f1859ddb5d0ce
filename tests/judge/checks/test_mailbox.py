from dataclasses import replace

import pytest

from probe.model.measurement import Measurement
from tests.builders import V4, V6, arrival, attempt, delivered
from tests.judge.checks.table import MX1_4, MX1_6, OK, WARNING, Row, name, said

JUNK6 = attempt(V6, arrival=replace(arrival(V6), junk=True))
JUNK4 = attempt(V4, arrival=replace(arrival(V4), junk=True))


def late(seconds: float) -> Measurement:
    return delivered(attempt(V6, arrival=arrival(V6, seconds=seconds)))


CASES: list[Row] = [
    ("rt-spam-folder", "nobody's", delivered(), set()),
    ("rt-spam-folder", "IPv6's alone", delivered(JUNK6), {(WARNING, V6, MX1_6)}),
    ("rt-spam-folder", "IPv4's alone", delivered(None, JUNK4), {(WARNING, V4, MX1_4)}),
    ("rt-spam-folder", "both", delivered(JUNK6, JUNK4), {(OK, V6, MX1_6), (OK, V4, MX1_4)}),
    ("rt-spam-folder", "the other is not there", delivered(JUNK6, attempt(V4, arrival=None)), {(OK, V6, MX1_6)}),
    ("rt-late", "in time", late(59.0), set()),
    ("rt-late", "late", late(61.0), {(OK, V6, MX1_6)}),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected
