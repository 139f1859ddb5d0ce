from dataclasses import replace

import pytest

from probe.judge import judge
from probe.judge.checks.drift import check
from probe.model.dns import MxHost
from probe.model.measurement import Measurement
from probe.model.report import JudgeOptions
from probe.model.words import Family, Outcome, Provenance, Verdict
from tests.builders import MX1, MX4, MX6, SECOND6, V4, V6, address, healthy, host, measurement, resolution, session

FAR = "2001:db8:ffff::25"
DRIFT, GONE = "mon-dns-drift", "mon-aaaa-vanished"


def world(*hosts: MxHost, **changes: object) -> Measurement:
    return measurement(session(V6), session(V4), hosts=hosts, **changes)


def found(before: Measurement, after: Measurement) -> set[tuple[str, Verdict, Family | None, str]]:
    options = JudgeOptions(baseline=before)
    return {(item.code, item.verdict, item.family, item.subject) for item in check(after, options)}


WARN, NOTE, BAD = Verdict.WARNING, Verdict.OK, Verdict.CRITICAL


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (healthy(), set()),
        (world(host(MX1, FAR, MX4)), {(DRIFT, WARN, V6, MX1)}),
        (world(host(MX1, SECOND6, MX4)), {(DRIFT, NOTE, V6, MX1)}),
        (world(host(MX1, MX6)), {(DRIFT, WARN, V4, MX1)}),
        (world(host(MX1, MX4)), {(GONE, BAD, V6, MX1)}),
        (world(host(MX1, MX6, MX4, preference=20)), {(DRIFT, WARN, None, "example.com MX")}),
        (
            world(host(MX1, address(MX6, ptr=("other.example.com",)), MX4)),
            {(DRIFT, WARN, V6, f"{MX1} [{MX6}]")},
        ),
        (
            world(host("new.example.net", MX4)),
            {(DRIFT, WARN, None, "example.com MX"), (GONE, BAD, V6, "example.com")},
        ),
        (world(host("new.example.net", FAR, MX4)), {(DRIFT, WARN, None, "example.com MX")}),
    ],
)
def test_what_drifted(after: Measurement, expected: set[tuple[str, Verdict, Family | None, str]]) -> None:
    assert found(healthy(), after) == expected


def test_without_a_baseline_nothing_drifts() -> None:
    assert list(check(world(host(MX1, MX4)), JudgeOptions())) == []


@pytest.mark.parametrize("outcome", [Outcome.SERVFAIL, Outcome.TIMEOUT, Outcome.REFUSED_QUERY, Outcome.BOGUS])
def test_a_look_up_that_failed_is_no_drift(outcome: Outcome) -> None:
    failed = host(MX1, MX4, ipv6=resolution(MX1, "AAAA", outcome=outcome))
    assert found(healthy(), world(failed)) == set()


def test_what_the_user_assumes_is_no_drift() -> None:
    assumed = replace(resolution(MX1, "AAAA", FAR), provenance=Provenance.OVERLAY)
    assert found(healthy(), world(host(MX1, FAR, MX4, ipv6=assumed))) == set()


def test_a_reverse_name_nobody_could_look_up_is_no_drift() -> None:
    unknown = address(MX6, ptr=(), fcrdns=None, ptr_outcome=Outcome.SERVFAIL)
    assert found(healthy(), world(host(MX1, unknown, MX4))) == set()


def test_the_report_shows_what_changed_since() -> None:
    report = judge(world(host(MX1, MX4), sessions=(session(V4),)), JudgeOptions(baseline=healthy()))
    assert report.verdict is Verdict.CRITICAL
    assert report.changes is not None
    assert report.changes.broke == (V6,)
    assert judge(healthy()).changes is None
