import pytest

from probe.model.measurement import Measurement
from probe.model.words import Failure, Purpose, Stage
from tests.builders import MX1, V4, V6, healthy, step
from tests.judge.checks.table import MX1_4, MX1_6, OK, UNKNOWN, Row, name, said
from tests.judge.trials import talk, world

COMMAND = "EHLO [IPv6:2001:db8:9::9]"


def asked(six: int, four: int) -> Measurement:
    greeted = step(Stage.BANNER, code=220, text=MX1)
    sessions = [
        talk(Purpose.LITERAL, family, steps=(greeted, step(Stage.EHLO, code=code, text="said", command=COMMAND)))
        for family, code in ((V6, six), (V4, four))
    ]
    return world(*sessions)


GONE = talk(Purpose.LITERAL, V6, steps=(step(Stage.EHLO, failure=Failure.CLOSED),), failure=Failure.CLOSED)

CASES: list[Row] = [
    ("ehlo-literal-support", "nobody asked", healthy(), set()),
    ("ehlo-literal-support", "taken", asked(250, 250), {(OK, None, MX1)}),
    ("ehlo-literal-support", "refused over IPv6", asked(501, 250), {(OK, V6, MX1_6), (OK, V4, MX1_4)}),
    ("ehlo-literal-support", "put off", asked(450, 450), {(UNKNOWN, None, MX1)}),
    ("ehlo-literal-support", "cut off", world(GONE), {(UNKNOWN, V6, MX1_6)}),
    ("ehlo-literal-support", "no host", world(purpose=Purpose.LITERAL), {(UNKNOWN, None, "example.com")}),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_finds(row: Row) -> None:
    code, _, measurement, expected = row
    assert said(measurement, code) == expected
