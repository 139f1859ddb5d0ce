from typing import Any

import pytest

from probe.model.measurement import Measurement
from probe.model.smtp import Session
from probe.model.words import Family, Purpose, Stage
from tests.builders import MX1, MX4, MX6, V4, V6, host, measurement, session, tls
from tests.judge.checks.table import MX1_6, OK, findings, said

MX2 = "mx2.example.com"
OTHER = "dd" * 32


def by(name: str, family: Family, sha256: str | None, purpose: Purpose = Purpose.NAME) -> Session:
    shown: Any = tls() if sha256 is None else tls(sha256=sha256)
    return session(family, mx=name, names=(MX1, MX2), until=Stage.STARTTLS, purpose=purpose, tls=shown)


def world(*asked: Session) -> Measurement:
    talks = [session(family, names=(MX1, MX2)) for family in (V6, V4)]
    return measurement(*talks, *asked, hosts=[host(MX1, MX6, MX4), host(MX2, MX6, MX4, preference=20)])


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ([], set()),
        ([by(MX2, V6, None), by(MX2, V4, None)], set()),
        ([by(MX2, V6, OTHER), by(MX2, V4, OTHER)], {(OK, None, MX1)}),
        ([by(MX2, V6, OTHER), by(MX2, V4, None)], {(OK, V6, MX1_6)}),
        ([by(MX2, V6, OTHER), by(MX1, V6, "ee" * 32, Purpose.REPEAT)], set()),
    ],
    ids=["asked by one name", "one certificate", "one for each", "over IPv6 alone", "a pool"],
)
def test_what_is_said(asked: list[Session], expected: object) -> None:
    assert said(world(*asked), "tls-sni-dependent") == expected


def test_both_certificates_are_told() -> None:
    [found] = findings(world(by(MX2, V6, OTHER)), "tls-sni-dependent")
    assert any(MX2 in line and OTHER in line for line in found.evidence)
    assert any(MX1 in line and "aa" * 32 in line for line in found.evidence)
