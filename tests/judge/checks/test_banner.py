from dataclasses import replace

import pytest

from probe.model.words import Failure, Purpose, Stage
from tests.builders import (
    MX1,
    MX4,
    MX6,
    SECOND6,
    V4,
    V6,
    both,
    broken,
    greeting,
    healthy,
    host,
    measurement,
    session,
    stopped,
    timed,
    tls,
    vantage,
)
from tests.judge.checks.table import CRITICAL, MX1_4, MX1_6, OK, UNKNOWN, WARNING, Row, findings, name, said

CLOSED = stopped(Stage.BANNER, failure=Failure.CLOSED)
MUTE = stopped(Stage.BANNER, failure=Failure.TIMEOUT, elapsed=45.0)
MUTE4 = stopped(Stage.BANNER, V4, failure=Failure.TIMEOUT, elapsed=45.0)
BUSY4 = stopped(Stage.BANNER, V4, code=421, text="4.7.0 too many connections")
HTTP = stopped(Stage.BANNER, failure=Failure.PROTOCOL, detail="HTTP/1.1 400 Bad Request")
DENIED = stopped(Stage.BANNER, code=554, text="5.7.1 No SMTP service here")
DENIED4 = stopped(Stage.BANNER, V4, code=554, text="5.7.1 No SMTP service here")
LISTED = stopped(Stage.BANNER, code=554, text="5.7.1 Service unavailable; Client host blocked using zen.spamhaus.org")
NO_PTR = stopped(Stage.BANNER, code=554, text="5.7.25 no reverse DNS for 2001:db8:9::9")
TEASE6, TEASE4 = (greeting(family, f"{MX1} wait", f"{MX1} ESMTP Postfix") for family in (V6, V4))
OTHER = greeting(V6, "old.example.com ESMTP Postfix")
OTHER_CERTIFICATE = replace(OTHER, tls=tls(sha256="cc" * 32))
AGAIN = {family: {"purpose": Purpose.REPEAT, "until": Stage.STARTTLS} for family in (V6, V4)}

CASES: list[Row] = [
    ("banner-missing", "closed without a word", broken(CLOSED), {(CRITICAL, V6, MX1_6)}),
    ("banner-missing", "silent", broken(MUTE), {(CRITICAL, V6, MX1_6)}),
    ("banner-missing", "silent over both", both(MUTE, MUTE4), {(CRITICAL, None, MX1)}),
    (
        "banner-missing",
        "the other family was put off: perhaps this one too",
        both(CLOSED, BUSY4),
        {(UNKNOWN, V6, MX1_6)},
    ),
    (
        "banner-missing",
        "another address greets",
        measurement(session(V6), replace(CLOSED, address=SECOND6), session(V4), hosts=[host(MX1, MX6, SECOND6, MX4)]),
        {(WARNING, V6, f"{MX1} [{SECOND6}]")},
    ),
    ("banner-missing", "the run ended first", broken(stopped(Stage.BANNER, failure=Failure.DEADLINE)), set()),
    ("banner-missing", "a refusal is a greeting", broken(DENIED), set()),
    ("banner-4xx-5xx", "refused over IPv6", broken(DENIED), {(CRITICAL, V6, MX1_6)}),
    ("banner-4xx-5xx", "refused over both", both(DENIED, DENIED4), {(CRITICAL, None, MX1)}),
    ("banner-4xx-5xx", "put off is never broken", both(session(V6), BUSY4), {(UNKNOWN, V4, MX1_4)}),
    ("banner-4xx-5xx", "our address is on a list", broken(LISTED), {(UNKNOWN, V6, MX1_6)}),
    ("banner-4xx-5xx", "it misses a reverse name we have", broken(NO_PTR), {(CRITICAL, V6, MX1_6)}),
    (
        "banner-4xx-5xx",
        "it misses a reverse name we lack",
        broken(NO_PTR, vantage=(vantage(V6, ptr=(), fcrdns=False), vantage(V4))),
        {(UNKNOWN, V6, MX1_6)},
    ),
    ("banner-4xx-5xx", "a 220", healthy(), set()),
    ("banner-not-smtp", "a web server", broken(HTTP), {(CRITICAL, V6, MX1_6)}),
    (
        "banner-not-smtp",
        "an endless greeting",
        broken(stopped(Stage.BANNER, failure=Failure.TOO_LONG, detail="x" * 999)),
        {(CRITICAL, V6, MX1_6)},
    ),
    ("banner-not-smtp", "a strange but whole greeting", broken(greeting(V6, "***********")), set()),
    (
        "banner-delay",
        "more than 30 s",
        both(timed(V6, Stage.BANNER, 31.0), timed(V4, Stage.BANNER, 30.5)),
        {(WARNING, None, MX1)},
    ),
    (
        "banner-delay",
        "5 s longer than over IPv4",
        both(timed(V6, Stage.BANNER, 5.5), session(V4)),
        {(WARNING, V6, MX1_6)},
    ),
    (
        "banner-delay",
        "greet_wait over both",
        both(timed(V6, Stage.BANNER, 6.1), timed(V4, Stage.BANNER, 6.0)),
        {(OK, None, MX1)},
    ),
    (
        "banner-delay",
        "greet_wait over IPv6, where IPv4 has passed before",
        both(greeting(V6, MX1, f"{MX1} ESMTP", elapsed=6.1), session(V4)),
        {(OK, V6, MX1_6)},
    ),
    ("banner-delay", "a little longer over IPv6", both(timed(V6, Stage.BANNER, 0.5), session(V4)), {(OK, V6, MX1_6)}),
    ("banner-delay", "a second over both", both(timed(V6, Stage.BANNER, 1.1), timed(V4, Stage.BANNER, 0.9)), set()),
    ("banner-teaser", "over IPv6", broken(TEASE6), {(OK, V6, MX1_6)}),
    ("banner-teaser", "over both", both(TEASE6, TEASE4), {(OK, None, MX1)}),
    ("banner-teaser", "one line", healthy(), set()),
    ("banner-name-mismatch", "the name alone is a note", both(OTHER, session(V4)), {(OK, V6, MX1)}),
    ("banner-name-mismatch", "the certificate differs too", both(OTHER_CERTIFICATE, session(V4)), {(WARNING, V6, MX1)}),
    (
        "banner-name-mismatch",
        "the capabilities differ too",
        both(replace(OTHER, capabilities=("PIPELINING", "STARTTLS")), session(V4)),
        {(WARNING, V6, MX1)},
    ),
    (
        "banner-name-mismatch",
        "a pool: a new name each time",
        measurement(
            greeting(V6, "a.example.com ESMTP"),
            greeting(V4, "b.example.com ESMTP"),
            greeting(V6, "c.example.com ESMTP", **AGAIN[V6]),
            greeting(V4, "d.example.com ESMTP", **AGAIN[V4]),
        ),
        {(OK, V6, MX1)},
    ),
    (
        "banner-name-mismatch",
        "case, dates and ids",
        both(greeting(V6, "MX1.Example.COM. ESMTP 1wXyz Sun, 22 Nov 2026 18:00:12"), session(V4)),
        set(),
    ),
    ("banner-name-mismatch", "one family never greeted", broken(CLOSED), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_what_is_not_smtp_is_shown_in_80_characters() -> None:
    (finding,) = findings(broken(stopped(Stage.BANNER, failure=Failure.PROTOCOL, detail="y" * 5000)), "banner-not-smtp")
    assert "y" * 77 + "..." in finding.sentence
    assert all(len(line) < 300 for line in finding.evidence)
