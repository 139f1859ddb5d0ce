from dataclasses import replace

from probe.judge import judge
from probe.model.settings import Record, Target, TargetKind
from probe.report._shown.vantage import ASSUMED, how_to_prove, seen_from
from tests.configurations import MAIN, audited, here
from tests.report import measurements


def say(text: str, limit: int) -> str:
    return text[:limit]


def test_a_line_for_each_thing_a_reader_far_away_asks() -> None:
    report = measurements.report("healthy")
    settings = replace(report.measurement.settings, overlay=(Record("example.com", "MX", ()),))
    found = dict(seen_from(replace(report, measurement=replace(report.measurement, settings=settings)), say))
    assert list(found) == ["IPv6", "IPv4", "DNS", ASSUMED, "as", "run", "when"]
    assert found[ASSUMED] == "example.com MX nothing"
    assert found["run"].startswith("9 queries, 2 connections, engine ")


def test_an_audit_has_no_engine_and_no_message_to_prove() -> None:
    report = judge(audited(here(MAIN)))
    assert "engine" not in dict(seen_from(report, say))["run"]
    assert how_to_prove(report, say) is None


def test_a_host_is_told_the_envelope_too() -> None:
    report = measurements.report("healthy")
    host = Target("[mx1.example.com]", TargetKind.HOST, "mx1.example.com")
    given = replace(report, measurement=replace(report.measurement, target=host))
    assert how_to_prove(given, say) == (
        "No message was sent. To prove delivery over each family:",
        "probe6 '[mx1.example.com]' --to user@example.com --proof maildir:PATH",
    )


def test_a_conversation_held_for_another_target_is_told() -> None:
    report = measurements.report("healthy")
    first, *rest = report.measurement.sessions
    sessions = (replace(first, shared=True), *rest)
    given = replace(report, measurement=replace(report.measurement, sessions=sessions, connections=1))
    assert dict(seen_from(given, say))["run"].startswith("9 queries, 1 connection and 1 shared with other targets, ")
