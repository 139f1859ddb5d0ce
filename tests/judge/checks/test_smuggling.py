import pytest

from probe.model.measurement import Measurement
from probe.model.smtp import Observation, Session
from probe.model.words import Failure, Family, Purpose, Stage
from tests.builders import MX1, V4, V6, healthy, step
from tests.judge.checks.table import CRITICAL, MX1_4, MX1_6, OK, UNKNOWN, Row, findings, name, said
from tests.judge.trials import talk, untried, world

ENDS = ("<LF>.<LF>", "<LF>.<CR><LF>")
GO = step(Stage.DATA, code=354, text="go", command="DATA")
MARKER = step(Stage.DATA, code=250, text="2.0.0 Ok", command="NOOP")


def held(family: Family, *steps: Observation, failure: Failure | None = None) -> Session:
    return talk(Purpose.SMUGGLING, family, GO, *steps, failure=failure)


def end(which: str, code: int = 250) -> Observation:
    return step(Stage.DATA, code=code, text="queued", command=which)


def all_of(family: Family, code: int = 250) -> list[Session]:
    return [held(family, end(which, code)) for which in ENDS]


CUT_OFF = held(V6, step(Stage.DATA, failure=Failure.CLOSED), failure=Failure.CLOSED)
PUT_OFF = talk(Purpose.SMUGGLING, V6, step(Stage.RCPT, code=450, text="4.2.0 Greylisted"))
WELL = (OK, V4, MX1_4)


def beside(*sessions: Session) -> Measurement:
    return world(*sessions, *all_of(V4))


CASES: list[Row] = [
    ("smuggling-eod", "nobody asked", healthy(), set()),
    ("smuggling-eod", "none of them", beside(*all_of(V6)), {(OK, None, MX1)}),
    ("smuggling-eod", "such a message is refused", beside(*all_of(V6, 550)), {(OK, None, MX1)}),
    ("smuggling-eod", "refused by going away", beside(held(V6, end(ENDS[0], 421))), {(OK, None, MX1)}),
    ("smuggling-eod", "the first", beside(held(V6, end(ENDS[0]), MARKER)), {(CRITICAL, V6, MX1_6), WELL}),
    ("smuggling-eod", "the second", beside(held(V6, end(ENDS[0])), held(V6, end(ENDS[1]), MARKER)),
     {(CRITICAL, V6, MX1_6), WELL}),
    ("smuggling-eod", "cut off", beside(CUT_OFF), {(UNKNOWN, V6, MX1_6), WELL}),
    ("smuggling-eod", "put off", beside(PUT_OFF), {(UNKNOWN, V6, MX1_6), WELL}),
    ("smuggling-eod", "not held", world(untried(Purpose.SMUGGLING, V6, "no time")), {(UNKNOWN, V6, MX1_6)}),
    ("smuggling-eod", "no host", world(purpose=Purpose.SMUGGLING), {(UNKNOWN, None, "example.com")}),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_finds(row: Row) -> None:
    code, _, measurement, expected = row
    assert said(measurement, code) == expected


def test_the_finding_names_the_ends() -> None:
    found = findings(beside(held(V6, end(ENDS[0])), held(V6, end(ENDS[1]), MARKER)), "smuggling-eod")
    assert ENDS[1] in next(item.sentence for item in found if item.verdict is CRITICAL)
    assert ", ".join(ENDS) in next(item.sentence for item in found if item.verdict is OK)
