from dataclasses import replace

import pytest

from probe.model.inquiries import Inquiries
from probe.model.measurement import Measurement
from probe.model.security import Secured, Security
from probe.model.words import Outcome
from tests.builders import MX1, V6, healthy
from tests.judge.checks.table import CRITICAL, Row, findings, name, said

CODE = "dns-dnssec-bogus"


def state(target: str, rrtype: str, security: Security = Security.BOGUS) -> Secured:
    detail = "192.0.2.53: SERVFAIL EDE 7 (SIGNATURE_EXPIRED)"
    return Secured(target, rrtype, security, Outcome.BOGUS, Outcome.ANSWER, True, detail)


def world(*items: Secured) -> Measurement:
    return replace(healthy(), inquiries=Inquiries(dnssec=items))


CASES: list[Row] = [
    (CODE, "the MX records", world(state("example.com", "MX")), {(CRITICAL, None, "example.com")}),
    (CODE, "the IPv6 address", world(state(MX1, "AAAA")), {(CRITICAL, V6, MX1)}),
    (CODE, "both addresses", world(state(MX1, "AAAA"), state(MX1, "A")), {(CRITICAL, None, MX1)}),
    *(
        (CODE, security.value, world(state(MX1, "AAAA", security)), set())
        for security in Security
        if security is not Security.BOGUS
    ),
    (CODE, "not asked", healthy(), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, given, expected = row
    assert said(given, code) == expected


def test_the_resolver_is_quoted() -> None:
    (finding,) = findings(world(state(MX1, "AAAA")), CODE)
    assert finding.evidence == (
        f"{MX1} AAAA: bogus (192.0.2.53: SERVFAIL EDE 7 (SIGNATURE_EXPIRED)); with checking disabled: answer",
    )
