from dataclasses import replace

import pytest

from probe.model.delivery import Hop
from probe.model.measurement import Measurement
from tests.builders import OWN, V4, V6, arrival, attempt, delivered, hop
from tests.judge.checks.table import MX1_4, MX1_6, OK, WARNING, Row, name, said

CLEAR6, CLEAR4 = hop(tls=False, protocol="ESMTP"), hop(V4, tls=False, protocol="ESMTP")
TLS, HELO = "rt-received-tls", "rt-received-helo"
BY_ANOTHER = hop(by="b.example", id="x", tls=False, address="2001:db8:77::1")


def world(six: Hop, *more: Hop, four: Hop | None = None) -> Measurement:
    copy = attempt(V4, arrival=arrival(V4, four)) if four is not None else None
    return delivered(attempt(V6, arrival=arrival(V6, six, *more)), copy)


def without_tls() -> Measurement:
    given = world(CLEAR6)
    return replace(given, sessions=(replace(given.sessions[0], tls=None), given.sessions[1]))


def literal(recorded: str = f"[{OWN[V6]}]") -> Measurement:
    given = world(hop(helo=recorded))
    return replace(given, sessions=(replace(given.sessions[0], helo=f"[IPv6:{OWN[V6]}]"), given.sessions[1]))


def through_a_submission_server() -> Measurement:
    given = world(CLEAR6)
    return replace(given, settings=replace(given.settings, via="submission://u@relay.example.net"))


CASES: list[Row] = [
    (TLS, "as it was", delivered(), set()),
    (TLS, "lost over IPv6", world(CLEAR6), {(WARNING, V6, MX1_6)}),
    (TLS, "lost over both", world(CLEAR6, four=CLEAR4), {(OK, V6, MX1_6), (OK, V4, MX1_4)}),
    (TLS, "the header does not tell", world(hop(tls=None, protocol="Microsoft SMTP Server")), set()),
    (TLS, "there was none", without_tls(), set()),
    (TLS, "which header is the host's is not known", world(BY_ANOTHER, BY_ANOTHER), set()),
    (TLS, "the submission server spoke to the host", through_a_submission_server(), set()),
    (HELO, "as we said", delivered(), set()),
    (HELO, "in other letters", world(hop(helo="PROBE.example.net.")), set()),
    (HELO, "a literal written otherwise", literal(), set()),
    (HELO, "a literal as qmail writes it", literal(f"?{OWN[V6]}?"), set()),
    (HELO, "not recorded", world(hop(helo=None)), set()),
    (HELO, "recorded as unknown", world(hop(helo="unknown")), set()),
    (HELO, "another name over IPv6", world(hop(helo="proxy.example.com")), {(WARNING, V6, MX1_6)}),
    (
        HELO,
        "another name over both",
        world(hop(helo="proxy.example.com"), four=hop(V4, helo="proxy.example.com")),
        {(OK, V6, MX1_6), (OK, V4, MX1_4)},
    ),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, given, expected = row
    assert said(given, code) == expected
