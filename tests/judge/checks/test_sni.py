from typing import Any

import pytest

from probe.model.measurement import Measurement
from probe.model.smtp import Session
from probe.model.words import Family, Purpose, Stage
from tests.builders import MX1, MX4, MX6, V4, V6, host, measurement, session, tls
from tests.judge.checks.table import MX1_6, OK, Row, findings, name, said

MX2 = "mx2.example.com"
CODE, OTHER = "tls-sni-dependent", "dd" * 32


def by(mx: str, family: Family, sha256: str | None, purpose: Purpose = Purpose.NAME) -> Session:
    shown: Any = tls() if sha256 is None else tls(sha256=sha256)
    return session(family, mx=mx, names=(MX1, MX2), until=Stage.STARTTLS, purpose=purpose, tls=shown)


def world(*asked: Session) -> Measurement:
    talks = [session(family, names=(MX1, MX2)) for family in (V6, V4)]
    return measurement(*talks, *asked, hosts=[host(MX1, MX6, MX4), host(MX2, MX6, MX4, preference=20)])


CASES: list[Row] = [
    (CODE, "asked by one name", world(), set()),
    (CODE, "one certificate", world(by(MX2, V6, None), by(MX2, V4, None)), set()),
    (CODE, "one for each", world(by(MX2, V6, OTHER), by(MX2, V4, OTHER)), {(OK, None, MX1)}),
    (CODE, "over IPv6 alone", world(by(MX2, V6, OTHER), by(MX2, V4, None)), {(OK, V6, MX1_6)}),
    (CODE, "a pool", world(by(MX2, V6, OTHER), by(MX1, V6, "ee" * 32, Purpose.REPEAT)), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    assert said(row[2], row[0]) == row[3]


def test_both_certificates_are_told() -> None:
    [found] = findings(world(by(MX2, V6, OTHER)), CODE)
    assert any(MX2 in line and OTHER in line for line in found.evidence)
    assert any(MX1 in line and "aa" * 32 in line for line in found.evidence)
