from dataclasses import replace
from datetime import timedelta

import pytest

from probe.judge import judge
from probe.model.measurement import Measurement
from probe.model.memory import Greylisted, Memory
from probe.model.smtp import Session
from probe.model.words import Family, Parity, Purpose, Stage, Verdict
from tests.builders import ADDRESS, MX1, OWN, STARTED, V4, V6, both, broken, healthy, measurement, session, stopped
from tests.judge.checks.table import MX1_4, MX1_6, OK, WARNING, Row, findings, name, said

WANTS_PTR = "4.7.25 Client host rejected: cannot find your reverse hostname, [2001:db8:9::9]"
POSTMASTER = "postmaster@example.com"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def rcpt(code: int, text: str, family: Family = V6) -> Session:
    return stopped(Stage.RCPT, family, code=code, text=text)


GREY6, GREY4 = (rcpt(450, "4.2.0 Greylisted, see http://postgrey.schweikert.ch/", family) for family in (V6, V4))


def known(family: Family = V6, *, first: timedelta = 20 * MINUTE, tries: int = 1, passed: bool = False) -> Greylisted:
    """A tuple first seen that long ago, tried ten minutes ago; its delay has ended unless it is younger."""
    return Greylisted(
        family=family,
        source=OWN[family],
        sender="",
        recipient=POSTMASTER,
        address=ADDRESS[family],
        first_seen=STARTED - first,
        last_try=STARTED - 10 * MINUTE,
        next_try=STARTED - first + 5 * MINUTE,
        tries=tries,
        passed=STARTED - 10 * MINUTE if passed else None,
    )


def after(world: Measurement, *tuples: Greylisted) -> Measurement:
    return replace(world, memory=Memory(greylisted=tuples))


AGES = known(first=30 * HOUR, tries=5)
CASES: list[Row] = [
    ("rcpt-greylisted", "over both", both(GREY6, GREY4), {(OK, None, MX1)}),
    ("rcpt-greylisted", "over IPv6 alone", broken(GREY6), {(OK, V6, MX1_6)}),
    ("rcpt-greylisted", "4.7.1 without the word", broken(rcpt(451, "4.7.1 Please try again later")), {(OK, V6, MX1_6)}),
    (
        "rcpt-greylisted",
        "postscreen's first contact",
        broken(rcpt(450, "4.3.2 Service currently unavailable")),
        {(OK, V6, MX1_6)},
    ),
    (
        "rcpt-greylisted",
        "the same bare 450 over both",
        both(rcpt(450, "later"), rcpt(450, "later", V4)),
        {(OK, None, MX1)},
    ),
    (
        "rcpt-greylisted",
        "passed on coming back",
        measurement(GREY6, session(V4), session(V6, purpose=Purpose.RETRY, started=60.0)),
        {(OK, V6, MX1_6)},
    ),
    ("rcpt-greylisted", "a full mailbox", broken(rcpt(452, "4.2.2 Mailbox full")), set()),
    ("rcpt-greylisted", "a 450 that wants a PTR", broken(rcpt(450, WANTS_PTR)), set()),
    ("rcpt-greylisted", "a bare 450 over one", broken(rcpt(450, "later")), set()),
    ("rcpt-greylisted", "known and young", after(broken(GREY6), known(first=MINUTE)), {(OK, V6, MX1_6)}),
    ("rcpt-greylisted", "known and due", after(broken(GREY6), known()), {(OK, V6, MX1_6)}),
    ("rcpt-greylisted", "known for ages", after(broken(GREY6), AGES), {(WARNING, V6, MX1_6)}),
    ("rcpt-greylisted", "for ages, but seldom tried", after(broken(GREY6), replace(AGES, tries=2)), {(OK, V6, MX1_6)}),
    (
        "rcpt-greylisted",
        "for ages, from another source",
        after(broken(GREY6), replace(AGES, source="2001:db8:9::77")),
        {(OK, V6, MX1_6)},
    ),
    (
        "rcpt-greylisted",
        "for ages over the other family",
        after(broken(GREY6), known(V4, first=30 * HOUR, tries=5)),
        {(OK, V6, MX1_6), (OK, V4, MX1_4)},
    ),
    ("rcpt-greylisted", "let in after an earlier run", after(healthy(), known()), {(OK, V6, MX1_6)}),
    ("rcpt-greylisted", "let in as ever", after(healthy(), known(passed=True)), set()),
    ("rcpt-greylisted", "another sender's", after(healthy(), replace(known(), sender="me@example.net")), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


@pytest.mark.parametrize(
    ("tuples", "words"),
    [
        ((), "greylists us over IPv6, so the answer is pending"),
        (
            (known(first=MINUTE),),
            "has greylisted us over IPv6 since 17:59 UTC and is still in its delay, which ends at 18:04",
        ),
        ((known(),), "has greylisted us over IPv6 since 17:40 UTC, 2 times the very same"),
        ((known(passed=True),), "greylists us again over IPv6, though it let us in 10 min ago"),
        ((AGES,), "since 2026-11-21 12:00 UTC, 6 times the very same, which is longer than greylisting lasts"),
    ],
)
def test_how_long_it_has_been_is_said(tuples: tuple[Greylisted, ...], words: str) -> None:
    (found,) = findings(after(broken(GREY6), *tuples), "rcpt-greylisted")
    assert words in found.sentence


def test_being_let_in_is_said_once() -> None:
    (found,) = findings(after(healthy(), known()), "rcpt-greylisted")
    assert "greylisted us over IPv6 since 17:40 UTC and lets us in now" in found.sentence
    world = after(measurement(GREY6, session(V4), session(V6, purpose=Purpose.RETRY, started=60.0)), known())
    (waited,) = findings(world, "rcpt-greylisted")
    assert "let us in when we came back after 60 s" in waited.sentence


def test_a_delay_that_is_still_running_breaks_nothing() -> None:
    report = judge(after(both(GREY6, GREY4), known(first=MINUTE), known(V4, first=MINUTE)))
    assert (report.parity, report.verdict) == (Parity.EQUAL, Verdict.OK)
