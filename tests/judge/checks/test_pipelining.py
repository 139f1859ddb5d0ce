from dataclasses import replace

import pytest

from probe.judge import judge
from probe.model.words import Failure, Parity, Purpose, Stage
from tests.builders import MX1, V4, V6, measurement, reference, session, stopped
from tests.judge.checks.table import MX1_6, OK, UNKNOWN, WARNING, Row, findings, name, said

GROUP = ("MAIL", "RCPT", "RSET", "QUIT")
FAULT = {"group": GROUP, "group_fault": "no reply to RCPT: the server closed the connection"}
AGAIN = {"purpose": Purpose.RETRY, "started": 3.0}
CLOSED6 = stopped(Stage.RCPT, failure=Failure.CLOSED, **FAULT)
CLOSED4 = stopped(Stage.RCPT, V4, failure=Failure.CLOSED, **FAULT)
UNKNOWN6, UNKNOWN4 = (
    stopped(Stage.RCPT, family, code=550, text="5.1.1 unknown", group=GROUP, group_fault="RCPT was answered with 550")
    for family in (V6, V4)
)
FINE4 = session(V4, group=GROUP)
ALONE6, ALONE4 = session(V6, **AGAIN), session(V4, **AGAIN)
ONE_FAMILY = measurement(CLOSED6, FINE4, ALONE6)
BOTH = measurement(CLOSED6, CLOSED4, ALONE6, ALONE4)
NEVER_ALONE = measurement(CLOSED6, FINE4, references=(reference(V6), reference(V4)))

CODE = "ehlo-pipelining-broken"
CASES: list[Row] = [
    (CODE, "over IPv6 alone", ONE_FAMILY, {(WARNING, V6, MX1_6)}),
    (CODE, "over both", BOTH, {(WARNING, None, MX1)}),
    (CODE, "groups work", measurement(session(V6, group=GROUP), FINE4), set()),
    (CODE, "no groups", measurement(session(V6), session(V4)), set()),
    (
        CODE,
        "the same refusal",
        measurement(
            *(UNKNOWN6, UNKNOWN4),
            *(stopped(Stage.RCPT, family, code=550, text="5.1.1 unknown", **AGAIN) for family in (V6, V4)),
        ),
        set(),
    ),
    (
        CODE,
        "hung up in lock-step too",
        measurement(CLOSED6, FINE4, stopped(Stage.RCPT, failure=Failure.CLOSED, **AGAIN)),
        set(),
    ),
    (CODE, "lock-step was not seen", NEVER_ALONE, set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_stages_rest_on_lock_step() -> None:
    report = judge(ONE_FAMILY)
    assert {(item.code, item.verdict) for item in report.findings if item.verdict is not OK} == {
        (CODE, WARNING),
        ("parity-verdict", WARNING),
    }
    assert (report.parity, report.comparisons[0].first_divergence) == (Parity.DIFFERS, Stage.EHLO)
    [difference] = [item for item in report.comparisons[0].differences if not item.note]
    assert (difference.what, difference.ipv6, difference.ipv4) == ("commands together", "fail", "work")


def test_both_alike_differ_in_nothing() -> None:
    assert judge(BOTH).parity is Parity.EQUAL


def test_nobody_is_blamed_for_a_group_alone() -> None:
    """The run ended before the same was said one at a time: nothing is known."""
    report = judge(NEVER_ALONE)
    assert {item.verdict for item in report.findings if item.verdict is not OK} == {UNKNOWN}
    late = replace(ALONE6, failure=Failure.DEADLINE, reached=Stage.CONNECT, steps=())
    assert {item.verdict for item in judge(measurement(CLOSED6, FINE4, late)).findings} <= {OK, UNKNOWN}


def test_the_evidence_shows_both_ways() -> None:
    (finding,) = findings(ONE_FAMILY, CODE)
    assert finding.evidence == (
        "sent together: MAIL, RCPT, RSET, QUIT",
        "rcpt: closed after 0.030 s",
        "one at a time: all was taken",
    )
