from dataclasses import replace

import pytest

from probe.judge import judge
from probe.model.dns import Resolved
from probe.model.measurement import Measurement
from probe.model.settings import Target, TargetKind
from probe.model.words import AddressClass, Failure, Outcome, Parity, Purpose, Stage, Verdict
from tests.builders import (
    CAPABILITIES,
    MX1,
    MX4,
    MX6,
    SECOND4,
    SECOND6,
    V4,
    V6,
    address,
    attempt,
    both,
    broken,
    delivered,
    greeting,
    healthy,
    host,
    measurement,
    named,
    no_starttls,
    only,
    resolution,
    resolved,
    session,
    stopped,
    tls,
    vantage,
)
from tests.judge.checks.table import CRITICAL, OK, UNKNOWN, WARNING, findings

MX2 = "mx2.example.com"
REFUSED6, REFUSED4 = (stopped(Stage.CONNECT, family, failure=Failure.REFUSED) for family in (V6, V4))
SILENT6, SILENT4 = (stopped(Stage.CONNECT, family, failure=Failure.TIMEOUT) for family in (V6, V4))
DENIED6, DENIED4 = (stopped(Stage.RCPT, family, code=550, text="5.7.1 no") for family in (V6, V4))
GREY6, GREY4 = (stopped(Stage.RCPT, family, code=450, text="4.2.0 Greylisted") for family in (V6, V4))
BUSY6 = stopped(Stage.BANNER, code=421, text="4.7.0 busy")
LATE6 = stopped(Stage.BANNER, failure=Failure.DEADLINE)
NXDOMAIN = Resolved(resolution("example.com", "MX", outcome=Outcome.NXDOMAIN))
TWO = [host(MX1, MX6, MX4), host(MX2, SECOND6, SECOND4, preference=20)]
SECOND = (
    session(V6, mx=MX2, names=(MX2,), address=SECOND6),
    session(V4, mx=MX2, names=(MX2,), address=SECOND4),
)
ULA = address("fd00::25", klass=AddressClass.ULA, dial=False)
SIX_TO_FOUR = address("2002:c000:219::25", klass=AddressClass.SIX_TO_FOUR, dial=False)
AN_ADDRESS = replace(
    measurement(session(V6, mx=MX6, names=(MX6,), until=Stage.STARTTLS)),
    target=Target(f"[{MX6}]", TargetKind.ADDRESS, MX6),
    resolved=Resolved(None, (host(MX6, MX6, preference=None),)),
)

