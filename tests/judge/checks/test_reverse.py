import pytest

from probe.model.dns import Resolved
from probe.model.settings import Target, TargetKind
from probe.model.words import Outcome
from tests.builders import MX1, MX4, MX6, V4, V6, address, healthy, host, measurement, session
from tests.judge.checks.table import MX1_6, OK, Row, findings, name, said

SESSIONS = (session(V6), session(V4))
NONE6 = address(MX6, ptr=(), fcrdns=False, ptr_outcome=Outcome.NXDOMAIN)
NONE4 = address(MX4, ptr=(), fcrdns=False, ptr_outcome=Outcome.NXDOMAIN)
WRONG4 = address(MX4, ptr=("customer-25.example.net",), fcrdns=False)

CASES: list[Row] = [
    ("dns-mx-ptr", "none over IPv6", measurement(*SESSIONS, hosts=[host(MX1, NONE6, MX4)]), {(OK, V6, MX1_6)}),
    ("dns-mx-ptr", "none at all", measurement(*SESSIONS, hosts=[host(MX1, NONE6, NONE4)]), {(OK, None, MX1)}),
    (
        "dns-mx-ptr",
        "none, and a wrong one",
        measurement(*SESSIONS, hosts=[host(MX1, NONE6, WRONG4)]),
        {(OK, V6, MX1_6), (OK, V4, f"{MX1} [{MX4}]")},
    ),
    (
        "dns-mx-ptr",
        "the look-up was inconclusive",
        measurement(*SESSIONS, hosts=[host(MX1, address(MX6, ptr=(), fcrdns=None), MX4)]),
        set(),
    ),
    (
        "dns-mx-ptr",
        "an address as target has no name to confirm",
        measurement(
            session(V6, mx=MX6, names=(MX6,)),
            target=Target(MX6, TargetKind.ADDRESS, MX6),
            resolved=Resolved(None, (host(MX6, NONE6, preference=None),)),
        ),
        set(),
    ),
    ("dns-mx-ptr", "confirmed", healthy(), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_record_to_publish() -> None:
    (finding,) = findings(measurement(*SESSIONS, hosts=[host(MX1, NONE6, MX4)]), "dns-mx-ptr")
    assert finding.fix == f"5.2.0.0.{'0.' * 20}8.b.d.0.1.0.0.2.ip6.arpa. PTR {MX1}."
