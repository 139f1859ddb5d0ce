from dataclasses import replace

import pytest

from probe.model.words import Purpose
from tests.builders import CAPABILITIES, MX1, V4, V6, both, greeting, healthy, measurement, session, tls
from tests.judge.checks.table import MX1_6, OK, Row, findings, name, said

CODE = "parity-backend-pool"


def again(one, **changes):  # type: ignore[no-untyped-def]
    return replace(one, purpose=Purpose.REPEAT, **changes)


def faces(family):  # type: ignore[no-untyped-def]
    return [greeting(family, f"mx1-{letter}.example.com ESMTP") for letter in "ab"]


SIX, FOUR = faces(V6), faces(V4)
KEY = tls(sha256="cc" * 32, spki_sha256="dd" * 32)
CASES: list[Row] = [
    (CODE, "another name each time over IPv6", measurement(SIX[0], again(SIX[1]), session(V4)), {(OK, V6, MX1_6)}),
    (
        CODE,
        "another name each time over both",
        measurement(SIX[0], again(SIX[1]), FOUR[0], again(FOUR[1])),
        {(OK, None, MX1)},
    ),
    (CODE, "another key the second time", measurement(session(V6), again(session(V6, tls=KEY)), session(V4)),
     {(OK, V6, MX1_6)}),
    (CODE, "other capabilities the second time",
     measurement(session(V6), again(session(V6, capabilities=CAPABILITIES[:2])), session(V4)), {(OK, V6, MX1_6)}),
    (CODE, "the same in another order",
     measurement(session(V6), again(session(V6, capabilities=(*reversed(CAPABILITIES), "STARTTLS"))), session(V4)),
     set()),
    (CODE, "the same each time, the families differ", measurement(SIX[0], again(SIX[0]), FOUR[1], again(FOUR[1])),
     set()),
    (CODE, "asked once, the families differ", both(SIX[0], FOUR[1]), set()),
    (CODE, "all is well", healthy(), set()),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_faces_are_shown() -> None:
    (found,) = findings(measurement(SIX[0], again(SIX[1]), session(V4)), CODE)
    assert found.evidence == ("greets as mx1-a.example.com; then mx1-b.example.com",)
