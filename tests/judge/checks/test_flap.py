from dataclasses import replace
from typing import Any

import pytest

from probe.model.measurement import Measurement
from probe.model.smtp import Session
from probe.model.trials import Leave, Trials
from probe.model.words import Failure, Family, Purpose, Stage
from tests.builders import ELSEWHERE, MX1, MX6, SECOND6, V4, V6, both, healthy, host, measurement, session, stopped
from tests.judge.checks.table import OK, WARNING, Row, findings, name, said

RETRY, REPEAT = {"purpose": Purpose.RETRY}, {"purpose": Purpose.REPEAT}


def lost(family: Family, failure: Failure = Failure.TIMEOUT, **changes: Any) -> Session:
    return stopped(Stage.CONNECT, family, failure=failure, elapsed=30.0, **changes)


def calls(*sessions: Session) -> Measurement:
    """Held one after the other."""
    return measurement(*(replace(item, started=40.0 * place) for place, item in enumerate(sessions)))


def flapping(family: Family, failure: Failure = Failure.TIMEOUT) -> list[Session]:
    """Two connections of four fail, and the last does not."""
    return [
        lost(family, failure),
        session(family, **RETRY),
        lost(family, failure, **REPEAT),
        session(family, **REPEAT),
    ]


TWO_ADDRESSES = replace(
    calls(
        lost(V6),
        session(V6, **RETRY),
        lost(V6, address=SECOND6),
        session(V6, address=SECOND6, **RETRY),
        session(V4),
    ),
    resolved=measurement(session(V6), hosts=[host(MX1, MX6, SECOND6, "192.0.2.25")]).resolved,
)
STEADY4 = [session(V4), session(V4, **REPEAT), session(V4, **REPEAT), session(V4, **REPEAT)]


CASES: list[Row] = [
    ("tcp-flap", "all is well", healthy(), set()),
    ("tcp-flap", "two of four over IPv6", calls(*flapping(V6), session(V4)), {(WARNING, V6, MX1)}),
    ("tcp-flap", "no way, twice", calls(*flapping(V6, Failure.UNREACHABLE), session(V4)), {(WARNING, V6, MX1)}),
    ("tcp-flap", "two of four over IPv4", calls(session(V6), *flapping(V4)), {(WARNING, V4, MX1)}),
    ("tcp-flap", "one at each of two addresses", TWO_ADDRESSES, {(WARNING, V6, MX1)}),
    ("tcp-flap", "one, and a retry mends it", calls(lost(V6), session(V6, **RETRY), session(V4)), {(OK, V6, MX1)}),
    ("tcp-flap", "over both families", calls(*flapping(V6), *flapping(V4)), {(OK, V6, MX1), (OK, V4, MX1)}),
    (
        "tcp-flap",
        "less over the other family",
        calls(*flapping(V6), lost(V4), *STEADY4),
        {(WARNING, V6, MX1), (OK, V4, MX1)},
    ),
    ("tcp-flap", "never answered", both(lost(V6), session(V4)), set()),
    ("tcp-flap", "never answered a retry either", calls(lost(V6), lost(V6, **RETRY), session(V4)), set()),
    (
        "tcp-flap",
        "stopped answering for good: a ban, perhaps",
        calls(session(V6), lost(V6, **REPEAT), lost(V6, **REPEAT), session(V4)),
        set(),
    ),
    (
        "tcp-flap",
        "dialled elsewhere",
        calls(*(replace(item, redirected=True) for item in flapping(V6)), session(V4)),
        set(),
    ),
    (
        "tcp-flap",
        "the connection was there, the greeting was not",
        calls(stopped(Stage.BANNER, V6, failure=Failure.TIMEOUT), session(V6, **RETRY), session(V4)),
        set(),
    ),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    assert said(row[2], row[0]) == row[3]


def test_the_counts_of_both_families_are_told() -> None:
    [found] = findings(calls(*flapping(V6), session(V4)), "tcp-flap")
    assert "2 of 4 connections to mx1.example.com failed over IPv6" in found.sentence
    assert "none of 1 over IPv4" in found.sentence


def test_what_others_lose_too_is_near_us() -> None:
    other = lost(V6, mx="mail.example.net", address=ELSEWHERE[V6], purpose=Purpose.REFERENCE)
    world = replace(calls(*flapping(V6), session(V4)), references=(other,))
    assert said(world, "tcp-flap") == {(OK, V6, MX1)}


def test_the_tests_of_an_owner_are_connections_too() -> None:
    world = calls(lost(V6), session(V6, **RETRY), session(V4))
    late = [replace(lost(V6, purpose=Purpose.RELAY), started=200.0)]
    late += [replace(session(V6, purpose=Purpose.LITERAL), started=240.0)]
    assert said(replace(world, trials=Trials(Leave.SAID, None, tuple(late))), "tcp-flap") == {(WARNING, V6, MX1)}
