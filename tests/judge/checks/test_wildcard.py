from dataclasses import replace

import pytest

from probe.model.dns import Resolution
from probe.model.inquiries import Inquiries
from probe.model.measurement import Measurement
from probe.model.words import Failure, Outcome, Stage
from tests.builders import MX1, MX4, MX6, V4, V6, both, healthy, resolution, stopped
from tests.judge.checks.table import OK, WARNING, Row, name, said

CODE = "dns-wildcard-mx"
MADE_UP = "probe6-x.example.com"
REFUSED = both(stopped(Stage.CONNECT, V6, failure=Failure.REFUSED), stopped(Stage.CONNECT, V4, failure=Failure.REFUSED))


def world(given: Measurement, *found: Resolution) -> Measurement:
    missing = [
        resolution(MADE_UP, rrtype, outcome=Outcome.NXDOMAIN)
        for rrtype in ("MX", "AAAA", "A")
        if rrtype not in {item.rrtype for item in found}
    ]
    return replace(given, inquiries=Inquiries(wildcard=(*found, *missing)))


SAME = (resolution(MADE_UP, "AAAA", MX6), resolution(MADE_UP, "A", MX4))
WEB = (resolution(MADE_UP, "AAAA", "2001:db8::80"), resolution(MADE_UP, "A", "192.0.2.80"))
NOTE = (OK, None, "example.com")

CASES: list[Row] = [
    (CODE, "a host that nobody made", world(REFUSED, *SAME), {(WARNING, None, MX1), NOTE}),
    (CODE, "the mail host is the machine of all names", world(healthy(), *SAME), {NOTE}),
    (CODE, "the mail host is ill and has addresses of its own", world(REFUSED, *WEB), {NOTE}),
    (CODE, "shared in one family alone", world(REFUSED, SAME[0]), {NOTE}),
    (CODE, "mail for every name", world(healthy(), resolution(MADE_UP, "MX", "10 mx1.example.com.")), {NOTE}),
    (CODE, "no such name", world(healthy()), set()),
    (CODE, "not known", world(healthy(), resolution(MADE_UP, "MX", outcome=Outcome.TIMEOUT)), set()),
    (CODE, "not asked", healthy(), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, given, expected = row
    assert said(given, code) == expected
