import pytest

from tests.builders import healthy
from tests.judge.checks.table import OK, WARNING, Row, name, said
from tests.judge.policies import reported

GOOD = '"v=TLSRPTv1; rua=mailto:tls@example.com"'

CASES: list[Row] = [
    ("tlsrpt-present", "a good record", reported(healthy(), GOOD), {(OK, None, "example.com")}),
    (
        "tlsrpt-present",
        "in two strings",
        reported(healthy(), '"v=TLSRPTv1;" "rua=mailto:a@b"'),
        {(OK, None, "example.com")},
    ),
    ("tlsrpt-present", "none", reported(healthy()), set()),
    ("tlsrpt-present", "not asked", healthy(), set()),
    ("tlsrpt-malformed", "no address", reported(healthy(), '"v=TLSRPTv1;"'), {(WARNING, None, "example.com")}),
    ("tlsrpt-malformed", "two records", reported(healthy(), GOOD, GOOD), {(WARNING, None, "example.com")}),
    ("tlsrpt-malformed", "another record", reported(healthy(), '"v=spf1 -all"'), set()),
    ("tlsrpt-malformed", "a good record", reported(healthy(), GOOD), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected
