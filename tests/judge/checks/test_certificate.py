from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from probe.judge import judge
from probe.model.measurement import Measurement
from probe.model.report import JudgeOptions
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Purpose, Stage, Verdict
from tests.builders import (
    MX1,
    MX4,
    MX6,
    SECOND6,
    STARTED,
    V4,
    V6,
    both,
    healthy,
    host,
    measurement,
    no_starttls,
    session,
    stopped,
    tls,
)
from tests.judge.checks.table import CRITICAL, MX1_6, OK, UNKNOWN, WARNING, Row, name, said
from tests.judge.policies import SECOND, policy, promise, promised, shown

DAY = timedelta(days=1)
REPEAT = {"purpose": Purpose.REPEAT, "until": Stage.STARTTLS}


def six(**changes: Any) -> Measurement:
    return both(session(V6, tls=tls(**changes)), session(V4))


def ends(days: float) -> Measurement:
    return both(*[session(family, tls=tls(not_after=STARTED + days * DAY)) for family in (V6, V4)])


EXPIRED = both(shown(V6, not_after=STARTED - DAY), shown(V4))
UNTRUSTED = both(shown(V6, trusted=False, reason="self-signed certificate"), shown(V4))

CASES: list[Row] = [
    ("tls-cert-diff", "another certificate", six(sha256="cc" * 32), {(WARNING, V6, MX1)}),
    ("tls-cert-diff", "expired over IPv6 alone", six(sha256="cc" * 32, not_after=STARTED - DAY), {(CRITICAL, V6, MX1)}),
    (
        "tls-cert-diff",
        "one of two certificates over IPv6 has expired",
        measurement(
            session(V6, tls=tls(sha256="cc" * 32, not_after=STARTED - DAY)),
            session(V6, address=SECOND6),
            session(V4),
            hosts=[host(MX1, MX6, SECOND6, MX4)],
        ),
        {(WARNING, V6, MX1)},
    ),
    (
        "tls-cert-diff",
        "expired over both",
        both(
            session(V6, tls=tls(sha256="cc" * 32, not_after=STARTED - DAY)),
            session(V4, tls=tls(not_after=STARTED - DAY)),
        ),
        {(WARNING, V6, MX1)},
    ),
    (
        "tls-cert-diff",
        "a pool shows another one each time",
        measurement(
            session(V6, tls=tls(sha256="cc" * 32)),
            session(V4),
            session(V6, tls=tls(sha256="dd" * 32), **REPEAT),
            session(V4, **REPEAT),
        ),
        {(OK, V6, MX1)},
    ),
    ("tls-cert-diff", "the same", healthy(), set()),
    ("tls-cert-diff", "no TLS over IPv6", both(no_starttls(V6), session(V4)), set()),
    ("tls-cert-name", "over IPv6", six(name_matches=False, names=("www.example.com",)), {(OK, V6, MX1_6)}),
    (
        "tls-cert-name",
        "over both",
        both(*[session(family, tls=tls(name_matches=False)) for family in (V6, V4)]),
        {(OK, None, MX1)},
    ),
    ("tls-cert-name", "there was no name to match", six(name_matches=None), set()),
    (
        "tls-cert-trust",
        "over IPv6",
        six(trusted=False, reason="unable to get local issuer certificate"),
        {(OK, V6, MX1_6)},
    ),
    ("tls-cert-trust", "not judged", six(trusted=None), set()),
    ("tls-cert-expiry", "in 13 days, over both", ends(13), {(WARNING, None, MX1)}),
    ("tls-cert-expiry", "in 6 days", ends(6), {(CRITICAL, None, MX1)}),
    ("tls-cert-expiry", "yesterday", ends(-1), {(CRITICAL, None, MX1)}),
    ("tls-cert-expiry", "over IPv6 alone", six(not_after=STARTED + 10 * DAY), {(WARNING, V6, MX1_6)}),
    ("tls-cert-expiry", "in 14 days", ends(14), set()),
    ("tls-cert-expiry", "no date", six(not_after=None), set()),
    (
        "tls-cert-expiry",
        "yesterday, and DANE vouches for the key",
        promised(EXPIRED, promise()),
        {(WARNING, V6, MX1_6)},
    ),
    (
        "tls-cert-expiry",
        "yesterday, and DANE promises another key",
        promised(EXPIRED, promise(SECOND)),
        {(CRITICAL, V6, MX1_6)},
    ),
    ("tls-cert-trust", "an MTA-STS policy in force", policy(UNTRUSTED), {(CRITICAL, V6, MX1_6)}),
    ("tls-cert-trust", "an MTA-STS policy for testing", policy(UNTRUSTED, "testing"), {(OK, V6, MX1_6)}),
    ("tls-cert-trust", "a policy for other hosts", policy(UNTRUSTED, "enforce", "mail.example.com"), {(OK, V6, MX1_6)}),
    ("tls-cert-trust", "DANE has the word", promised(policy(UNTRUSTED), promise()), {(OK, V6, MX1_6)}),
    ("tls-cert-name", "an MTA-STS policy in force", policy(six(name_matches=False)), {(CRITICAL, V6, MX1_6)}),
    ("tls-cert-name", "a note without a policy", six(name_matches=None), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_a_date_without_a_zone_is_utc() -> None:
    naive = (STARTED + 10 * DAY).replace(tzinfo=None)
    assert said(six(not_after=naive), "tls-cert-expiry") == {(WARNING, V6, MX1_6)}


@pytest.mark.parametrize(("days", "verdict"), [((30, 10), WARNING), ((30, 20), CRITICAL), ((5, 2), None)])
def test_the_user_draws_the_lines(days: tuple[int, int], verdict: Verdict | None) -> None:
    report = judge(ends(13), JudgeOptions(cert_days=days))
    assert next((item.verdict for item in report.findings if item.code == "tls-cert-expiry"), None) is verdict


MX2 = "mx2.example.com"
NAMES = (MX1, MX2)


def of_two_names(*asked: Session, mode: str = "enforce", names: tuple[str, ...] = (MX1,)) -> Measurement:
    """One machine under two names, which its first certificate names as far as ``names``; ``asked`` by the second."""
    talks = [session(family, names=NAMES, tls=tls(names=names)) for family in (V6, V4)]
    hosts = [host(MX1, MX6, MX4), host(MX2, MX6, MX4, preference=20)]
    return policy(measurement(*talks, *asked, hosts=hosts), mode, MX1, MX2)


def by_second(family: Family, **changes: Any) -> Session:
    shown = tls(names=(MX2,), sha256="dd" * 32)
    talk = session(family, mx=MX2, names=NAMES, until=Stage.STARTTLS, purpose=Purpose.NAME, tls=shown)
    return replace(talk, tls=replace(shown, **changes))


def hung_up_on(family: Family, stage: Stage, failure: Failure) -> Session:
    return replace(stopped(stage, family, failure=failure), mx=MX2, names=NAMES, purpose=Purpose.NAME)


WRONG = {"name_matches": False, "names": (MX1,)}
SELF_SIGNED = {"trusted": False, "reason": "self-signed certificate"}
MX2_6 = f"{MX2} [{MX6}]"


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        (of_two_names(names=NAMES), set()),
        (of_two_names(by_second(V6), by_second(V4)), set()),
        (of_two_names(by_second(V6, **WRONG), by_second(V4)), {(CRITICAL, V6, MX2_6)}),
        (of_two_names(by_second(V6, **WRONG), by_second(V4, **WRONG)), {(CRITICAL, None, MX2)}),
        (of_two_names(), {(UNKNOWN, None, MX2)}),
        (
            of_two_names(hung_up_on(V6, Stage.STARTTLS, Failure.TLS_HANDSHAKE), by_second(V4)),
            {(CRITICAL, V6, MX2_6)},
        ),
        (of_two_names(hung_up_on(V6, Stage.BANNER, Failure.TIMEOUT), by_second(V4)), {(UNKNOWN, V6, MX2_6)}),
        (of_two_names(by_second(V6, **WRONG), by_second(V4, **WRONG), mode="testing"), set()),
        (of_two_names(mode="testing"), set()),
    ],
    ids=[
        "one certificate for both",
        "one for each",
        "over IPv6 the first one's",
        "the first one's over both",
        "nobody asked",
        "no handshake by that name",
        "not reached again",
        "nobody has to check",
        "nobody has to check, nobody asked",
    ],
)
def test_of_two_names_of_an_address_a_policy_wants_both_named(world: Measurement, expected: object) -> None:
    assert said(world, "tls-cert-name") == expected


def test_of_two_names_of_an_address_each_certificate_has_to_be_trusted() -> None:
    world = of_two_names(by_second(V6, **SELF_SIGNED), by_second(V4))
    assert said(world, "tls-cert-trust") == {(CRITICAL, V6, MX2_6)}
    assert not said(world, "tls-cert-name")
