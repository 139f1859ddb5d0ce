import pytest

from tests.builders import CAPABILITIES, MX1, V4, V6, both, greeting, healthy, session, tls
from tests.judge.checks.table import OK, WARNING, Row, name, said

KEY = tls(sha256="cc" * 32, spki_sha256="dd" * 32)
EXIM = greeting(V6, f"{MX1} ESMTP Exim 4.96")
TURNED = tuple(reversed(CAPABILITIES))
IDENTITY, SOFTWARE = "parity-host-identity", "parity-mta-software"

CASES: list[Row] = [
    (IDENTITY, "another software over IPv6", both(EXIM, session(V4)), {(WARNING, None, MX1)}),
    (
        IDENTITY,
        "another key and another order of capabilities",
        both(session(V6, tls=KEY, capabilities=TURNED), session(V4)),
        {(WARNING, None, MX1)},
    ),
    (
        IDENTITY,
        "another name and another order: weak signs",
        both(greeting(V6, "old.example.com ESMTP Postfix", capabilities=TURNED), session(V4)),
        {(OK, None, MX1)},
    ),
    (IDENTITY, "another key alone: renewed on one side", both(session(V6, tls=KEY), session(V4)), set()),
    (IDENTITY, "all is well", healthy(), set()),
    (SOFTWARE, "another software over IPv6", both(EXIM, session(V4)), {(OK, None, MX1)}),
    (SOFTWARE, "one of them does not say", both(greeting(V6, f"{MX1} ESMTP"), session(V4)), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected
