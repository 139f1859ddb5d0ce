from dataclasses import replace
from typing import Any

import pytest

from probe.model.measurement import Measurement
from tests.builders import MX1, OWN, V4, V6, both, healthy, session, vantage
from tests.judge.checks.table import CRITICAL, MX1_4, MX1_6, WARNING, Row, findings, name, said

NAT = (vantage(V6), vantage(V4, source="10.0.0.9", nat=True, ptr=(), fcrdns=None))


def echoed(text: str | None, **changes: Any) -> Measurement:
    return both(session(V6, client_echo=text, **changes), session(V4))


CASES: list[Row] = [
    ("ehlo-client-echo", "a container's gateway", echoed("172.17.0.1"), {(CRITICAL, V6, MX1_6)}),
    ("ehlo-client-echo", "a unique local address", echoed("fd00::1"), {(CRITICAL, V6, MX1_6)}),
    ("ehlo-client-echo", "the other family", echoed("203.0.113.9"), {(CRITICAL, V6, MX1_6)}),
    ("ehlo-client-echo", "mapped IPv4", echoed("::ffff:203.0.113.9"), {(CRITICAL, V6, MX1_6)}),
    ("ehlo-client-echo", "another public address", echoed("2001:db8:77::1"), {(WARNING, V6, MX1_6)}),
    (
        "ehlo-client-echo",
        "over both the same gateway",
        both(session(V6, client_echo="172.17.0.1"), session(V4, client_echo="172.17.0.1")),
        {(CRITICAL, None, MX1)},
    ),
    (
        "ehlo-client-echo",
        "IPv4 alone",
        both(session(V6), session(V4, client_echo="172.17.0.1")),
        {(CRITICAL, V4, MX1_4)},
    ),
    ("ehlo-client-echo", "our own address", echoed(OWN[V6]), set()),
    ("ehlo-client-echo", "none", healthy(), set()),
    ("ehlo-client-echo", "not an address", echoed("unknown"), set()),
    ("ehlo-client-echo", "dialled elsewhere", echoed("172.17.0.1", redirected=True), set()),
    (
        "ehlo-client-echo",
        "we are inside that network ourselves",
        echoed("fd00::1", source="fd00::9"),
        {(WARNING, V6, MX1_6)},
    ),
    (
        "ehlo-client-echo",
        "behind NAT",
        both(session(V6), session(V4, source="10.0.0.9", client_echo="203.0.113.9"), vantage=NAT),
        set(),
    ),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_both_addresses_are_named() -> None:
    world = replace(healthy(), sessions=(session(V6, client_echo="172.17.0.1"), session(V4)))
    (finding,) = findings(world, "ehlo-client-echo")
    assert "172.17.0.1" in finding.sentence
    assert OWN[V6] in finding.sentence
