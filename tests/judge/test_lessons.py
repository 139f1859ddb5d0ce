"""What a run teaches the next ones, and what it must not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from probe.judge.lessons import BACK_OFF, FORGOTTEN, UNKNOWN_FOR, lessons
from probe.model.measurement import Measurement
from probe.model.memory import Greeted, Greylisted, Memory, Silenced, UnknownRecipient
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Purpose, Stage
from tests.builders import (
    ELSEWHERE,
    MX1,
    MX4,
    MX6,
    OWN,
    STARTED,
    V4,
    V6,
    both,
    broken,
    healthy,
    measurement,
    reference,
    session,
    stopped,
)

POSTMASTER = "postmaster@example.com"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BEGAN = STARTED + timedelta(seconds=0.03)  # what the builders' conversations do


def grey(family: Family = V6, text: str = "4.2.0 Greylisted", **changes: object) -> Session:
    return replace(stopped(Stage.RCPT, family, code=450, text=text), **changes)  # type: ignore[arg-type]


def known(**changes: object) -> Greylisted:
    at = STARTED - HOUR
    built = Greylisted(V6, OWN[V6], "", POSTMASTER, MX6, at, at, at + 5 * MINUTE)
    return replace(built, **changes)  # type: ignore[arg-type]


def after(world: Measurement, *tuples: Greylisted) -> Measurement:
    return replace(world, memory=Memory(greylisted=tuples))


def test_who_greeted_proves_port_25() -> None:
    found = lessons(measurement(session(V6), references=(reference(V4),))).greeted
    assert found == (
        Greeted(V6, OWN[V6], MX1, MX6, BEGAN),
        Greeted(V4, OWN[V4], "mail.example.org", ELSEWHERE[V4], BEGAN),
    )


@pytest.mark.parametrize(
    "talk",
    [
        session(V6, port=2525),
        session(V6, redirected=True),
        session(V6, source=None),
        session(V6, purpose=Purpose.VIA),
        stopped(Stage.BANNER, failure=Failure.TIMEOUT),
        stopped(Stage.CONNECT, failure=Failure.REFUSED),
    ],
    ids=["another port", "redirected", "no source", "via", "mute", "refused"],
)
def test_what_proves_nothing(talk: Session) -> None:
    assert lessons(measurement(talk)).greeted == ()


def test_a_refusal_in_the_greeting_gets_out_but_serves_nobody() -> None:
    found = lessons(measurement(stopped(Stage.BANNER, code=554, text="no")))
    assert len(found.greeted) == 1
    assert found.served == ()


def test_who_served_us_is_remembered_by_source_and_port() -> None:
    (six, four) = lessons(healthy()).served
    assert (six.source, six.address, six.port, six.at) == (OWN[V6], MX6, 25, BEGAN)
    assert (four.source, four.address) == (OWN[V4], MX4)


def test_a_first_contact_is_put_down_for_its_family() -> None:
    (found,) = lessons(broken(grey())).greylisted
    assert found == Greylisted(V6, OWN[V6], "", POSTMASTER, MX6, BEGAN, BEGAN, BEGAN + MINUTE)
    assert len(lessons(both(grey(), grey(V4))).greylisted) == 2


def test_the_delay_a_server_names_is_believed() -> None:
    (found,) = lessons(broken(grey(text="4.2.0 Greylisted, try again in 300 seconds"))).greylisted
    assert found.next_try - found.first_seen == timedelta(seconds=330)


def test_coming_back_too_early_does_not_begin_anew() -> None:
    young = known(first_seen=STARTED - MINUTE, last_try=STARTED - MINUTE, next_try=STARTED + 4 * MINUTE)
    (found,) = lessons(after(broken(grey()), young)).greylisted
    assert (found.first_seen, found.next_try, found.tries) == (young.first_seen, young.next_try, 2)
    assert found.last_try == BEGAN


def test_coming_back_in_vain_waits_longer() -> None:
    (found,) = lessons(after(broken(grey()), known())).greylisted
    assert (found.first_seen, found.tries, found.passed) == (STARTED - HOUR, 2, None)
    assert found.next_try == BEGAN + timedelta(seconds=330)


def test_coming_back_in_time_passes() -> None:
    (found,) = lessons(after(healthy(), known())).greylisted
    assert (found.first_seen, found.passed, found.tries) == (STARTED - HOUR, BEGAN, 1)


def test_who_passed_and_is_put_off_again_begins_anew() -> None:
    (found,) = lessons(after(broken(grey()), known(passed=STARTED - HOUR))).greylisted
    assert (found.first_seen, found.passed, found.tries) == (BEGAN, None, 1)


def test_who_came_back_too_late_begins_anew() -> None:
    late = known(first_seen=STARTED - 50 * HOUR, last_try=STARTED - FORGOTTEN - HOUR, tries=4)
    (found,) = lessons(after(broken(grey()), late)).greylisted
    assert (found.first_seen, found.tries) == (BEGAN, 1)


def test_a_retry_that_passes_in_the_same_run_is_known_as_passed() -> None:
    again = session(V6, purpose=Purpose.RETRY, started=60.0)
    (found,) = lessons(measurement(grey(), session(V4), again)).greylisted
    assert (found.first_seen, found.passed) == (BEGAN, STARTED + timedelta(seconds=60))


@pytest.mark.parametrize(
    "world",
    [
        healthy(),
        broken(stopped(Stage.RCPT, code=452, text="4.7.1 Too many connections from your network")),
        broken(stopped(Stage.RCPT, code=450, text="4.7.25 cannot find your reverse hostname")),
        broken(stopped(Stage.BANNER, code=450, text="4.2.0 Greylisted")),
        broken(grey(source=None)),
    ],
    ids=["let in", "a limit", "a reverse name", "a greeting", "no source"],
)
def test_what_is_no_greylisting(world: Measurement) -> None:
    assert lessons(world).greylisted == ()


def test_another_senders_tuple_is_not_ours() -> None:
    assert lessons(after(healthy(), known(sender="me@example.net"))).greylisted == ()


def test_a_421_silences_its_host() -> None:
    found = lessons(broken(stopped(Stage.EHLO, code=421, text="4.7.0 busy"))).silenced
    assert found == (Silenced(MX1, BEGAN, BEGAN + BACK_OFF),)
    assert lessons(healthy()).silenced == ()


def test_a_mailbox_nobody_knows_is_not_asked_for_again() -> None:
    world = broken(stopped(Stage.RCPT, code=550, text="5.1.1 no such user"))
    assert lessons(world).unknown == (
        UnknownRecipient(MX6, POSTMASTER, "550 5.1.1 no such user", BEGAN, BEGAN + UNKNOWN_FOR),
    )
    assert lessons(broken(stopped(Stage.RCPT, code=550, text="5.7.1 policy"))).unknown == ()


def test_a_mailbox_that_is_there_now_is_forgotten() -> None:
    gone = UnknownRecipient(MX6, POSTMASTER, "550 5.1.1 no", STARTED - HOUR, STARTED + HOUR)
    (found,) = lessons(replace(healthy(), memory=Memory(unknown=(gone,)))).unknown
    assert found.until == BEGAN
    spared = measurement(session(V6, until=Stage.MAIL))
    assert lessons(replace(spared, memory=Memory(unknown=(gone,)))).unknown == ()


def test_a_submission_server_teaches_nothing() -> None:
    talk = stopped(Stage.RCPT, code=550, text="5.1.1 no such user", purpose=Purpose.VIA)
    assert not lessons(measurement(talk))
