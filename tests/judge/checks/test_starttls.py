import pytest

from probe.model.words import Failure, Stage
from tests.builders import (
    MX1,
    V4,
    V6,
    both,
    broken,
    healthy,
    helo_only,
    no_starttls,
    refused_starttls,
    session,
    stopped,
    tls,
)
from tests.judge.checks.table import CRITICAL, MX1_6, UNKNOWN, WARNING, Row, findings, name, said

BROKEN = stopped(Stage.STARTTLS, failure=Failure.TLS_HANDSHAKE, detail="sslv3 alert handshake failure")
HANGING = stopped(Stage.STARTTLS, failure=Failure.TIMEOUT, elapsed=30.0)
HANGING4 = stopped(Stage.STARTTLS, V4, failure=Failure.TIMEOUT, elapsed=30.0)
OLD6, OLD4 = (session(family, tls=tls(version="TLSv1.2")) for family in (V6, V4))
RETIRED6, RETIRED4 = (session(family, tls=tls(version="TLSv1.1")) for family in (V6, V4))

CASES: list[Row] = [
    ("tls-starttls-missing", "over IPv6", both(no_starttls(V6), session(V4)), {(WARNING, V6, MX1_6)}),
    ("tls-starttls-missing", "over both", both(no_starttls(V6), no_starttls(V4)), {(WARNING, None, MX1)}),
    ("tls-starttls-missing", "not observed after a 421", broken(stopped(Stage.BANNER, code=421, text="busy")), set()),
    (
        "tls-starttls-missing",
        "not observed after a refused EHLO",
        broken(stopped(Stage.EHLO, code=550, text="no")),
        set(),
    ),
    ("tls-starttls-missing", "not observed after HELO", broken(helo_only(V6)), set()),
    ("tls-starttls-missing", "all is well", healthy(), set()),
    ("tls-starttls-refused", "454, and on in the clear", broken(refused_starttls()), {(WARNING, V6, MX1_6)}),
    ("tls-starttls-refused", "the handshake fails", broken(BROKEN), {(CRITICAL, V6, MX1_6)}),
    (
        "tls-starttls-refused",
        "hangs up",
        broken(stopped(Stage.STARTTLS, failure=Failure.CLOSED)),
        {(CRITICAL, V6, MX1_6)},
    ),
    ("tls-starttls-refused", "not offered is not refused", broken(no_starttls()), set()),
    ("tls-starttls-refused", "the run ended first", broken(stopped(Stage.STARTTLS, failure=Failure.DEADLINE)), set()),
    ("tls-starttls-refused", "421 is a limit", broken(stopped(Stage.STARTTLS, code=421, text="4.7.0 too many")), set()),
    ("tls-handshake-hang", "over IPv6", broken(HANGING), {(CRITICAL, V6, MX1_6)}),
    ("tls-handshake-hang", "over both", both(HANGING, HANGING4), {(CRITICAL, None, MX1)}),
    ("tls-handshake-hang", "a failed handshake does not hang", broken(BROKEN), set()),
    ("tls-version-diff", "older over IPv6", both(OLD6, session(V4)), {(WARNING, V6, MX1)}),
    ("tls-version-diff", "older over IPv4", both(session(V6), OLD4), {(WARNING, V4, MX1)}),
    ("tls-version-diff", "retired over both", both(RETIRED6, RETIRED4), {(WARNING, None, MX1)}),
    ("tls-version-diff", "retired, with nothing to compare", both(RETIRED6, no_starttls(V4)), {(WARNING, V6, MX1)}),
    ("tls-version-diff", "1.2 over both", both(OLD6, OLD4), set()),
    ("tls-version-diff", "a version nobody knows", both(session(V6, tls=tls(version="TLSv9")), session(V4)), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_a_hanging_handshake_points_at_large_packets() -> None:
    (finding,) = findings(broken(HANGING), "tls-handshake-hang")
    assert finding.fix is not None
    assert "packet-too-big" in finding.fix


def test_a_421_at_starttls_is_not_held_against_the_host() -> None:
    assert said(broken(stopped(Stage.STARTTLS, code=421, text="4.7.0 too many")), "rcpt-rate-limited") == {
        (UNKNOWN, V6, MX1_6)
    }
