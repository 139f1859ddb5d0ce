from dataclasses import replace

import pytest

from probe.model.words import AddressClass, Failure, Stage
from tests.builders import (
    MX1,
    MX4,
    V4,
    V6,
    address,
    broken,
    healthy,
    host,
    measurement,
    only,
    resolved,
    session,
    stopped,
    vantage,
)
from tests.judge.checks.table import MX1_6, OK, UNKNOWN, WARNING, Row, findings, name, said

NO_ROUTE = stopped(Stage.CONNECT, failure=Failure.NO_ROUTE, detail="this machine has no route to it")
LOST6 = vantage(V6, usable=False, source=None, reason="this machine has no route to it", ptr=(), fcrdns=None)
NO_PTR6 = vantage(V6, ptr=(), fcrdns=False)
BLAMED = stopped(Stage.RCPT, code=450, text="4.7.25 Client host rejected: cannot find your reverse hostname")
BAD_HELO = stopped(Stage.RCPT, code=450, text="4.7.1 <nowhere>: Helo command rejected: Host not found")
SYNTHETIC = address("64:ff9b::c000:219", klass=AddressClass.NAT64, synthesised=True, dial=False)
DNS64 = resolved(host(MX1, SYNTHETIC, MX4), dns64=("64:ff9b::/96",))
TEMPORARY = vantage(V6, temporary=True)

CASES: list[Row] = [
    (
        "self-route",
        "the family is missing here",
        measurement(NO_ROUTE, session(V4), vantage=(LOST6, vantage(V4))),
        {(UNKNOWN, V6, "this machine")},
    ),
    (
        "self-route",
        "one address alone cannot be reached",
        measurement(NO_ROUTE, session(V4)),
        {(UNKNOWN, V6, MX1_6)},
    ),
    ("self-route", "there was no address to try", healthy(vantage=(vantage(V6, usable=None), vantage(V4))), set()),
    (
        "self-route",
        "the missing family was not asked for",
        only(V4, measurement(session(V4), vantage=(LOST6, vantage(V4)))),
        set(),
    ),
    (
        "self-nat64",
        "made-up addresses left out",
        measurement(session(V4), resolved=DNS64),
        {(WARNING, V6, "example.com")},
    ),
    (
        "self-nat64",
        "a DNS64 that made up nothing here",
        healthy(resolved=replace(healthy().resolved, dns64=("64:ff9b::/96",))),
        set(),
    ),
    (
        "self-ptr",
        "no reverse name and nobody minds",
        healthy(vantage=(NO_PTR6, vantage(V4))),
        {(OK, V6, "this machine")},
    ),
    (
        "self-ptr",
        "no reverse name and a host minds",
        broken(BLAMED, vantage=(NO_PTR6, vantage(V4))),
        {(WARNING, V6, "this machine")},
    ),
    (
        "self-ptr",
        "no reverse name, so a literal in EHLO, and a host minds that",
        broken(replace(BAD_HELO, helo="[IPv6:2001:db8:9::9]"), vantage=(NO_PTR6, vantage(V4))),
        {(WARNING, V6, "this machine")},
    ),
    (
        "self-ptr",
        "no reverse name, and a host minds the EHLO name somebody chose",
        broken(replace(BAD_HELO, helo="nowhere.example.net"), vantage=(NO_PTR6, vantage(V4))),
        {(OK, V6, "this machine")},
    ),
    (
        "self-ptr",
        "behind NAT nothing can be looked up",
        healthy(vantage=(vantage(V6), vantage(V4, nat=True, ptr=(), fcrdns=None))),
        set(),
    ),
    (
        "self-ptr",
        "the look-up was inconclusive",
        healthy(vantage=(vantage(V6, ptr=(), fcrdns=None), vantage(V4))),
        set(),
    ),
    ("self-ptr", "all is well", healthy(), set()),
    (
        "self-source-temp-addr",
        "temporary, nobody minds",
        healthy(vantage=(TEMPORARY, vantage(V4))),
        {(OK, V6, "this machine")},
    ),
    (
        "self-source-temp-addr",
        "temporary, and a host minds",
        broken(BLAMED, vantage=(TEMPORARY, vantage(V4))),
        {(WARNING, V6, "this machine")},
    ),
    (
        "self-source-temp-addr",
        "not known on this system",
        healthy(vantage=(vantage(V6, temporary=None), vantage(V4))),
        set(),
    ),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_record_to_publish_is_complete() -> None:
    (finding,) = findings(healthy(vantage=(NO_PTR6, vantage(V4))), "self-ptr")
    assert finding.fix is not None
    assert finding.fix.startswith("9.0.0.0.")
    assert ".ip6.arpa. PTR probe.example.net." in finding.fix
