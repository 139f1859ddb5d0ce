"""The traits of one family: what is taken out, what is ranked, what is not known."""

from dataclasses import replace

import pytest

from probe.judge.contrast.traits import Trait, traits
from probe.model.measurement import Measurement
from probe.model.words import Failure, Family, Outcome, Purpose, Stage
from tests.builders import (
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
    host,
    measurement,
    no_starttls,
    session,
    stopped,
    tls,
)


def trait(given: Measurement, stage: Stage, what: str, family: Family = V6) -> Trait | None:
    return traits(given, [MX1], family).get((stage, what))


@pytest.mark.parametrize(
    ("stage", "what", "value"),
    [
        (Stage.RESOLVE, "addresses", MX6),
        (Stage.RESOLVE, "reverse names", MX1),
        (Stage.RESOLVE, "reverse name confirmed", "yes"),
        (Stage.CONNECT, "outcome", "connected"),
        (Stage.BANNER, "name", MX1),
        (Stage.EHLO, "SIZE", "10240000"),
        (Stage.EHLO, "STARTTLS", "offered"),
        (Stage.EHLO, "DSN", "not offered"),
        (Stage.STARTTLS, "outcome", "TLS"),
        (Stage.STARTTLS, "TLS version", "TLSv1.3"),
        (Stage.STARTTLS, "certificate", "aa" * 8),
        (Stage.STARTTLS, "certificate chain", "trusted"),
        (Stage.STARTTLS, "certificate name", "matches"),
        (Stage.RCPT, "outcome", "250"),
    ],
)
def test_a_healthy_family(stage: Stage, what: str, value: str) -> None:
    found = trait(healthy(), stage, what)
    assert found is not None
    assert (found.value, found.known) == (value, True)


def test_behind_the_stage_that_stopped_it_nothing_was_seen() -> None:
    given = broken(stopped(Stage.CONNECT, failure=Failure.REFUSED))
    held = traits(given, [MX1], V6)
    assert held.get((Stage.CONNECT, "outcome")) == Trait("refused", 0)
    assert {stage for stage, _ in held.held} == {Stage.RESOLVE, Stage.CONNECT}
    assert held.get((Stage.EHLO, "SIZE")) is None


@pytest.mark.parametrize(
    ("one", "known"),
    [
        (stopped(Stage.RCPT, code=550, text="5.1.1 no such user"), True),
        (stopped(Stage.RCPT, code=451, text="4.3.0 later"), False),
        (stopped(Stage.CONNECT, failure=Failure.DEADLINE), False),
        (stopped(Stage.CONNECT, failure=Failure.NO_ROUTE), False),
    ],
)
def test_a_later_and_a_failure_of_ours_are_not_known(one: object, known: bool) -> None:
    given = broken(one)  # type: ignore[arg-type]
    last = one.reached  # type: ignore[attr-defined]
    found = trait(given, last, "outcome")
    assert found is not None
    assert found.known is known


def test_a_look_up_that_failed_is_not_an_absence() -> None:
    given = measurement(session(V4), hosts=[host(MX1, MX4)])
    failed = replace(given.resolved.hosts[0].ipv6, outcome=Outcome.SERVFAIL)
    hosts = (replace(given.resolved.hosts[0], ipv6=failed),)
    unknown = replace(given, resolved=replace(given.resolved, hosts=hosts))
    assert trait(given, Stage.RESOLVE, "addresses") == Trait("none", 0)
    assert trait(unknown, Stage.RESOLVE, "addresses") == Trait("look-up failed", 0, known=False)


def test_no_starttls_is_less_than_tls() -> None:
    with_tls = trait(healthy(), Stage.STARTTLS, "outcome")
    without = trait(both(no_starttls(V6), session(V4)), Stage.STARTTLS, "outcome")
    assert with_tls is not None
    assert without is not None
    assert (with_tls.rank, without.rank) == (2, 0)
    assert trait(both(no_starttls(V6), session(V4)), Stage.STARTTLS, "TLS version") is None


def test_one_address_of_two_is_a_part() -> None:
    second = stopped(Stage.CONNECT, failure=Failure.REFUSED, address=SECOND6)
    given = measurement(session(V6), second, session(V4), hosts=[host(MX1, MX6, SECOND6, MX4)])
    found = trait(given, Stage.CONNECT, "outcome")
    assert found is not None
    assert (found.value, found.rank) == ("connected / refused", 1)


def test_the_name_of_a_pool_is_no_trait() -> None:
    pool = [
        greeting(V6, "a.example.com ESMTP"),
        greeting(V6, "b.example.com ESMTP", purpose=Purpose.REPEAT),
        session(V4),
    ]
    assert trait(measurement(*pool), Stage.BANNER, "name") is None


def test_an_untrusted_chain_and_another_name() -> None:
    facts = tls(trusted=False, reason="certificate has expired", name_matches=False)
    given = both(session(V6, tls=facts), session(V4))
    assert trait(given, Stage.STARTTLS, "certificate chain") == Trait("certificate has expired", 0)
    assert trait(given, Stage.STARTTLS, "certificate name") == Trait("another name", 0)


def test_a_size_without_a_number_is_the_largest() -> None:
    sizes = [
        trait(both(session(V6, capabilities=(line,)), session(V4)), Stage.EHLO, "SIZE")
        for line in ("SIZE 1000", "SIZE 2000", "SIZE 0")
    ]
    ranks = [found.rank for found in sizes if found is not None and found.rank is not None]
    assert len(ranks) == 3
    assert ranks == sorted(ranks)


def test_what_became_of_the_message() -> None:
    assert trait(delivered(), Stage.DELIVERY, "outcome") == Trait("arrived", 2)
    assert trait(delivered(), Stage.DELIVERY, "folder") == Trait("inbox", 1)
    junk = delivered(attempt(V6, arrival=replace(arrival(V6), junk=True)))
    assert trait(junk, Stage.DELIVERY, "folder") == Trait("junk", 0)
    lost = delivered(attempt(V6, arrival=None, failure=Failure.NOT_ARRIVED))
    assert trait(lost, Stage.DELIVERY, "outcome") == Trait("accepted, not found", 0)
    assert trait(healthy(), Stage.DELIVERY, "outcome") is None
