import pytest

from probe.judge import judge
from probe.judge.checks.expectation import check
from probe.model.expectation import Declared
from probe.model.measurement import Measurement
from probe.model.report import JudgeOptions
from probe.model.words import Failure, Family, Stage, Verdict
from tests.builders import MX1, V4, V6, broken, healthy, stopped

CODE = "mon-expectation"
DECLARED = (Declared(mx=((MX1, (V6, V4)),)),)
DEAD6 = broken(stopped(Stage.CONNECT, failure=Failure.REFUSED))
OTHER = (Declared(domain="example.net", parity="strict"),)
ALL_MET = {
    (Verdict.OK, None, "example.com: mx"),
    (Verdict.OK, V6, f"{MX1}: family"),
    (Verdict.OK, V4, f"{MX1}: family"),
}

CASES: list[tuple[str, str, tuple[Measurement, tuple[Declared, ...]], set[tuple[Verdict, Family | None, str]]]] = [
    (CODE, "all is as declared", (healthy(), DECLARED), ALL_MET),
    (
        CODE,
        "IPv6 is dead",
        (DEAD6, DECLARED),
        (ALL_MET - {(Verdict.OK, V6, f"{MX1}: family")}) | {(Verdict.CRITICAL, V6, f"{MX1}: family")},
    ),
    (CODE, "nothing was declared", (DEAD6, ()), set()),
    (CODE, "something was declared of another domain", (DEAD6, OTHER), set()),
]


@pytest.mark.parametrize("row", CASES, ids=lambda row: row[1])
def test_a_finding_for_each(
    row: tuple[str, str, tuple[Measurement, tuple[Declared, ...]], set[tuple[Verdict, Family | None, str]]],
) -> None:
    _, _, (given, declared), expected = row
    found = list(check(given, JudgeOptions(expected=declared)))
    assert {(item.verdict, item.family, item.subject) for item in found} == expected
    assert all(item.fix or item.verdict is Verdict.OK for item in found)


def test_the_report_carries_the_lines() -> None:
    report = judge(DEAD6, JudgeOptions(expected=DECLARED))
    assert [line.verdict for line in report.expectations] == [Verdict.OK, Verdict.CRITICAL, Verdict.OK]
    assert judge(DEAD6).expectations == ()


def test_a_check_without_anything_to_hold_against_did_not_run() -> None:
    assert {"drift", "expectation"}.isdisjoint(judge(healthy()).checks)
    assert "expectation" in judge(healthy(), JudgeOptions(expected=DECLARED)).checks
