from dataclasses import replace

import pytest

from probe.model.dns import Resolved
from probe.model.settings import Target, TargetKind
from probe.model.words import Outcome
from tests.builders import MX1, MX4, MX6, V4, V6, healthy, host, measurement, resolution, resolved, session
from tests.judge.checks.table import CRITICAL, OK, UNKNOWN, WARNING, Row, findings, name, said


def mx(outcome: Outcome, *records: str) -> Resolved:
    return Resolved(resolution("example.com", "MX", *records, outcome=outcome))


IMPLICIT = replace(mx(Outcome.NO_DATA), hosts=(host("example.com", MX6, MX4, preference=None, implicit=True),))
NOWHERE = host(
    MX1,
    ipv6=resolution(MX1, "AAAA", outcome=Outcome.NXDOMAIN),
    ipv4=resolution(MX1, "A", outcome=Outcome.NXDOMAIN),
)
HOST_TARGET = Target(f"[{MX1}]", TargetKind.HOST, MX1)

CASES: list[Row] = [
    ("dns-domain-exists", "NXDOMAIN", measurement(resolved=mx(Outcome.NXDOMAIN)), {(CRITICAL, None, "example.com")}),
    (
        "dns-domain-exists",
        "a host as target that does not exist",
        measurement(target=HOST_TARGET, resolved=Resolved(None, (NOWHERE,))),
        {(CRITICAL, None, MX1)},
    ),
    ("dns-domain-exists", "the look-up failed", measurement(resolved=mx(Outcome.SERVFAIL)), set()),
    ("dns-domain-exists", "the name is there without MX", measurement(resolved=mx(Outcome.NO_DATA)), set()),
    (
        "dns-mx-present",
        "no MX, the domain's own addresses stand in",
        measurement(session(V6, mx="example.com"), session(V4, mx="example.com"), resolved=IMPLICIT),
        {(WARNING, None, "example.com")},
    ),
    (
        "dns-mx-present",
        "no MX and no address either",
        measurement(resolved=replace(IMPLICIT, hosts=(host("example.com", preference=None, implicit=True),))),
        {(WARNING, None, "example.com")},
    ),
    ("dns-mx-present", "an MX record", healthy(), set()),
    (
        "dns-mx-present",
        "more MX hosts than are looked at",
        measurement(
            resolved=replace(
                resolved(host(MX1, MX6, MX4)),
                mx=resolution("example.com", "MX", f"10 {MX1}.", "20 Other.", "30 other."),
            )
        ),
        {(OK, None, "example.com")},
    ),
    ("dns-mx-present", "nothing stands in", measurement(resolved=mx(Outcome.NO_DATA)), set()),
    ("dns-mx-present", "nobody knows", measurement(resolved=mx(Outcome.TIMEOUT)), set()),
    *[
        ("dns-mx-servfail", str(outcome), measurement(resolved=mx(outcome)), {(UNKNOWN, None, "example.com")})
        for outcome in Outcome
        if outcome.inconclusive
    ],
    ("dns-mx-servfail", "NODATA is an answer", measurement(resolved=IMPLICIT), set()),
    (
        "dns-null-mx",
        "alone",
        measurement(resolved=replace(mx(Outcome.ANSWER, "0 ."), null_mx=True)),
        {(OK, None, "example.com")},
    ),
    (
        "dns-null-mx",
        "among others",
        healthy(resolved=replace(healthy().resolved, null_mx_mixed=True)),
        {(CRITICAL, None, "example.com")},
    ),
    ("dns-null-mx", "no MX at all is not a null MX", measurement(resolved=mx(Outcome.NO_DATA)), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


@pytest.mark.parametrize(
    ("addresses", "where"),
    [((MX6, MX4), "the addresses of example.com itself, IPv6 and IPv4 alike"), ((MX4,), "the IPv4 address of")],
)
def test_no_family_is_named_that_has_no_address(addresses: tuple[str, ...], where: str) -> None:
    alone = host("example.com", *addresses, preference=None, implicit=True)
    (finding,) = findings(measurement(resolved=replace(IMPLICIT, hosts=(alone,))), "dns-mx-present")
    assert f"mail goes to {where}" in finding.sentence
