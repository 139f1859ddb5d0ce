"""What sending servers meet, for worlds whose price can be told by hand."""

from collections.abc import Sequence

import pytest

from probe.judge.senders import OLD_POSTFIX, senders
from probe.model.dns import MxHost
from probe.model.measurement import Measurement
from probe.model.report import Sender
from probe.model.smtp import Session
from probe.model.words import Failure, Stage
from tests.builders import (
    MX1,
    MX4,
    MX6,
    SECOND4,
    SECOND6,
    V4,
    V6,
    broken,
    healthy,
    host,
    measurement,
    only,
    reference,
    session,
    stopped,
)

MX2 = "mx2.example.com"
DEAD6 = stopped(Stage.CONNECT, V6, failure=Failure.TIMEOUT)
REFUSED6 = stopped(Stage.CONNECT, V6, failure=Failure.REFUSED, elapsed=0.02)
MUTE6 = stopped(Stage.BANNER, V6, failure=Failure.TIMEOUT)


def named(found: Sequence[Sender], name: str) -> Sender:
    return next(item for item in found if item.name.startswith(name))


def fate(given: Measurement, name: str) -> tuple[bool | None, float | None, float | None]:
    one = named(senders(given), name)
    return one.delivers, one.seconds, one.worst


@pytest.mark.parametrize("name", ["Postfix", OLD_POSTFIX, "IPv6 first", "IPv6 alone", "IPv4 alone"])
def test_all_get_through_at_once_where_all_is_well(name: str) -> None:
    assert fate(healthy(), name) == (True, 0.0, 0.0)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Postfix", (True, 15.0, 30.0)),  # half of the messages try IPv6 first
        (OLD_POSTFIX, (True, 30.0, 30.0)),
        ("IPv6 first", (True, 300.0, 300.0)),
        ("IPv6 alone", (False, None, None)),
        ("IPv4 alone", (True, 0.0, 0.0)),
    ],
)
def test_a_dead_ipv6_costs_the_patience_of_the_sender(
    name: str, expected: tuple[bool | None, float | None, float | None]
) -> None:
    assert fate(broken(DEAD6), name) == expected


def test_a_refusal_costs_what_it_took() -> None:
    assert fate(broken(REFUSED6), "IPv6 first") == (True, pytest.approx(0.02), pytest.approx(0.02))


def test_a_mute_server_is_waited_for_longer_than_a_dead_one() -> None:
    assert fate(broken(MUTE6), "Postfix") == (True, 150.0, 300.0)


def test_a_failed_handshake_is_delivered_in_clear() -> None:
    failed = stopped(Stage.STARTTLS, V6, failure=Failure.TLS_HANDSHAKE)
    assert fate(broken(failed), "IPv6 alone") == (True, 0.0, 0.0)


def test_what_is_not_known_has_no_price() -> None:
    unproven = measurement(DEAD6, session(V4))
    assert fate(unproven, "IPv6 first") == (None, None, None)
    assert fate(unproven, "IPv4 alone") == (True, 0.0, 0.0)


def two(*sessions: Session, hosts: Sequence[MxHost]) -> Measurement:
    return measurement(*sessions, hosts=hosts, references=(reference(V6), reference(V4)))


def test_a_worse_preference_comes_after_all_of_the_better() -> None:
    other = {"mx": MX2, "names": (MX2,)}
    given = two(
        DEAD6,
        stopped(Stage.CONNECT, V4, failure=Failure.TIMEOUT),
        session(V6, address=SECOND6, **other),
        session(V4, address=SECOND4, **other),
        hosts=[host(MX1, MX6, MX4), host(MX2, SECOND6, SECOND4, preference=20)],
    )
    assert fate(given, "Postfix") == (True, 60.0, 60.0)
    assert [item.address for item in named(senders(given), "IPv4 alone").tries] == [MX4, SECOND4]


def test_the_limit_ends_the_search() -> None:
    crowd = [f"2001:db8::{number}" for number in range(61, 66)]
    dead = [stopped(Stage.CONNECT, V6, failure=Failure.REFUSED, address=item) for item in crowd]
    given = two(*dead, session(V4), hosts=[host(MX1, *crowd, MX4)])
    assert fate(given, OLD_POSTFIX) == (False, None, None)
    assert fate(given, "Postfix")[0] is True


def test_one_family_or_no_conversation_says_nothing_about_senders() -> None:
    assert senders(only(V6, healthy())) == ()
    assert senders(measurement(hosts=[host(MX1)])) == ()


def test_who_is_asked_to_come_back_later_may_deliver_then() -> None:
    grey = stopped(Stage.RCPT, V6, code=450, text="4.2.0 Greylisted, try again later")
    assert fate(broken(grey), "IPv6 alone") == (None, None, None)
    assert fate(broken(grey), "IPv4 alone") == (True, 0.0, 0.0)
