from dataclasses import replace
from datetime import timedelta

import pytest

from probe.judge.plan.situation import answer, equal, first_seen, negative, over_ipv6, policy, reverse, ttl, works
from probe.model.measurement import Measurement
from probe.model.plan import Progress
from probe.model.words import Failure, Outcome, Stage
from tests.builders import (
    MX1,
    MX4,
    MX6,
    STARTED,
    V4,
    V6,
    address,
    both,
    broken,
    healthy,
    host,
    measurement,
    no_starttls,
    resolution,
    session,
    stopped,
)
from tests.judge.plan.worlds import served, situation
from tests.judge.policies import announced, fetched

DONE, NOT_YET, BLOCKED, UNKNOWN, _ = Progress
NOW = served(healthy())
DAY = 86400


@pytest.mark.parametrize(
    ("now", "history", "progress", "earliest"),
    [
        (NOW, (), UNKNOWN, None),
        (healthy(), (served(healthy(), days_ago=3),), UNKNOWN, None),  # a resolver's count-down proves nothing
        (NOW, (measurement(session(V4)),), UNKNOWN, None),
        (served(healthy(), DAY), (), NOT_YET, timedelta(seconds=DAY)),
        (served(healthy(), DAY), (served(healthy(), 300, 3),), NOT_YET, timedelta(seconds=DAY)),
        (NOW, (served(healthy(), 300, 2),), DONE, timedelta(days=-1)),
        (NOW, (served(healthy(), 300, 0.5),), NOT_YET, timedelta(days=0.5)),
        (NOW, (served(healthy(), 2 * DAY, 3),), NOT_YET, timedelta(days=2)),
        (NOW, (served(healthy(), 2 * DAY, 4), served(healthy(), 300, 1)), NOT_YET, timedelta(days=1)),
        (NOW, (served(healthy(), 2 * DAY, 4), served(healthy(), 300, 3)), DONE, timedelta(days=-1)),
    ],
)
def test_a_ttl_is_lowered_when_a_saved_measurement_saw_it_and_the_old_one_ran_out(
    now: Measurement, history: tuple[Measurement, ...], progress: Progress, earliest: timedelta | None
) -> None:
    step = ttl(situation(now, None, *history), MX1, "A")
    assert step.progress is progress
    assert (step.not_before - STARTED if step.not_before is not None else None) == earliest


@pytest.mark.parametrize(
    ("given", "progress"),
    [
        (healthy(), DONE),
        (broken(stopped(Stage.CONNECT, failure=Failure.REFUSED)), BLOCKED),
        (broken(stopped(Stage.CONNECT, failure=Failure.NO_ROUTE)), UNKNOWN),
        (broken(stopped(Stage.RCPT, code=450, text="4.2.0 Greylisted")), DONE),
        (measurement(session(V4), hosts=[host(MX1, MX4)]), BLOCKED),
    ],
)
def test_a_family_works(given: Measurement, progress: Progress) -> None:
    assert works("x", given, V6).progress is progress


def test_both_show_the_same() -> None:
    assert equal("x", healthy()).progress is DONE
    assert equal("x", both(no_starttls(V6), session(V4))).progress is BLOCKED
    assert equal("x", broken(stopped(Stage.CONNECT, failure=Failure.NO_ROUTE))).progress in {UNKNOWN, BLOCKED}


@pytest.mark.parametrize(("fcrdns", "progress"), [(True, DONE), (False, NOT_YET), (None, UNKNOWN)])
def test_reverse_names(fcrdns: bool | None, progress: Progress) -> None:
    given = measurement(hosts=[host(MX1, address(MX6, fcrdns=fcrdns))])
    assert reverse("x", given, V6).progress is progress
    assert reverse("x", given, V4).progress is NOT_YET


@pytest.mark.parametrize(("seconds", "progress"), [(300, DONE), (7200, NOT_YET)])
def test_negative_ttl(seconds: int, progress: Progress) -> None:
    assert negative(situation(served(healthy(), seconds)), MX1, "AAAA").progress is progress
    assert negative(situation(healthy()), MX1, "AAAA").progress is UNKNOWN
    assert negative(situation(healthy()), "other.example.com", "AAAA").progress is UNKNOWN


def test_zones_over_ipv6() -> None:
    assert over_ipv6(situation(NOW)).progress is DONE
    assert over_ipv6(situation(healthy())).progress is UNKNOWN


def test_since_when_records_are_as_they_are() -> None:
    old = served(measurement(session(V4), hosts=[host(MX1, MX4)]), days_ago=9)
    new = served(healthy(), days_ago=5)
    newer = served(healthy(), days_ago=2)
    records = answer(NOW, MX1, "AAAA")
    assert records == {MX6}
    assert first_seen(situation(NOW, None, old, new, newer), MX1, "AAAA", records) is new
    assert first_seen(situation(NOW, None, new, old), MX1, "AAAA", records) is None
    failed = measurement(hosts=[host(MX1, MX4, ipv6=resolution(MX1, "AAAA", outcome=Outcome.SERVFAIL))])
    assert answer(failed, MX1, "AAAA") is None


def test_without_history_and_name_servers_it_is_said() -> None:
    assert len(situation(healthy()).notes()) == 2
    assert situation(NOW, None, NOW).notes() == ()


def told(mode: str, *hosts: str, age: int = 86400) -> Measurement:
    """The healthy world with a policy."""
    text = "\r\n".join(["version: STSv1", f"mode: {mode}", *(f"mx: {name}" for name in hosts), f"max_age: {age}", ""])
    return announced(healthy(), fetched(V6, text.encode()))


def ago(given: Measurement, days: float) -> Measurement:
    return replace(given, started=STARTED - timedelta(days=days))


OLD, BOTH_LISTED = told("enforce", MX1, age=3 * DAY), told("enforce", MX1, "*.example.net")


@pytest.mark.parametrize(
    ("now", "history", "progress"),
    [
        (healthy(), (), UNKNOWN),
        (announced(healthy(), record=""), (), DONE),
        (told("testing", MX1), (), DONE),
        (OLD, (), NOT_YET),
        (BOTH_LISTED, (), UNKNOWN),
        (BOTH_LISTED, (ago(BOTH_LISTED, 2),), DONE),
        (BOTH_LISTED, (ago(BOTH_LISTED, 0.5),), NOT_YET),
        (BOTH_LISTED, (ago(OLD, 9), ago(BOTH_LISTED, 2)), NOT_YET),
        (BOTH_LISTED, (ago(OLD, 9), ago(BOTH_LISTED, 4)), DONE),
    ],
)
def test_a_policy_has_to_list_the_new_hosts_for_as_long_as_the_old_one_is_kept(
    now: Measurement, history: tuple[Measurement, ...], progress: Progress
) -> None:
    assert policy(situation(now, None, *history), ["new.example.net"]).progress is progress
