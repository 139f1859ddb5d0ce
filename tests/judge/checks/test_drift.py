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


CASES: list[tuple[str, str, Measurement, set[tuple[Verdict, Family | None, str]]]] = [
    (DRIFT, "nothing changed", healthy(), set()),
    (DRIFT, "an address elsewhere", world(host(MX1, FAR, MX4)), {(WARN, V6, MX1)}),
    (DRIFT, "a neighbour, as those of a big provider are", world(host(MX1, SECOND6, MX4)), {(NOTE, V6, MX1)}),
    (DRIFT, "no IPv4 any more", world(host(MX1, MX6)), {(WARN, V4, MX1)}),
    (DRIFT, "IPv6 vanished, which is said elsewhere", world(host(MX1, MX4)), set()),
    (DRIFT, "another preference", world(host(MX1, MX6, MX4, preference=20)), {(WARN, None, "example.com MX")}),
    (
        DRIFT,
        "another reverse name",
        world(host(MX1, address(MX6, ptr=("other.example.com",)), MX4)),
        {(WARN, V6, f"{MX1} [{MX6}]")},
    ),
    (DRIFT, "another host", world(host("new.example.net", FAR, MX4)), {(WARN, None, "example.com MX")}),
    (GONE, "nothing changed", healthy(), set()),
    (GONE, "no AAAA any more", world(host(MX1, MX4)), {(BAD, V6, MX1)}),
    (GONE, "the address moved", world(host(MX1, FAR, MX4)), set()),
    (GONE, "a new host without one", world(host("new.example.net", MX4)), {(BAD, V6, "example.com")}),
    (GONE, "a new host with one", world(host("new.example.net", FAR, MX4)), set()),
]
"""Code, what is tested, what became of the healthy world, and what must be said of the code."""


@pytest.mark.parametrize("row", CASES, ids=lambda row: f"{row[0]}: {row[1]}")
def test_what_drifted(row: tuple[str, str, Measurement, set[tuple[Verdict, Family | None, str]]]) -> None:
    code, _, after, expected = row
    assert {item[1:] for item in found(healthy(), after) if item[0] == code} == expected


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
