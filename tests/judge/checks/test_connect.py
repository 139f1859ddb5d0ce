from dataclasses import replace
from typing import Any

import pytest

from probe.model.network import Icmp
from probe.model.smtp import Session, TcpInfo
from probe.model.words import Failure, Purpose, Stage
from tests.builders import (
    ELSEWHERE,
    MX1,
    MX4,
    MX6,
    OWN,
    SECOND6,
    V4,
    V6,
    both,
    broken,
    healthy,
    host,
    measurement,
    only,
    reference,
    session,
    stopped,
    timed,
)
from tests.judge.checks.table import CRITICAL, MX1_4, MX1_6, OK, UNKNOWN, WARNING, Row, findings, name, said

ROUTER = "2001:db8:fe::1"
SILENT = stopped(Stage.CONNECT, failure=Failure.TIMEOUT, elapsed=15.0)
SILENT4 = stopped(Stage.CONNECT, V4, failure=Failure.TIMEOUT, elapsed=15.0)
REFUSED = stopped(Stage.CONNECT, failure=Failure.REFUSED)
REFUSED4 = stopped(Stage.CONNECT, V4, failure=Failure.REFUSED)
SECOND_REFUSED = replace(REFUSED, address=SECOND6)
LOST_ONCE = TcpInfo(0.02, 0.01, 1428, 1)
PAIR = [host(MX1, MX6, SECOND6, MX4)]
NEIGHBOUR = reference(V6, source=OWN[V6])


def unreachable(failure: Failure = Failure.UNREACHABLE, icmp: Icmp | None = None, **changes: Any) -> Session:
    return stopped(Stage.CONNECT, failure=failure, icmp=icmp, **changes)


