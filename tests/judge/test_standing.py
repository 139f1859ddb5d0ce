from dataclasses import replace

import pytest

from probe.judge.standing import Standing, State, host_state, mailbox_named, overall_state, standing
from probe.model.delivery import Attempt
from probe.model.smtp import Session
from probe.model.words import AddressClass, Failure, Outcome, Stage
from tests.builders import (
    MX1,
    MX4,
    MX6,
    SECOND6,
    V4,
    V6,
    address,
    attempt,
    both,
    broken,
    delivered,
    healthy,
    host,
    measurement,
    named,
    only,
    refused_starttls,
    resolution,
    session,
    stopped,
)
from tests.judge.checks.servers import world

REFUSED6 = stopped(Stage.CONNECT, failure=Failure.REFUSED)


@pytest.mark.parametrize(
    ("cut", "expected"),
    [
        (session(V6), Standing.WORKS),
        (refused_starttls(), Standing.WORKS),
        (stopped(Stage.RCPT, code=450, text="4.2.0 Greylisted"), Standing.PENDING),
        (stopped(Stage.RCPT, code=452, text="4.2.2 Mailbox full"), Standing.UNKNOWN),
        (stopped(Stage.BANNER, code=421, text="busy"), Standing.UNKNOWN),
        (stopped(Stage.RCPT, code=454, text="4.7.1 Relay access denied"), Standing.REFUSED),
        (stopped(Stage.RCPT, code=454, text="4.7.1 Client host rejected: Access denied"), Standing.UNKNOWN),
        (stopped(Stage.RCPT, code=550, text="5.7.1 no"), Standing.REFUSED),
        (stopped(Stage.RCPT, code=554, text="5.7.1 blocked using x"), Standing.UNKNOWN),
        (stopped(Stage.BANNER, code=554, text="5.3.2 no"), Standing.BROKEN),
        (stopped(Stage.MAIL, failure=Failure.RESET), Standing.BROKEN),
        (REFUSED6, Standing.BROKEN),
        (stopped(Stage.CONNECT, failure=Failure.NO_ROUTE), Standing.UNKNOWN),
        (stopped(Stage.CONNECT, failure=Failure.NOT_TRIED), Standing.UNTRIED),
        (stopped(Stage.EHLO, failure=Failure.DEADLINE), Standing.UNTRIED),
    ],
)
def test_how_a_conversation_stands(cut: Session, expected: Standing) -> None:
    assert standing(broken(cut), cut) is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Standing.WORKS),
        ({"failure": Failure.NOT_ARRIVED}, Standing.BROKEN),
        ({"failure": Failure.NOT_ARRIVED, "watched": ("log:/var/log/mail.log",)}, Standing.UNKNOWN),
    ],
)
def test_a_message_that_is_lost(changes: dict[str, object], expected: Standing) -> None:
    arrived = {} if not changes else {"arrival": None}
    world = delivered(attempt(V6, **{**arrived, **changes}))
    assert standing(world, world.sessions[0]) is expected


@pytest.mark.parametrize(
    ("carried", "expected"),
    [
        (attempt(V6, accepted=None), Standing.WORKS),
        (attempt(V6, accepted=None, arrival=None, failure=Failure.NOT_ARRIVED), Standing.BROKEN),
        (attempt(V6, accepted=None, arrival=None, watched=()), Standing.UNKNOWN),
    ],
    ids=["it arrived", "it did not", "nobody looked"],
)
def test_no_reply_to_the_message(carried: Attempt, expected: Standing) -> None:
    mute = stopped(Stage.DATA, failure=Failure.TIMEOUT, until=Stage.DELIVERY)
    world = measurement(mute, session(V4, until=Stage.DELIVERY), attempts=(carried, attempt(V4)))
    assert standing(world, mute) is expected


def test_states_of_one_host() -> None:
    two = [host(MX1, MX6, SECOND6, MX4)]
    second = replace(REFUSED6, address=SECOND6)
    untried = replace(stopped(Stage.CONNECT, failure=Failure.NOT_TRIED), address=SECOND6)
    busy = replace(stopped(Stage.BANNER, code=421, text="busy"), address=SECOND6)
    assert host_state(healthy(), MX1, V6) is State.WORKS
    assert host_state(only(V4, healthy()), MX1, V6) is State.NOT_ASKED
    assert host_state(measurement(session(V6), second, hosts=two), MX1, V6) is State.PARTLY
    assert host_state(measurement(REFUSED6, second, hosts=two), MX1, V6) is State.BROKEN
    turned_away = stopped(Stage.RCPT, code=550, text="5.1.1 no such user")
    assert host_state(measurement(turned_away, second, hosts=two), MX1, V6) is State.REFUSED
    assert host_state(measurement(REFUSED6, untried, hosts=two), MX1, V6) is State.BROKEN
    assert host_state(measurement(REFUSED6, busy, hosts=two), MX1, V6) is State.UNTESTED
    grey = stopped(Stage.RCPT, code=450, text="4.2.0 Greylisted")
    assert host_state(broken(grey), MX1, V6) is State.PENDING
    assert host_state(measurement(session(V6), replace(grey, address=SECOND6), hosts=two), MX1, V6) is State.WORKS
    assert host_state(measurement(hosts=[host(MX1, MX4)]), MX1, V6) is State.ABSENT
    assert host_state(world(given=measurement(hosts=[host(MX1, MX4)])), MX1, V6) is State.UNTESTED
    failed = host(MX1, MX4, ipv6=resolution(MX1, "AAAA", outcome=Outcome.TIMEOUT))
    assert host_state(measurement(hosts=[failed]), MX1, V6) is State.UNTESTED
    ula = host(MX1, address("fd00::1", klass=AddressClass.ULA, dial=False), MX4)
    assert host_state(measurement(hosts=[ula]), MX1, V6) is State.BROKEN


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], State.NOT_ASKED),
        ([State.NOT_ASKED], State.NOT_ASKED),
        ([State.ABSENT, State.ABSENT], State.ABSENT),
        ([State.ABSENT, State.WORKS], State.WORKS),
        ([State.WORKS, State.UNTESTED], State.WORKS),
        ([State.WORKS, State.BROKEN], State.PARTLY),
        ([State.PENDING, State.UNTESTED], State.PENDING),
        ([State.PENDING, State.WORKS], State.WORKS),
        ([State.PENDING, State.REFUSED], State.PARTLY),
        ([State.BROKEN, State.UNTESTED], State.UNTESTED),
        ([State.BROKEN, State.REFUSED, State.ABSENT], State.REFUSED),
        ([State.REFUSED], State.REFUSED),
    ],
)
def test_the_family_over_all_hosts(states: list[State], expected: State) -> None:
    assert overall_state(states) is expected


def test_the_postmaster_is_nobody_in_particular() -> None:
    assert not mailbox_named(healthy())
    assert not mailbox_named(named(healthy(), "Postmaster@example.com"))
    assert mailbox_named(named(healthy()))


def test_refused_over_both_is_still_refused() -> None:
    six, four = (stopped(Stage.RCPT, family, code=550, text="5.7.1 no") for family in (V6, V4))
    assert standing(both(six, four), four) is Standing.REFUSED
