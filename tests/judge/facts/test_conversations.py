from dataclasses import replace

import pytest

from probe.judge.facts import conversations
from probe.model.dns import Resolved
from probe.model.measurement import Measurement
from probe.model.settings import Target, TargetKind
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Purpose, Stage
from tests.builders import (
    MX1,
    MX4,
    MX6,
    V4,
    V6,
    healthy,
    helo_only,
    host,
    measurement,
    no_starttls,
    only,
    refused_starttls,
    resolved,
    session,
    step,
    stopped,
)

SILENT = stopped(Stage.CONNECT, failure=Failure.TIMEOUT)
RETRY = session(V6, purpose=Purpose.RETRY)


def test_a_retry_takes_the_place_of_what_it_repeated() -> None:
    world = measurement(SILENT, RETRY, session(V4))
    assert conversations.paths(world) == (RETRY, session(V4))
    assert conversations.replaced(world, RETRY) == (SILENT,)


def test_a_retry_we_gave_up_replaces_nothing() -> None:
    given_up = replace(SILENT, failure=Failure.DEADLINE, purpose=Purpose.RETRY)
    assert conversations.paths(measurement(SILENT, given_up)) == (SILENT,)


def test_a_message_stands_beside_its_check_and_witnesses_do_not_count() -> None:
    message = session(V6, purpose=Purpose.MESSAGE)
    repeat = session(V6, purpose=Purpose.REPEAT)
    world = measurement(session(V6), message, repeat)
    assert conversations.paths(world) == (session(V6), message)
    assert conversations.samples(world, MX1, V6) == (session(V6), message, repeat)


def test_one_conversation_speaks_for_all_hosts_that_share_its_address() -> None:
    shared = session(V6, names=(MX1, "mx2.example.com"))
    world = measurement(shared, hosts=[host(MX1, MX6), host("mx2.example.com", MX6)])
    assert conversations.of(world, "mx2.example.com") == (shared,)
    assert conversations.hosts(world) == (MX1, "mx2.example.com")


def test_what_is_no_host_name_is_no_host() -> None:
    world = measurement(
        session(V6, mx="192.0.2.26", names=("192.0.2.26",)),
        resolved=resolved(host("192.0.2.26"), bad_targets=("192.0.2.26",)),
    )
    assert conversations.hosts(world) == ()


@pytest.mark.parametrize(
    ("world", "families"),
    [
        (healthy(), (V6, V4)),
        (only(V6, healthy()), (V6,)),
        (measurement(resolved=Resolved(None, (host(MX4, MX4),)), target=Target(MX4, TargetKind.ADDRESS, MX4)), (V4,)),
        (measurement(resolved=Resolved(None, ())), (V6, V4)),
    ],
    ids=["both", "one", "an address", "nothing found"],
)
def test_which_families_the_run_can_speak_of(world: Measurement, families: tuple[Family, ...]) -> None:
    assert conversations.asked(world) == families


@pytest.mark.parametrize(
    "whole", [session(V6), no_starttls(), refused_starttls(), refused_starttls(code=502), helo_only()]
)
def test_what_went_through_has_no_ending(whole: Session) -> None:
    assert conversations.ending(whole) is None
    assert conversations.got_past(whole, Stage.RCPT)


@pytest.mark.parametrize("stage", [stage for stage in Stage if Stage.CONNECT.rank <= stage.rank <= Stage.RCPT.rank])
def test_the_ending_is_the_step_that_failed(stage: Stage) -> None:
    cut = stopped(stage, failure=Failure.CLOSED)
    end = conversations.ending(cut)
    assert end is not None
    assert (end.stage, end.failure) == (stage, Failure.CLOSED)
    assert not conversations.got_past(cut, stage)
    before = list(Stage)[stage.rank - 1]
    assert conversations.got_past(cut, before)


def test_a_refused_recipient_at_the_end_is_an_ending_even_where_the_session_does_not_say_so() -> None:
    cut = replace(stopped(Stage.RCPT, code=550, text="5.1.1 no"), failure=None)
    end = conversations.ending(cut)
    assert end is not None
    assert end.failure is Failure.REJECTED


def test_a_failure_without_a_step_is_placed_where_the_conversation_stood() -> None:
    end = conversations.ending(session(V6, steps=(), reached=Stage.CONNECT, failure=Failure.NOT_TRIED))
    assert end is not None
    assert (end.stage, end.failure) == (Stage.CONNECT, Failure.NOT_TRIED)


def test_a_break_inside_tls_comes_after_starttls() -> None:
    base = session(V6)
    steps = (*base.steps[:4], step(Stage.EHLO, failure=Failure.CLOSED, tls=True))
    cut = replace(base, steps=steps, reached=Stage.STARTTLS, failure=Failure.CLOSED)
    assert conversations.got_past(cut, Stage.EHLO)
    assert not conversations.got_past(cut, Stage.STARTTLS)


@pytest.mark.parametrize(
    ("text", "expected"), [(MX6, True), (MX4, True), (MX1, False), ("", False), ("fe80::1%eth0", False)]
)
def test_addresses_are_told_from_names(text: str, expected: bool) -> None:
    assert conversations.is_address(text) is expected
