import pytest

from probe.model.dns import MxHost
from probe.model.measurement import Measurement
from probe.model.smtp import Session
from probe.model.words import Failure, Outcome, Stage
from tests.builders import (
    MX1,
    MX4,
    MX6,
    SECOND4,
    SECOND6,
    V4,
    V6,
    host,
    measurement,
    reference,
    resolution,
    session,
    stopped,
)
from tests.judge.checks.table import OK, WARNING, Row, name, said

DOMAIN = "example.com"
MX2 = "mx2.example.com"
CROWD = tuple(f"2001:db8::{number}" for number in range(61, 67))


def world(*hosts: MxHost, sessions: tuple[Session, ...] = ()) -> Measurement:
    return measurement(*sessions, hosts=hosts, references=(reference(V6), reference(V4)))


def crowd(failure: Failure | None, size: int = 6) -> Measurement:
    talks = [
        session(V6, address=item) if failure is None else stopped(Stage.CONNECT, V6, failure=failure, address=item)
        for item in CROWD[:size]
    ]
    return world(host(MX1, *CROWD[:size], MX4), sessions=(*talks, session(V4)))


UNKNOWN = host(MX2, SECOND4, preference=20, ipv6=resolution(MX2, "AAAA", outcome=Outcome.SERVFAIL))
TRAP, LIMIT = "dns-mx-pref-family-trap", "dns-mx-address-limit"
CASES: list[Row] = [
    (TRAP, "IPv6 apart, and better", world(host(MX1, MX6), host(MX2, SECOND4, preference=20)), {(WARNING, V6, DOMAIN)}),
    (TRAP, "IPv4 apart, and better", world(host(MX1, MX4), host(MX2, SECOND6, preference=20)), {(WARNING, V4, DOMAIN)}),
    (TRAP, "apart at one preference: no order to be trapped by", world(host(MX1, MX6), host(MX2, SECOND4)), set()),
    (TRAP, "the worse one has both", world(host(MX1, MX6), host(MX2, SECOND6, SECOND4, preference=20)), set()),
    (TRAP, "one family alone", world(host(MX1, MX4), host(MX2, SECOND4, preference=20)), set()),
    (TRAP, "what the worse one has is not known", world(host(MX1, MX6), UNKNOWN), set()),
    (LIMIT, "six dead ones before the IPv4 one", crowd(Failure.REFUSED), {(WARNING, V6, DOMAIN)}),
    (LIMIT, "six that take mail", crowd(None), {(OK, V6, DOMAIN)}),
    (LIMIT, "four dead ones", crowd(Failure.REFUSED, 4), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected
