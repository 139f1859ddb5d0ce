"""Two measurements: what is worse, better or moved, and what nobody can tell."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from probe.judge import judge
from probe.judge.contrast.diff import diff, side_by_side
from probe.model.change import Changes, Direction
from probe.model.inquiries import Inquiries
from probe.model.measurement import Measurement
from probe.model.words import Failure, Family, Outcome, Stage, Verdict
from tests.builders import (
    MX1,
    MX4,
    MX6,
    SECOND6,
    STARTED,
    V4,
    V6,
    address,
    both,
    broken,
    greeting,
    healthy,
    host,
    measurement,
    no_starttls,
    only,
    resolution,
    resolved,
    session,
    stopped,
    tls,
)
from tests.judge.test_any_world import worlds

BETTER, WORSE, MOVED, UNCLEAR = Direction.BETTER, Direction.WORSE, Direction.MOVED, Direction.UNCLEAR
DEAD6 = broken(stopped(Stage.CONNECT, failure=Failure.REFUSED))
NO_AAAA = measurement(session(V4), hosts=[host(MX1, MX4)])
NO_MX = measurement(resolved=resolved(mx=resolution("example.com", "MX", outcome=Outcome.NXDOMAIN)))
MX_UNKNOWN = measurement(resolved=resolved(mx=resolution("example.com", "MX", outcome=Outcome.SERVFAIL)))
MOVED6 = measurement(session(V6, address=SECOND6), session(V4), hosts=[host(MX1, SECOND6, MX4)])
OTHER_CERT = both(session(V6, tls=tls(sha256="cc" * 32)), session(V4, tls=tls(sha256="cc" * 32)))
OTHER_BANNER = both(greeting(V6, "new.example.com ESMTP"), greeting(V4, "new.example.com ESMTP"))
NO_TLS6 = both(no_starttls(V6), session(V4))
NO_PTR = measurement(session(V6), session(V4), hosts=[host(MX1, address(MX6, ptr=(), fcrdns=False), MX4)])
LATER = broken(stopped(Stage.RCPT, code=451, text="4.3.0 try later"))
PARTLY = measurement(
    session(V6),
    stopped(Stage.CONNECT, failure=Failure.REFUSED, address=SECOND6),
    session(V4),
    hosts=[host(MX1, MX6, SECOND6, MX4)],
)


def changed(before: Measurement, after: Measurement) -> Changes:
    return diff(judge(before), judge(after))


def told(changes: Changes) -> set[tuple[Direction, Family | None, str]]:
    return {(item.direction, item.family, item.what) for item in changes.changes}


@pytest.mark.parametrize(
    ("before", "after", "verdict", "expected"),
    [
        (healthy(), healthy(), Verdict.OK, set()),
        (healthy(), DEAD6, Verdict.CRITICAL, {(WORSE, V6, "mail"), (WORSE, V6, "outcome")}),
        (DEAD6, healthy(), Verdict.OK, {(BETTER, V6, "mail"), (BETTER, V6, "outcome")}),
        (healthy(), NO_AAAA, Verdict.CRITICAL, {(WORSE, V6, "mail"), (WORSE, V6, "addresses")}),
        (NO_AAAA, healthy(), Verdict.OK, {(BETTER, V6, "mail"), (BETTER, V6, "addresses")}),
        (healthy(), MOVED6, Verdict.OK, {(MOVED, V6, "addresses")}),
        (healthy(), OTHER_CERT, Verdict.OK, {(MOVED, V6, "certificate"), (MOVED, V4, "certificate")}),
        (healthy(), OTHER_BANNER, Verdict.OK, {(MOVED, V6, "name"), (MOVED, V4, "name")}),
        (healthy(), NO_TLS6, Verdict.WARNING, {(WORSE, V6, "STARTTLS"), (WORSE, V6, "outcome")}),
        (healthy(), NO_PTR, Verdict.WARNING, {(WORSE, V6, "reverse name confirmed")}),
        (healthy(), LATER, Verdict.UNKNOWN, {(UNCLEAR, V6, "mail"), (UNCLEAR, V6, "outcome")}),
        (
            healthy(),
            PARTLY,
            Verdict.WARNING,
            {(WORSE, V6, "mail"), (MOVED, V6, "addresses"), (WORSE, V6, "outcome")},
        ),
    ],
)
def test_what_changed(
    before: Measurement, after: Measurement, verdict: Verdict, expected: set[tuple[Direction, Family | None, str]]
) -> None:
    changes = changed(before, after)
    assert told(changes) == expected
    assert changes.verdict is verdict


def test_a_domain_that_is_gone_breaks_both_families() -> None:
    assert changed(healthy(), NO_MX).broke == (V6, V4)


def test_a_look_up_that_fails_breaks_nothing() -> None:
    changes = changed(healthy(), MX_UNKNOWN)
    assert changes.broke == ()
    assert changes.verdict is Verdict.UNKNOWN
    assert {item.direction for item in changes.changes} == {UNCLEAR}


def test_what_could_not_be_seen_before_is_not_worse() -> None:
    """IPv6 was dead, and now that it answers its certificate turns out to be out of date."""
    expired = both(session(V6, tls=tls(trusted=False, reason="expired", not_after=STARTED)), session(V4))
    changes = changed(DEAD6, expired)
    assert {item.direction for item in changes.changes} == {BETTER}
    assert changed(healthy(), expired).verdict is Verdict.WARNING


def test_a_finding_that_no_trait_shows_counts() -> None:
    """The certificate is the same, and its last week has come."""
    soon = replace(healthy(), started=STARTED + timedelta(days=58))
    changes = changed(healthy(), soon)
    assert {(item.direction, item.what.partition("-")[0]) for item in changes.changes} == {(WORSE, "tls")}
    assert changes.verdict is Verdict.WARNING


def test_a_renumbered_host_has_the_same_findings() -> None:
    """The address in a finding's subject moved; the finding itself stayed."""
    before = broken(stopped(Stage.CONNECT, failure=Failure.REFUSED))
    after = measurement(
        stopped(Stage.CONNECT, failure=Failure.REFUSED, address=SECOND6),
        session(V4),
        hosts=[host(MX1, SECOND6, MX4)],
        references=before.references,
    )
    assert told(changed(before, after)) == {(MOVED, V6, "addresses")}


