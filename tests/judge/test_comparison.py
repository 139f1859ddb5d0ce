from dataclasses import replace

import pytest

from probe.judge.comparison import NOT_REACHED, differences, outcome
from probe.model.measurement import Measurement
from probe.model.report import Difference
from probe.model.words import Failure, Outcome, Stage
from tests.builders import (
    CAPABILITIES,
    MX1,
    MX4,
    MX6,
    SECOND6,
    V4,
    V6,
    arrival,
    attempt,
    both,
    broken,
    delivered,
    greeting,
    healthy,
    helo_only,
    hop,
    host,
    measurement,
    no_starttls,
    resolution,
    session,
    stopped,
    tls,
)

REFUSED6 = stopped(Stage.CONNECT, failure=Failure.REFUSED)
GREEN = "mx1.example.com Greetings, Sun, 22 Nov 2026 18:00:12 id 17"


def test_nothing_differs_in_a_healthy_world() -> None:
    assert differences(healthy(), MX1) == ()
    assert differences(delivered(), MX1) == ()


def test_dates_ids_and_the_client_are_taken_out() -> None:
    world = both(
        replace(greeting(V6, GREEN), client_echo="2001:db8:9::9"),
        replace(greeting(V4, GREEN.replace("17", "18")), client_echo="203.0.113.9"),
    )
    assert differences(world, MX1) == ()


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        (broken(REFUSED6), [Difference(Stage.CONNECT, "outcome", "refused", "connected")]),
        (
            broken(stopped(Stage.RCPT, code=550, text="5.7.1 no")),
            [Difference(Stage.RCPT, "outcome", "550 5.7.1", "250")],
        ),
        (
            both(greeting(V6, "b.example.com"), session(V4)),
            [Difference(Stage.BANNER, "name", "b.example.com", MX1, note=True)],
        ),
        (
            both(greeting(V6, MX1, MX1), session(V4)),
            [Difference(Stage.BANNER, "greeting", "several lines", "one line", note=True)],
        ),
        (
            both(session(V6, tls=tls(version="TLSv1.2")), session(V4)),
            [Difference(Stage.STARTTLS, "TLS version", "TLSv1.2", "TLSv1.3")],
        ),
        (
            both(session(V6, tls=tls(sha256="cc" * 32)), session(V4)),
            [Difference(Stage.STARTTLS, "certificate", "c" * 16, "a" * 16)],
        ),
        (
            both(session(V6, capabilities_tls=CAPABILITIES[1:]), session(V4)),
            [Difference(Stage.STARTTLS, "PIPELINING inside TLS", "not offered", "offered")],
        ),
        (
            both(no_starttls(), session(V4)),
            [
                Difference(Stage.EHLO, "STARTTLS", "not offered", "offered"),
                Difference(Stage.STARTTLS, "outcome", "not-offered", "TLS"),
            ],
        ),
        (
            both(session(V6, client_echo="fd00::1"), session(V4)),
            [Difference(Stage.EHLO, "client address", "fd00::1", "as it is")],
        ),
        (
            delivered(attempt(V6, arrival=arrival(V6, hop(address="172.17.0.1")))),
            [Difference(Stage.DELIVERY, "client address", "172.17.0.1", "as it is")],
        ),
        (
            delivered(attempt(V6, arrival=arrival(V6, copies=2))),
            [Difference(Stage.DELIVERY, "copies", "2", "1")],
        ),
        (
            delivered(attempt(V6, arrival=None, failure=Failure.NOT_ARRIVED)),
            [Difference(Stage.DELIVERY, "outcome", "accepted, not found", "arrived")],
        ),
        (
            broken(stopped(Stage.BANNER, code=421, text="4.7.0 busy")),
            [Difference(Stage.BANNER, "outcome", "421 4.7.0", "220", note=True)],
        ),
        (
            broken(stopped(Stage.CONNECT, failure=Failure.TIMEOUT), references=()),
            [Difference(Stage.CONNECT, "outcome", "timeout", "connected", note=True)],
        ),
        (
            measurement(session(V4), hosts=[host(MX1, MX4)]),
            [Difference(Stage.RESOLVE, "outcome", "no address", "published")],
        ),
        (
            measurement(session(V4), hosts=[host(MX1, MX4, ipv6=resolution(MX1, "AAAA", outcome=Outcome.SERVFAIL))]),
            [Difference(Stage.RESOLVE, "outcome", "servfail", "published", note=True)],
        ),
    ],
)
def test_what_differs(world: Measurement, expected: list[Difference]) -> None:
    assert list(differences(world, MX1)) == expected


def test_another_success_is_a_note() -> None:
    base = session(V6)
    steps = (*base.steps[:-1], replace(base.steps[-1], reply=replace(base.steps[-1].reply, code=252)))
    assert differences(both(replace(base, steps=steps), session(V4)), MX1) == (
        Difference(Stage.RCPT, "outcome", "252", "250", note=True),
    )


def test_the_addresses_of_a_family_are_shown_together() -> None:
    second = replace(REFUSED6, address=SECOND6)
    world = measurement(session(V6), second, session(V4), hosts=[host(MX1, MX6, SECOND6, MX4)])
    assert outcome(world, MX1, V6, Stage.CONNECT) == "connected / refused"
    assert outcome(world, MX1, V6, Stage.DELIVERY) == NOT_REACHED


def test_an_address_out_of_reach_says_nothing_of_what_follows() -> None:
    apart = replace(stopped(Stage.CONNECT, failure=Failure.NO_ROUTE), address=SECOND6)
    world = measurement(session(V6), session(V4), apart, hosts=[host(MX1, MX6, SECOND6, MX4)])
    assert outcome(world, MX1, V6, Stage.EHLO) == "250"
    assert all(item.note for item in differences(world, MX1))


def test_helo_is_not_ehlo() -> None:
    assert outcome(broken(helo_only()), MX1, V6, Stage.EHLO) == "HELO only"