CASES: list[Row] = [
    ("tcp-timeout", "another network greets", broken(SILENT), {(CRITICAL, V6, MX1_6)}),
    (
        "tcp-timeout",
        "nobody greets over this family",
        broken(SILENT, references=(reference(V4),)),
        {(UNKNOWN, V6, MX1_6)},
    ),
    (
        "tcp-timeout",
        "only a neighbour of the silent host greets",
        broken(SILENT, references=(replace(NEIGHBOUR, address="2001:db8::99"),)),
        {(UNKNOWN, V6, MX1_6)},
    ),
    (
        "tcp-timeout",
        "the reference greets on another port",
        broken(SILENT, references=(replace(NEIGHBOUR, port=587),)),
        {(UNKNOWN, V6, MX1_6)},
    ),
    (
        "tcp-timeout",
        "the reference was dialled elsewhere",
        broken(SILENT, references=(replace(NEIGHBOUR, redirected=True),)),
        {(UNKNOWN, V6, MX1_6)},
    ),
    ("tcp-timeout", "both silent, both proven", both(SILENT, SILENT4), {(CRITICAL, None, MX1)}),
    ("tcp-timeout", "neither proven", both(SILENT, SILENT4, references=()), {(UNKNOWN, None, MX1)}),
    (
        "tcp-timeout",
        "another address of the host works",
        measurement(session(V6), replace(SILENT, address=SECOND6), session(V4), hosts=PAIR),
        {(WARNING, V6, f"{MX1} [{SECOND6}]")},
    ),
    ("tcp-timeout", "a retry got through", measurement(SILENT, session(V6, purpose=Purpose.RETRY), session(V4)), set()),
    ("tcp-timeout", "the run ended first", broken(stopped(Stage.CONNECT, failure=Failure.DEADLINE)), set()),
    ("tcp-refused", "over IPv6", broken(REFUSED), {(CRITICAL, V6, MX1_6)}),
    ("tcp-refused", "needs no proof", broken(REFUSED, references=()), {(CRITICAL, V6, MX1_6)}),
    ("tcp-refused", "over IPv4", broken(REFUSED4), {(CRITICAL, V4, MX1_4)}),
    ("tcp-refused", "over both: one finding", both(REFUSED, REFUSED4), {(CRITICAL, None, MX1)}),
    (
        "tcp-refused",
        "one of two addresses",
        measurement(session(V6), SECOND_REFUSED, session(V4), hosts=PAIR),
        {(WARNING, V6, f"{MX1} [{SECOND6}]")},
    ),
    ("tcp-refused", "all is well", healthy(), set()),
    ("tcp-refused", "silence is no refusal", broken(SILENT), set()),
    ("tcp-unreachable", "a router says so", broken(unreachable(icmp=Icmp(1, 0, ROUTER))), {(CRITICAL, V6, MX1_6)}),
    (
        "tcp-unreachable",
        "a filter says so",
        broken(unreachable(Failure.PROHIBITED, Icmp(1, 1, ROUTER))),
        {(CRITICAL, V6, MX1_6)},
    ),
    (
        "tcp-unreachable",
        "our own router says so",
        broken(unreachable(Failure.PROHIBITED, Icmp(1, 1, "2001:db8:9::1"))),
        {(UNKNOWN, V6, MX1_6)},
    ),
    (
        "tcp-unreachable",
        "our own router, seen from the route alone",
        broken(unreachable(Failure.PROHIBITED, Icmp(1, 1, "2001:db8:9::1"), source=None)),
        {(UNKNOWN, V6, MX1_6)},
    ),
    (
        "tcp-unreachable",
        "nobody on our own link answers",
        broken(unreachable(icmp=Icmp(1, 3, OWN[V6]))),
        {(UNKNOWN, V6, MX1_6)},
    ),
    (
        "tcp-unreachable",
        "a router of the network both live in",
        broken(unreachable(icmp=Icmp(1, 3, "2001:db8::1"), source="2001:db8::9")),
        {(CRITICAL, V6, MX1_6)},
    ),
    ("tcp-unreachable", "our own firewall", broken(unreachable(Failure.PROHIBITED)), {(UNKNOWN, V6, MX1_6)}),
    (
        "tcp-unreachable",
        "a router that was not named",
        broken(unreachable(icmp=Icmp(1, 0, None))),
        {(UNKNOWN, V6, MX1_6)},
    ),
    ("tcp-unreachable", "no route here is another matter", broken(unreachable(Failure.NO_ROUTE)), set()),
    (
        "tcp-all-addresses",
        "one of two is dead",
        measurement(session(V6), SECOND_REFUSED, session(V4), hosts=PAIR),
        {(WARNING, V6, MX1)},
    ),
    ("tcp-all-addresses", "all are dead", measurement(REFUSED, SECOND_REFUSED, session(V4), hosts=PAIR), set()),
    (
        "tcp-all-addresses",
        "the second was not tried",
        measurement(
            session(V6),
            replace(stopped(Stage.CONNECT, failure=Failure.NOT_TRIED), address=SECOND6),
            session(V4),
            hosts=PAIR,
        ),
        set(),
    ),
    (
        "tcp-latency-gap",
        "three times and 100 ms",
        measurement(timed(V6, Stage.CONNECT, 0.2), timed(V4, Stage.CONNECT, 0.02)),
        {(WARNING, V6, MX1)},
    ),
    (
        "tcp-latency-gap",
        "three times and less than 100 ms: a note",
        measurement(timed(V6, Stage.CONNECT, 0.08), timed(V4, Stage.CONNECT, 0.01)),
        {(OK, V6, MX1)},
    ),
    (
        "tcp-latency-gap",
        "far away over both",
        measurement(timed(V6, Stage.CONNECT, 0.4), timed(V4, Stage.CONNECT, 0.28)),
        set(),
    ),
    (
        "tcp-latency-gap",
        "a few milliseconds",
        measurement(timed(V6, Stage.CONNECT, 0.012), timed(V4, Stage.CONNECT, 0.001)),
        set(),
    ),
    (
        "tcp-latency-gap",
        "the first packet was lost, as the kernel knows",
        measurement(replace(timed(V6, Stage.CONNECT, 1.04), tcp=LOST_ONCE), timed(V4, Stage.CONNECT, 0.02)),
        set(),
    ),
    (
        "tcp-latency-gap",
        "a detour, as the kernel knows",
        measurement(
            replace(timed(V6, Stage.CONNECT, 1.2), tcp=replace(LOST_ONCE, rtt=0.2)), timed(V4, Stage.CONNECT, 0.02)
        ),
        {(WARNING, V6, MX1)},
    ),
    (
        "tcp-latency-gap",
        "the delay was our own",
        measurement(timed(V6, Stage.CONNECT, 0.2, delay=0.18), timed(V4, Stage.CONNECT, 0.02)),
        set(),
    ),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_postfix_fix_comes_first_and_restarts() -> None:
    (finding,) = findings(broken(REFUSED), "tcp-refused")
    assert finding.fix is not None
    lines = finding.fix.splitlines()
    assert lines[1:3] == ["  postconf -e 'inet_protocols = all'", "  postfix stop && postfix start"]
    assert MX6 in finding.sentence
    assert "IPv6" in finding.sentence


def test_a_router_that_turns_us_away_is_named() -> None:
    (finding,) = findings(broken(unreachable(Failure.PROHIBITED, Icmp(1, 1, ROUTER))), "tcp-unreachable")
    assert f"ICMP type 1 code 1 from {ROUTER}" in finding.evidence
    assert ROUTER in finding.sentence


def test_a_router_of_our_own_is_this_side_of_the_way() -> None:
    (finding,) = findings(broken(unreachable(icmp=Icmp(1, 0, "2001:db8:9::1"))), "tcp-unreachable")
    assert "this side of the way" in finding.sentence
    (finding,) = findings(broken(unreachable(icmp=Icmp(1, 0, ROUTER))), "tcp-unreachable")
    assert finding.sentence.endswith(f"{ROUTER} says that there is no way to it.")


def test_an_unproven_silence_asks_for_a_reference() -> None:
    silent_reference = replace(
        stopped(Stage.CONNECT, failure=Failure.TIMEOUT), address=ELSEWHERE[V6], purpose=Purpose.REFERENCE
    )
    (finding,) = findings(broken(SILENT, references=(silent_reference,)), "tcp-timeout")
    assert finding.fix is not None
    assert "--reference HOST" in finding.fix
    assert any("no greeting" in line for line in finding.evidence)


def test_what_was_tried_before_the_retry_is_evidence() -> None:
    again = replace(SILENT, purpose=Purpose.RETRY)
    (finding,) = findings(measurement(SILENT, again, session(V4), references=(reference(V6),)), "tcp-timeout")
    assert any(line.startswith("tried before: ") for line in finding.evidence)


def test_who_answered_before_is_perhaps_banning_us() -> None:
    refused = replace(REFUSED, purpose=Purpose.MESSAGE, started=2.0)
    (finding,) = findings(measurement(session(V6), refused, session(V4)), "tcp-refused")
    assert finding.verdict is WARNING
    assert "perhaps banned" in finding.sentence
    assert "perhaps banned" not in findings(broken(REFUSED), "tcp-refused")[0].sentence


def test_under_one_family_the_proof_still_counts() -> None:
    world = only(V6, both(SILENT, session(V4)))
    assert said(world, "tcp-timeout") == {(CRITICAL, V6, MX1_6)}