def test_other_hosts_are_held_against_each_other_as_a_whole() -> None:
    new = measurement(
        *(session(family, mx="new.example.net", names=("new.example.net",)) for family in (V6,)),
        no_starttls(V4),
        hosts=[host("new.example.net", MX6), host(MX1, MX4, preference=20)],
    )
    changes = changed(healthy(), new)
    assert (MOVED, None, "MX") in told(changes)
    assert {(item.subject, item.what) for item in changes.changes if item.family is V4 and item.direction is WORSE} >= {
        ("all MX hosts", "STARTTLS")
    }


def test_records_asked_beside_the_conversations() -> None:
    one, other = (
        replace(healthy(), inquiries=Inquiries(tlsrpt=resolution("_smtp._tls.example.com", "TXT", text)))
        for text in ("v=TLSRPTv1; rua=mailto:a@example.com", "v=TLSRPTv1; rua=mailto:b@example.com")
    )
    assert told(changed(one, other)) == {(MOVED, None, "TXT")}


def test_a_family_that_was_not_asked_for_is_left_out_and_said() -> None:
    changes = changed(healthy(), only(V4, healthy()))
    assert changes.changes == ()
    assert changes.notes == ("IPv6 was not asked for in the second, so it is left out",)


def test_the_order_of_the_two_is_said() -> None:
    older = replace(healthy(), started=STARTED - timedelta(days=1))
    assert changed(healthy(), older).notes == ("the second measurement is older than the first",)
    assert changed(older, healthy()).notes == ()


def test_two_targets_side_by_side() -> None:
    changes = side_by_side(judge(healthy()), judge(NO_TLS6))
    rows = {(row.family, row.stage, row.what): row for row in changes.rows}
    assert rows[V6, Stage.EHLO, "STARTTLS"].direction is WORSE
    assert rows[V4, Stage.EHLO, "STARTTLS"].direction is None
    assert (rows[V6, Stage.STARTTLS, "TLS version"].before, rows[V6, Stage.STARTTLS, "TLS version"].after) == (
        "TLSv1.3",
        None,
    )
    assert [row.family for row in changes.rows] == sorted((row.family for row in changes.rows), reverse=True)
    assert changes.verdict is Verdict.WARNING


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(worlds(), worlds())
def test_any_two_can_be_held_against_each_other(one: Measurement, other: Measurement) -> None:
    first, second = judge(one), judge(other)
    for changes in (diff(first, second), side_by_side(first, second)):
        assert all(len(item.before) < 1500 and len(item.after) < 1500 for item in changes.changes)
    assert diff(first, first).changes == ()
