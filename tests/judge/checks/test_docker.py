import pytest

from probe.model.configuration import Forward
from tests.configurations import V6, audited, healthy, here, machine, postfix
from tests.judge.checks.table import CRITICAL, Row, name, said

CODE = "cfg-docker-userland"


def world(*forwards: Forward):  # type: ignore[no-untyped-def]
    return audited(here(machine=machine(forwards=forwards)))


CASES: list[Row] = [
    (CODE, "no Docker", healthy(), set()),
    (CODE, "IPv6 is answered by the proxy", world(Forward("::", 25, "172.18.0.2")), {(CRITICAL, V6, "[IPv6:::]:25")}),
    (CODE, "the container has IPv6", world(Forward("::", 25, "fd00::2")), set()),
    (CODE, "IPv4 alone", world(Forward("0.0.0.0", 25, "172.18.0.2")), set()),
    (CODE, "another port", world(Forward("::", 8080, "172.18.0.2")), set()),
    (CODE, "a file alone", audited(postfix()), set()),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, measurement, expected = row
    assert said(measurement, code) == expected
