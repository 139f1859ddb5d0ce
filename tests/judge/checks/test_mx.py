from dataclasses import replace
from typing import Any

import pytest

from probe.model.dns import MxHost, Resolved
from probe.model.measurement import Measurement
from probe.model.settings import Target, TargetKind
from probe.model.words import AddressClass, Outcome
from tests.builders import (
    MX1,
    MX4,
    MX6,
    SECOND4,
    SECOND6,
    V4,
    V6,
    address,
    healthy,
    host,
    measurement,
    only,
    resolution,
    resolved,
    session,
)
from tests.judge.checks.table import CRITICAL, OK, WARNING, Row, findings, name, said

MX2 = "mx2.example.com"
GOOD = host(MX1, MX6, MX4)
SESSIONS = (session(V6), session(V4))
PRIVATE = address("10.0.0.25", klass=AddressClass.PRIVATE, dial=False)
HOME = address("::1", klass=AddressClass.LOOPBACK, dial=False)
INNER = address("10.0.0.25", klass=AddressClass.PRIVATE, dial=True)
FAILED = host(MX2, ipv6=resolution(MX2, "AAAA", outcome=Outcome.SERVFAIL))


def two(second: MxHost, **changes: Any) -> Measurement:
    return measurement(*SESSIONS, resolved=resolved(GOOD, second, **changes))


CASES: list[Row] = [
    ("dns-mx-no-address", "a dangling second MX", two(host(MX2)), {(CRITICAL, None, MX2)}),
    (
        "dns-mx-no-address",
        "an MX host that does not exist",
        two(
            host(
                MX2,
                ipv6=resolution(MX2, "AAAA", outcome=Outcome.NXDOMAIN),
                ipv4=resolution(MX2, "A", outcome=Outcome.NXDOMAIN),
            )
        ),
        {(CRITICAL, None, MX2)},
    ),
    ("dns-mx-no-address", "one family is enough", two(host(MX2, SECOND4)), set()),
    ("dns-mx-no-address", "the look-up failed: nothing is known", two(FAILED), set()),
    (
        "dns-mx-no-address",
        "a host as target that does not exist has its own code",
        measurement(
            target=Target(f"[{MX1}]", TargetKind.HOST, MX1),
            resolved=Resolved(
                None,
                (
                    host(
                        MX1,
                        ipv6=resolution(MX1, "AAAA", outcome=Outcome.NXDOMAIN),
                        ipv4=resolution(MX1, "A", outcome=Outcome.NXDOMAIN),
                    ),
                ),
            ),
        ),
        set(),
    ),
    ("dns-mx-no-a", "nowhere", measurement(session(V6), hosts=[host(MX1, MX6)]), {(CRITICAL, V4, "example.com")}),
    (
        "dns-mx-no-a",
        "at a host that was named",
        measurement(session(V6), resolved=resolved(host(MX1, MX6, preference=None), mx=None)),
        {(CRITICAL, V4, MX1)},
    ),
    (
        "dns-mx-cname",
        "a host that was named may be an alias",
        measurement(session(V6), resolved=resolved(host(MX1, MX6, MX4, cnames=("mx.example.net.",)), mx=None)),
        set(),
    ),
    ("dns-mx-no-a", "on the second host", two(host(MX2, SECOND6)), {(WARNING, V4, "example.com")}),
    ("dns-mx-no-a", "IPv4 was not asked for", only(V6, measurement(session(V6), hosts=[host(MX1, MX6)])), set()),
    (
        "dns-mx-no-a",
        "the A look-up failed",
        measurement(session(V6), hosts=[host(MX1, MX6, ipv4=resolution(MX1, "A", outcome=Outcome.TIMEOUT))]),
        set(),
    ),
    (
        "dns-mx-no-a",
        "an IPv6 address as target has no IPv4",
        measurement(
            session(V6, mx=MX6, names=(MX6,)),
            target=Target(f"[{MX6}]", TargetKind.ADDRESS, MX6),
            resolved=Resolved(None, (host(MX6, MX6, preference=None),)),
        ),
        set(),
    ),
    (
        "dns-mx-cname",
        "an alias",
        measurement(*SESSIONS, hosts=[host(MX1, MX6, MX4, cnames=("real.example.com",))]),
        {(WARNING, None, MX1)},
    ),
    (
        "dns-mx-cname",
        "an alias at the domain is in order",
        healthy(resolved=replace(healthy().resolved, aliases=("other.example.com",))),
        set(),
    ),
    (
        "dns-mx-cname",
        "a host as target may be an alias",
        healthy(resolved=Resolved(None, (host(MX1, MX6, MX4, cnames=("real.example.com",)),))),
        set(),
    ),
    (
        "dns-mx-ip-literal",
        "an address in an MX record",
        two(host("192.0.2.26"), bad_targets=("192.0.2.26",)),
        {(CRITICAL, None, "192.0.2.26")},
    ),
    (
        "dns-mx-ip-literal",
        "an address as target is in order",
        measurement(
            session(V4, mx=MX4, names=(MX4,)),
            target=Target(f"[{MX4}]", TargetKind.ADDRESS, MX4),
            resolved=Resolved(None, (host(MX4, MX4, preference=None),)),
        ),
        set(),
    ),
    (
        "dns-mx-localhost",
        "localhost in an MX record",
        two(host("localhost"), bad_targets=("localhost",)),
        {(CRITICAL, None, "localhost")},
    ),
    ("dns-mx-localhost", "a private address", two(host(MX2, PRIVATE)), {(CRITICAL, V4, f"{MX2} [10.0.0.25]")}),
    ("dns-mx-localhost", "loopback over IPv6", two(host(MX2, HOME)), {(CRITICAL, V6, f"{MX2} [::1]")}),
    ("dns-mx-localhost", "the user wants it dialled", two(host(MX2, INNER)), set()),
    ("dns-mx-localhost", "all is well", healthy(), set()),
    (
        "dns-dup-mx-same-host",
        "two names, one machine over IPv6",
        measurement(*SESSIONS, hosts=[GOOD, host(MX2, MX6, SECOND4)]),
        {(OK, V6, "example.com")},
    ),
    (
        "dns-dup-mx-same-host",
        "two names, one machine over both: no difference",
        measurement(*SESSIONS, hosts=[GOOD, host(MX2, MX6, MX4)]),
        set(),
    ),
    (
        "dns-dup-mx-same-host",
        "two names, two machines",
        measurement(*SESSIONS, hosts=[GOOD, host(MX2, SECOND6, SECOND4)]),
        set(),
    ),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_record_to_publish_names_the_end_of_the_chain() -> None:
    world = measurement(*SESSIONS, hosts=[host(MX1, MX6, MX4, cnames=("a.example.com", "real.example.com"))])
    (finding,) = findings(world, "dns-mx-cname")
    assert finding.fix is not None
    assert finding.fix.endswith("example.com. MX 10 real.example.com.")
