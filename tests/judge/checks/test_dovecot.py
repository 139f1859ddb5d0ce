import pytest

from probe.model.configuration import Setting
from tests.configurations import V6, audited, healthy, here, machine
from tests.judge.checks.table import WARNING, Row, name, said

CODE = "cfg-dovecot"


def world(value: str):  # type: ignore[no-untyped-def]
    return audited(here(machine=machine(dovecot=(Setting("listen", value, origin="doveconf"),))))


WRONG = {(WARNING, V6, "listen")}
CASES: list[Row] = [
    (CODE, "no Dovecot", healthy(), set()),
    (CODE, "the default", world("*, ::"), set()),
    (CODE, "with brackets", world("*, [::]"), set()),
    (CODE, "IPv4 alone", world("*"), WRONG),
    (CODE, "an IPv4 address", world("192.0.2.25"), WRONG),
    (CODE, "the machine itself alone", world("127.0.0.1"), set()),
    (CODE, "a name", world("mail.example.com"), set()),
    (CODE, "nothing", world(""), set()),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, measurement, expected = row
    assert said(measurement, code) == expected
