from dataclasses import replace

import pytest

from probe.model.words import Failure, Purpose, Stage
from tests.builders import (
    CAPABILITIES,
    MX1,
    V4,
    V6,
    both,
    broken,
    healthy,
    helo_only,
    measurement,
    no_starttls,
    session,
    stopped,
)
from tests.judge.checks.table import CRITICAL, MX1_4, MX1_6, OK, UNKNOWN, WARNING, Row, findings, name, said

DROPPED = stopped(Stage.EHLO, failure=Failure.CLOSED)
POLICY = stopped(Stage.EHLO, code=550, text="5.7.1 Helo command rejected: Host not found")
BUSY = stopped(Stage.EHLO, code=421, text="4.7.0 Too many connections")
LATER = stopped(Stage.EHLO, code=451, text="4.3.0 Temporary lookup failure")
FULL = (*CAPABILITIES, "STARTTLS")
LESS = session(V6, capabilities=tuple(item for item in FULL if item != "8BITMIME"))
LESS4 = session(V4, capabilities=tuple(item for item in FULL if item != "8BITMIME"))
LESS_IN_TLS = session(V6, capabilities_tls=CAPABILITIES[1:])
SIZE = session(V6, capabilities=("PIPELINING", "SIZE 20480000", *FULL[2:]))
REPEAT = {"purpose": Purpose.REPEAT, "until": Stage.STARTTLS}

CASES: list[Row] = [
    ("ehlo-rejected", "dropped over IPv6", broken(DROPPED), {(CRITICAL, V6, MX1_6)}),
    (
        "ehlo-rejected",
        "refused by policy over IPv6",
        broken(stopped(Stage.EHLO, code=550, text="5.7.1 no")),
        {(CRITICAL, V6, MX1_6)},
    ),
    ("ehlo-rejected", "our name is minded, and it confirms", broken(POLICY), {(CRITICAL, V6, MX1_6)}),
    ("ehlo-rejected", "put off", broken(LATER), {(UNKNOWN, V6, MX1_6)}),
    ("ehlo-rejected", "a limit has its own code", broken(BUSY), set()),
    ("ehlo-rejected", "HELO alone over both", both(helo_only(V6), helo_only(V4)), {(WARNING, None, MX1)}),
    ("ehlo-rejected", "all is well", healthy(), set()),
    ("ehlo-caps-diff", "8BITMIME lacks over IPv6", both(LESS, session(V4)), {(WARNING, V6, MX1)}),
    ("ehlo-caps-diff", "8BITMIME lacks over IPv4", both(session(V6), LESS4), {(WARNING, V4, MX1)}),
    ("ehlo-caps-diff", "inside TLS", both(LESS_IN_TLS, session(V4)), {(WARNING, V6, MX1)}),
    ("ehlo-caps-diff", "STARTTLS over IPv4 alone", both(no_starttls(V6), session(V4)), {(CRITICAL, V6, MX1)}),
    ("ehlo-caps-diff", "another SIZE is a note", both(SIZE, session(V4)), {(OK, V6, MX1)}),
    (
        "ehlo-caps-diff",
        "order and case",
        both(session(V6, capabilities=("starttls", *reversed(CAPABILITIES))), session(V4)),
        set(),
    ),
    (
        "ehlo-caps-diff",
        "order of AUTH mechanisms",
        both(
            session(V6, capabilities=(*FULL, "AUTH PLAIN LOGIN")), session(V4, capabilities=(*FULL, "AUTH LOGIN PLAIN"))
        ),
        set(),
    ),
    (
        "ehlo-caps-diff",
        "a greeting of 421 shows no capabilities",
        broken(stopped(Stage.BANNER, code=421, text="busy")),
        set(),
    ),
    ("ehlo-caps-diff", "HELO shows none either", both(helo_only(V6), session(V4)), set()),
    (
        "ehlo-caps-diff",
        "a pool: the repeat shows the same as the other family",
        measurement(LESS, session(V4), session(V6, **REPEAT)),
        set(),
    ),
    (
        "ehlo-caps-diff",
        "repeats that agree with themselves",
        measurement(LESS, session(V4), replace(LESS, **REPEAT), session(V4, **REPEAT)),
        {(WARNING, V6, MX1)},
    ),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_line_of_evidence_shows_both_sides() -> None:
    (finding,) = findings(both(SIZE, session(V4)), "ehlo-caps-diff")
    assert finding.evidence == ("SIZE: IPv6 20480000, IPv4 10240000",)


def test_a_reply_inside_tls_is_told_from_one_before() -> None:
    base = session(V6)
    steps = tuple(
        replace(item, reply=None, failure=Failure.CLOSED) if item.tls and item.stage is Stage.EHLO else item
        for item in base.steps
    )
    cut = replace(base, steps=steps[:5], reached=Stage.STARTTLS, failure=Failure.CLOSED, capabilities_tls=())
    (finding,) = findings(broken(cut), "ehlo-rejected")
    assert finding.verdict is CRITICAL
    assert "EHLO inside TLS" in finding.sentence
    assert said(broken(cut), "ehlo-caps-diff") == set()
    assert MX1_4 not in finding.subject
