from dataclasses import replace
from typing import Any

import pytest

from probe.model.delivery import Hop
from probe.model.measurement import Measurement
from probe.model.words import Failure
from tests.builders import MX1, OWN, V4, V6, arrival, attempt, delivered, hop, session, vantage
from tests.judge.checks.table import CRITICAL, MX1_4, MX1_6, OK, UNKNOWN, WARNING, Row, findings, name, said

BOTH_OK = {(OK, V6, MX1_6), (OK, V4, MX1_4)}
FOUR_OK = {(OK, V4, MX1_4)}
INNER = hop(by="imap.example.com", address="10.0.0.25", family=V4, id="int1", raw="from mx1 by imap.example.com")
FILTER = hop(by=MX1, address="127.0.0.1", family=V4, id="4Xfilter", raw="from localhost by mx1.example.com (amavis)")
GATEWAY = "172.17.0.1"


def six(*hops: Hop, **changes: Any) -> Measurement:
    return delivered(attempt(V6, arrival=arrival(V6, *hops), **changes))


def seconds(slow: float, quick: float) -> Measurement:
    return delivered(attempt(V6, arrival=arrival(V6, seconds=slow)), attempt(V4, arrival=arrival(V4, seconds=quick)))


def behind_nat() -> Measurement:
    four = attempt(V4, arrival=arrival(V4, hop(V4, address="198.51.100.77")))
    world = delivered(None, four)
    sessions = (world.sessions[0], replace(world.sessions[1], source="10.0.0.9"))
    return replace(world, sessions=sessions, vantage=(vantage(V6), vantage(V4, source="10.0.0.9", nat=True)))


def redirected() -> Measurement:
    world = six(hop(address=GATEWAY))
    return replace(world, sessions=(replace(world.sessions[0], redirected=True), world.sessions[1]))


CASES: list[Row] = [
    ("rt-received-family", "seen as we are", delivered(), BOTH_OK),
    ("rt-received-family", "behind a filter and another host", six(INNER, FILTER, hop()), BOTH_OK),
    ("rt-received-family", "found by the queue id", six(INNER, hop(by="container-7")), BOTH_OK),
    (
        "rt-received-family",
        "another family",
        six(hop(address="203.0.113.77", family=V4)),
        {(CRITICAL, V6, MX1_6), *FOUR_OK},
    ),
    (
        "rt-received-family",
        "another public address",
        six(hop(address="2001:db8:77::1")),
        {(CRITICAL, V6, MX1_6), *FOUR_OK},
    ),
    (
        "rt-received-family",
        "the only header, by a name nobody knows",
        six(hop(address="2001:db8:77::1", by="relay.example.com", id="x"), queue_id=None),
        {(CRITICAL, V6, MX1_6), *FOUR_OK},
    ),
    (
        "rt-received-family",
        "several headers, none of which is surely the tested host's",
        six(
            hop(address="2001:db8:77::1", by="store.example.com", id="x"),
            hop(address="2001:db8:77::2", by="relay.example.com", id="y"),
            queue_id=None,
        ),
        {(UNKNOWN, V6, MX1_6), *FOUR_OK},
    ),
    (
        "rt-received-family",
        "several headers, one of which shows us",
        six(
            hop(address="2001:db8:77::1", by="store.example.com", id="x"),
            hop(by="relay.example.com", id="y"),
            queue_id=None,
        ),
        BOTH_OK,
    ),
    ("rt-received-family", "the header keeps it to itself", six(hop(address=None)), BOTH_OK),
    ("rt-received-family", "behind NAT, not compared", behind_nat(), BOTH_OK),
    ("rt-received-family", "dialled elsewhere", redirected(), FOUR_OK),
    (
        "rt-received-family",
        "nothing arrived",
        delivered(attempt(V6, arrival=None, failure=Failure.NOT_ARRIVED)),
        FOUR_OK,
    ),
    (
        "rt-received-family",
        "nothing arrived at all",
        delivered(*[attempt(family, arrival=None, failure=Failure.NOT_ARRIVED) for family in (V6, V4)]),
        set(),
    ),
    ("rt-received-source-lost", "a container's gateway", six(hop(address=GATEWAY, family=V4)), {(CRITICAL, V6, MX1_6)}),
    ("rt-received-source-lost", "unique local", six(hop(address="fd00::1")), {(CRITICAL, V6, MX1_6)}),
    ("rt-received-source-lost", "NAT64", six(hop(address="64:ff9b::cb00:7109")), {(CRITICAL, V6, MX1_6)}),
    ("rt-received-source-lost", "an inner hop above is none of ours", six(INNER, hop()), set()),
    ("rt-received-source-lost", "a filter's loopback is none of ours", six(FILTER, hop()), set()),
    ("rt-received-source-lost", "dialled elsewhere", redirected(), set()),
    ("rt-latency-gap", "a minute later", seconds(61.0, 0.5), {(OK, V6, MX1)}),
    ("rt-latency-gap", "three seconds later", seconds(3.4, 0.4), {(OK, V6, MX1)}),
    ("rt-latency-gap", "half a second later, and five times as long", seconds(0.6, 0.1), {(OK, V6, MX1)}),
    ("rt-latency-gap", "both slow", seconds(41.0, 40.0), set()),
    ("rt-latency-gap", "as good as the same", delivered(), set()),
    ("rt-duplicate", "twice over IPv6", delivered(attempt(V6, arrival=arrival(V6, copies=2))), {(WARNING, V6, MX1_6)}),
    ("rt-duplicate", "once", delivered(), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_proof_is_the_received_line() -> None:
    finding = next(item for item in findings(delivered(), "rt-received-family") if item.family is V6)
    assert finding.sentence == f"The message arrived over IPv6, seen as {OWN[V6]}."
    assert finding.evidence[0] == f"Received: {hop(V6).raw}"


def test_an_attempt_without_its_conversation_is_left_alone() -> None:
    world = delivered(attempt(V6, session=7))
    assert said(world, "rt-received-family") == FOUR_OK
    assert session(V6).source == OWN[V6]
