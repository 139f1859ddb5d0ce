from dataclasses import replace

import pytest

from probe.model.smtp import Session
from probe.model.words import Failure, Stage
from tests.builders import (
    CAPABILITIES,
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
    step,
    stopped,
    tls,
)
from tests.judge.checks.table import CRITICAL, MX1_6, OK, UNKNOWN, WARNING, Row, findings, name, said
from tests.judge.policies import policy, promise, promised

BROKEN = stopped(Stage.STARTTLS, failure=Failure.TLS_HANDSHAKE, detail="sslv3 alert handshake failure")
HANGING = stopped(Stage.STARTTLS, failure=Failure.TIMEOUT, elapsed=30.0)
HANGING4 = stopped(Stage.STARTTLS, V4, failure=Failure.TIMEOUT, elapsed=30.0)
OLD6, OLD4 = (session(family, tls=tls(version="TLSv1.2")) for family in (V6, V4))
RETIRED6, RETIRED4 = (session(family, tls=tls(version="TLSv1.1")) for family in (V6, V4))

INJECTION = step(
    Stage.STARTTLS,
    code=220,
    text="2.0.0 Ready",
    failure=Failure.PROTOCOL,
    detail="injected plaintext behind the 220 to STARTTLS: 250 ok",
)
INJECTION = replace(INJECTION, reply=replace(INJECTION.reply, facts=("injected-plaintext",)))
INJECTED = replace(BROKEN, steps=(*BROKEN.steps[:-1], INJECTION), failure=Failure.PROTOCOL)
SHRUNK = session(V6, capabilities_tls=("PIPELINING", "8BITMIME"))
GROWN = session(V6, capabilities_tls=(*CAPABILITIES, "AUTH PLAIN"))
NO_TLS6 = both(no_starttls(V6), session(V4))


def in_trouble(
    starttls: str = "4.3.0 Try again later", mail: str = "4.7.1 Try again later", code: int = 454
) -> Session:
    """STARTTLS and then MAIL are put off, as Postfix does both while its milter is in trouble."""
    told = refused_starttls(code=code, text=starttls)
    ends = stopped(Stage.MAIL, code=451, text=mail)
    return replace(
        told,
        reached=Stage.MAIL,
        failure=Failure.DEFERRED,
        steps=(*(item for item in told.steps if item.stage.rank < Stage.MAIL.rank), ends.steps[-1]),
    )


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
    ("tls-starttls-missing", "DANE demands it", promised(NO_TLS6, promise()), {(CRITICAL, V6, MX1_6)}),
    (
        "tls-starttls-missing",
        "DANE, with unusable records",
        promised(NO_TLS6, promise(usage=1)),
        {(CRITICAL, V6, MX1_6)},
    ),
    ("tls-starttls-missing", "DANE, not signed", promised(NO_TLS6, promise(), tlsa=False), {(WARNING, V6, MX1_6)}),
    ("tls-starttls-missing", "MTA-STS demands it", policy(NO_TLS6), {(CRITICAL, V6, MX1_6)}),
    ("tls-starttls-missing", "MTA-STS only tests", policy(NO_TLS6, "testing"), {(WARNING, V6, MX1_6)}),
    (
        "tls-starttls-refused",
        "454, and MTA-STS demands it",
        policy(broken(refused_starttls())),
        {(CRITICAL, V6, MX1_6)},
    ),
    ("tls-response-injection", "over IPv6", broken(INJECTED), {(CRITICAL, V6, MX1_6)}),
    ("tls-response-injection", "a handshake that fails otherwise", broken(BROKEN), set()),
    ("tls-starttls-refused", "an injection is told by its own name", broken(INJECTED), set()),
    ("tls-re-ehlo", "less inside TLS", both(SHRUNK, session(V4)), {(OK, V6, MX1_6)}),
    ("tls-re-ehlo", "more inside TLS", both(GROWN, session(V4)), set()),
    ("tls-re-ehlo", "no TLS", both(no_starttls(V6), session(V4)), set()),
    ("tls-starttls-refused", "454, and on in the clear", broken(refused_starttls()), {(WARNING, V6, MX1_6)}),
    ("tls-starttls-refused", "454 for trouble that MAIL meets as well", broken(in_trouble()), set()),
    (
        "tls-starttls-refused",
        "454 in the very words MAIL is put off with",
        broken(in_trouble("4.7.0 Service unavailable", "4.7.0 Service unavailable")),
        set(),
    ),
    (
        "tls-starttls-refused",
        "454 for want of a key, and greylisting behind it",
        broken(in_trouble("4.7.0 TLS not available due to local problem", "4.2.0 Greylisted")),
        {(WARNING, V6, MX1_6)},
    ),
    (
        "tls-starttls-refused",
        "454 of TLS alone, as Sendmail words it, and greylisting behind it",
        broken(in_trouble("4.3.3 TLS not available: error generating SSL handle", "4.7.1 Greylisted")),
        {(WARNING, V6, MX1_6)},
    ),
    (
        "tls-starttls-refused",
        "454 for trouble that is over at MAIL",
        broken(refused_starttls(text="4.3.0 Try again later")),
        {(WARNING, V6, MX1_6)},
    ),
    (
        "tls-starttls-refused",
        "554 is no temporary trouble",
        broken(in_trouble("5.3.0 No", "4.3.0 Try again later", code=554)),
        {(WARNING, V6, MX1_6)},
    ),
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