CASES = [
    ("healthy", healthy(), Parity.EQUAL, OK),
    ("delivered", delivered(), Parity.EQUAL, OK),
    ("the name alone", both(greeting(V6, "other.example.com ESMTP"), session(V4)), Parity.EQUAL, OK),
    ("greylisted over both", both(GREY6, GREY4), Parity.EQUAL, OK),
    ("greylisted over IPv6", both(GREY6, session(V4)), Parity.EQUAL, OK),
    ("refused alike", both(DENIED6, DENIED4), Parity.EQUAL, OK),
    ("a retry got through", measurement(SILENT6, session(V6, purpose=Purpose.RETRY), session(V4)), Parity.EQUAL, OK),
    ("only published", measurement(settings=replace(healthy().settings, until=Stage.RESOLVE)), Parity.EQUAL, OK),
    (
        "a dangling MX beside a good one",
        measurement(session(V6), session(V4), hosts=[host(MX1, MX6, MX4), host(MX2)]),
        Parity.EQUAL,
        OK,
    ),
    ("a second host nobody got to", measurement(session(V6), session(V4), hosts=TWO), Parity.EQUAL, UNKNOWN),
    ("another certificate", both(session(V6, tls=tls(sha256="cc" * 32)), session(V4)), Parity.DIFFERS, WARNING),
    ("no STARTTLS over IPv6", both(no_starttls(V6), session(V4)), Parity.DIFFERS, CRITICAL),
    (
        "capabilities",
        both(session(V6, capabilities=(*CAPABILITIES[1:], "STARTTLS")), session(V4)),
        Parity.DIFFERS,
        WARNING,
    ),
    (
        "another SIZE",
        both(session(V6, capabilities_tls=("SIZE 1", *[c for c in CAPABILITIES if "SIZE" not in c])), session(V4)),
        Parity.EQUAL,
        OK,
    ),
    (
        "one of two addresses is dead",
        measurement(session(V6), replace(REFUSED6, address=SECOND6), session(V4), hosts=[host(MX1, MX6, SECOND6, MX4)]),
        Parity.DIFFERS,
        WARNING,
    ),
    (
        "one of two hosts is dead over IPv6",
        measurement(REFUSED6, session(V4), *SECOND, hosts=TWO),
        Parity.DIFFERS,
        CRITICAL,
    ),
    ("partial AAAA", measurement(session(V4), *SECOND, hosts=[host(MX1, MX4), TWO[1]]), Parity.DIFFERS, WARNING),
    (
        "refused in other words",
        both(DENIED6, stopped(Stage.RCPT, V4, code=550, text="5.1.1 no")),
        Parity.DIFFERS,
        WARNING,
    ),
    (
        "the message twice",
        delivered(attempt(V6, arrival=replace(attempt(V6).arrival, copies=2))),
        Parity.DIFFERS,
        WARNING,
    ),
    ("v6 refused", broken(REFUSED6), Parity.IPV6_BROKEN, CRITICAL),
    ("v6 silent, proven", broken(SILENT6), Parity.IPV6_BROKEN, CRITICAL),
    ("v6 refused by policy", broken(DENIED6), Parity.IPV6_BROKEN, CRITICAL),
    ("v6 refused, v4 refused by policy", both(REFUSED6, DENIED4), Parity.IPV6_BROKEN, CRITICAL),
    (
        "v6 refused everywhere",
        measurement(
            REFUSED6,
            session(V4),
            replace(SECOND[0], failure=Failure.REFUSED, reached=Stage.CONNECT, steps=REFUSED6.steps),
            SECOND[1],
            hosts=TWO,
        ),
        Parity.IPV6_BROKEN,
        CRITICAL,
    ),
    (
        "v6 published and not global",
        measurement(session(V4), hosts=[host(MX1, ULA, MX4)]),
        Parity.IPV6_BROKEN,
        CRITICAL,
    ),
    ("v6 lost", delivered(attempt(V6, arrival=None, failure=Failure.NOT_ARRIVED)), Parity.IPV6_BROKEN, CRITICAL),
    ("v4 refused", broken(REFUSED4), Parity.IPV4_BROKEN, CRITICAL),
    ("both refused", both(REFUSED6, REFUSED4), Parity.BOTH_BROKEN, CRITICAL),
    ("no AAAA", measurement(session(V4), hosts=[host(MX1, MX4)]), Parity.IPV6_ABSENT, WARNING),
    ("no AAAA under -6", only(V6, measurement(hosts=[host(MX1, MX4)])), Parity.IPV6_ABSENT, CRITICAL),
    (
        "DNS64 made it up",
        measurement(session(V4), hosts=[host(MX1, address("64:ff9b::1", synthesised=True), MX4)]),
        Parity.IPV6_ABSENT,
        WARNING,
    ),
    ("no A", measurement(session(V6), hosts=[host(MX1, MX6)]), Parity.IPV4_ABSENT, CRITICAL),
    ("null MX", measurement(resolved=replace(resolved(), null_mx=True)), Parity.NO_MAIL, OK),
    ("NXDOMAIN", measurement(resolved=NXDOMAIN), Parity.NO_MAIL, OK),
    ("no address at all", measurement(hosts=[host(MX1)]), Parity.NO_MAIL, OK),
    ("v6 silent, unproven", broken(SILENT6, references=()), Parity.UNTESTABLE, UNKNOWN),
    ("both silent, unproven", both(SILENT6, SILENT4, references=()), Parity.UNTESTABLE, UNKNOWN),
    ("v6 put off", broken(BUSY6), Parity.UNTESTABLE, UNKNOWN),
    ("the run ended", broken(LATE6), Parity.UNTESTABLE, UNKNOWN),
    ("6to4 alone", measurement(session(V4), hosts=[host(MX1, SIX_TO_FOUR, MX4)]), Parity.UNTESTABLE, UNKNOWN),
    (
        "AAAA look-up failed",
        measurement(session(V4), hosts=[host(MX1, MX4, ipv6=resolution(MX1, "AAAA", outcome=Outcome.SERVFAIL))]),
        Parity.UNTESTABLE,
        UNKNOWN,
    ),
    (
        "MX look-up failed",
        measurement(resolved=Resolved(resolution("example.com", "MX", outcome=Outcome.SERVFAIL))),
        Parity.UNTESTABLE,
        UNKNOWN,
    ),
    ("only IPv6 asked for", only(V6, healthy()), Parity.UNTESTABLE, OK),
    ("only IPv6 asked for, and the run ended", only(V6, broken(LATE6)), Parity.UNTESTABLE, UNKNOWN),
    ("an address as target", AN_ADDRESS, Parity.UNTESTABLE, OK),
    (
        "no route",
        measurement(
            stopped(Stage.CONNECT, failure=Failure.NO_ROUTE),
            session(V4),
            vantage=(vantage(V6, usable=False), vantage(V4)),
        ),
        Parity.UNTESTABLE,
        UNKNOWN,
    ),
    ("nothing was measured", measurement(), Parity.UNTESTABLE, UNKNOWN),
]


@pytest.mark.parametrize(("world", "parity", "verdict"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_word_and_what_it_weighs(world: Measurement, parity: Parity, verdict: Verdict) -> None:
    report = judge(world)
    (finding,) = findings(world, "parity-verdict")
    assert (report.parity, finding.verdict) == (parity, verdict)
    assert finding.family is None


def test_stage_by_stage_until_they_part() -> None:
    (finding,) = findings(broken(REFUSED6), "parity-verdict")
    assert finding.evidence[:2] == (
        "mx1.example.com resolve: IPv6 published, IPv4 published",
        "mx1.example.com connect: IPv6 refused, IPv4 connected  <- here they part",
    )


def test_a_second_try_that_went_through_is_mentioned() -> None:
    world = measurement(SILENT6, session(V6, purpose=Purpose.RETRY), session(V4))
    (finding,) = findings(world, "parity-verdict")
    assert finding.evidence[-1].startswith(
        "mx1.example.com [2001:db8::25] went through when tried again; before: connect: timeout"
    )


def test_the_fix_is_that_of_the_first_divergence() -> None:
    world = broken(REFUSED6)
    (finding,), (refused,) = findings(world, "parity-verdict"), findings(world, "tcp-refused")
    assert finding.fix == refused.fix


def test_a_named_mailbox_refused_alike_is_equal_and_critical() -> None:
    report = judge(named(both(DENIED6, DENIED4)))
    assert (report.parity, report.verdict) == (Parity.EQUAL, CRITICAL)
