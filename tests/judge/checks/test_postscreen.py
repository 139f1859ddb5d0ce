from dataclasses import replace

import pytest

from probe.judge import judge
from probe.model.words import Parity, Purpose, Stage, Verdict
from tests.builders import MX1, V4, V6, both, broken, healthy, measurement, session, stopped
from tests.judge.checks.table import MX1_6, OK, Row, findings, name, said

DEEP, RICHER = "rcpt-postscreen-deep", "ehlo-caps-postscreen"
FEW = ("SIZE 10240000", "8BITMIME", "STARTTLS")
SIX, FOUR = (
    stopped(Stage.RCPT, family, code=450, text="4.3.2 Service currently unavailable", capabilities=FEW)
    for family in (V6, V4)
)
GREY = stopped(Stage.RCPT, V6, code=450, text="4.2.0 Greylisted, see http://postgrey.schweikert.ch/")
BUSY = stopped(Stage.EHLO, V6, code=421, text="4.3.2 Service currently unavailable")
BACK = replace(session(V6), purpose=Purpose.RETRY)
CASES: list[Row] = [
    (DEEP, "over IPv6 alone", broken(SIX), {(OK, V6, MX1_6)}),
    (DEEP, "over both", both(SIX, FOUR), {(OK, None, MX1)}),
    (DEEP, "let in when it came back", measurement(SIX, BACK, session(V4)), {(OK, V6, MX1_6)}),
    (DEEP, "a greylist", broken(GREY), set()),
    (DEEP, "turned away before it was tested", broken(BUSY), set()),
    (DEEP, "all is well", healthy(), set()),
    (RICHER, "a stranger over IPv6, known over IPv4", broken(SIX), {(OK, None, MX1)}),
    (RICHER, "known when it came back", measurement(SIX, BACK, session(V4)), {(OK, None, MX1)}),
    (RICHER, "a stranger over both", both(SIX, FOUR), set()),
    (RICHER, "it offers strangers the same", broken(replace(SIX, capabilities=session(V4).capabilities)), set()),
    (RICHER, "all is well", healthy(), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_a_stranger_of_one_family_is_no_failure_of_it() -> None:
    report = judge(broken(SIX))
    assert (report.parity, report.verdict) == (Parity.EQUAL, Verdict.OK)
    assert "ehlo-caps-diff" not in {item.code for item in report.findings}


def test_who_came_back_is_told_so() -> None:
    (found,) = findings(measurement(SIX, BACK, session(V4)), DEEP)
    assert found.sentence.endswith("let us in when we came back.")
