from dataclasses import replace

import pytest

from probe.model.report import Finding, Report
from probe.model.settings import Settings, Target, TargetKind
from probe.model.words import Failure, Family, Port25, Purpose, Stage, Verdict
from probe.report._shown.family import asked, can_tell, conversations, furthest, gets_through, works, worst
from tests.report import measurements

V6, V4 = Family.IPV6, Family.IPV4


@pytest.mark.parametrize(
    ("name", "working", "told"),
    [
        ("healthy", {V6, V4}, {V6, V4}),
        ("refused", {V4}, {V6, V4}),
        ("lost", {V4}, {V6, V4}),
        ("two-hosts", {V4}, {V6, V4}),
        ("untestable", {V4}, {V4}),
        ("no-mail", {V6, V4}, set()),
        ("absent", set(), {V4}),
    ],
)
def test_how_the_families_fared(name: str, working: set[Family], told: set[Family]) -> None:
    report = measurements.report(name)
    assert {family for family in Family if works(report, family)} == working
    assert {family for family in Family if can_tell(report, family)} == told


@pytest.mark.parametrize(
    ("family", "verdict", "working"),
    [
        (V6, Verdict.CRITICAL, {V4}),
        (V6, Verdict.WARNING, {V6, V4}),
        (None, Verdict.CRITICAL, set()),
    ],
)
def test_what_gets_through_with_something_critical_does_not_work(
    family: Family | None, verdict: Verdict, working: set[Family]
) -> None:
    finding = Finding("rt-received-source-lost", verdict, family, "mx1", "The client is hidden.")
    parity = Finding("parity-verdict", Verdict.CRITICAL, None, "example.com", "They differ.")
    report = replace(measurements.report("healthy"), findings=(finding, parity))
    assert {family for family in Family if works(report, family)} == working
    assert all(gets_through(report, family) for family in Family)
    assert worst(report, V6) is verdict


def with_sessions(report: Report, *sessions: object, **changes: object) -> Report:
    return replace(report, measurement=replace(report.measurement, sessions=sessions, **changes))  # type: ignore[arg-type]


def test_greylisted_works_as_far_as_seen() -> None:
    talk = measurements.failed("2001:db8::25", Stage.RCPT, Failure.DEFERRED, "450 4.2.0 Greylisted")
    assert works(with_sessions(measurements.report("healthy"), talk), V6)


def test_a_time_out_that_may_be_ours_is_not_held_against_them() -> None:
    talk = measurements.failed("2001:db8::25", Stage.CONNECT, Failure.TIMEOUT)
    report = with_sessions(measurements.report("untestable"), talk)
    vantage = tuple(replace(item, usable=True) for item in report.measurement.vantage)
    report = replace(report, measurement=replace(report.measurement, vantage=vantage))
    assert not can_tell(report, V6)
    assert can_tell(replace(report, port25=((V6, Port25.PROVEN),)), V6)


def test_a_look_up_alone_works_when_there_is_an_address() -> None:
    report = with_sessions(measurements.report("healthy"), settings=Settings(until=Stage.RESOLVE))
    assert works(report, V6)
    nobody = replace(report.measurement, resolved=replace(report.measurement.resolved, hosts=()))
    assert not works(replace(report, measurement=nobody), V6)


def test_no_mail_is_fine_only_where_it_is_said_properly() -> None:
    assert not works(replace(measurements.report("no-mail"), verdict=Verdict.CRITICAL), V6)


def test_an_address_has_one_family() -> None:
    report = measurements.report("healthy")
    assert asked(report) == [V6, V4]
    for address, family in (("2001:db8::25", V6), ("192.0.2.25", V4)):
        aim = Target(f"[{address}]", TargetKind.ADDRESS, address)
        assert asked(replace(report, measurement=replace(report.measurement, target=aim))) == [family]


def test_a_retry_takes_the_place_of_what_it_repeats_and_witnesses_do_not_count() -> None:
    first = measurements.failed("2001:db8::25", Stage.CONNECT, Failure.TIMEOUT)
    again = replace(measurements.session("2001:db8::25"), purpose=Purpose.RETRY)
    witness = replace(measurements.session("2001:db8::25"), purpose=Purpose.REPEAT)
    report = with_sessions(measurements.report("healthy"), first, again, witness)
    assert conversations(report, V6) == [again]
    assert furthest(report, V6) is again
    assert furthest(report, V4) is None
