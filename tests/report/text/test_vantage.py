from dataclasses import replace
from datetime import timedelta

import pytest

from probe.model.measurement import Vantage
from probe.model.memory import Greeted
from probe.model.report import Report
from probe.model.settings import Pipelining, Target, TargetKind
from probe.model.words import Family, Port25, Stage
from probe.report.text.layout import Paper
from probe.report.text.vantage import how_to_prove, vantage
from tests.report import measurements


def lines(report: Report) -> list[str]:
    return list(vantage(report, Paper(200)))


def of(item: Vantage, port25: tuple[tuple[Family, Port25], ...] = ()) -> str:
    report = measurements.report("healthy")
    report = replace(report, measurement=replace(report.measurement, vantage=(item,)), port25=port25)
    return lines(report)[2].strip()


def test_both_families_the_resolver_and_the_cost() -> None:
    assert lines(measurements.report("healthy")) == [
        "",
        "Seen from",
        "  IPv6  2001:db8::9, probe.example.net (confirmed), port 25 proven",
        "  IPv4  192.0.2.9, probe.example.net (confirmed), port 25 proven",
        "  DNS   [2001:db8::53]:53",
        "  as    EHLO probe.example.net, MAIL FROM:<>",
        "  run   9 queries, 2 connections, engine native, 0.6 s",
        "  when  2026-11-22 18:00:12 UTC, probe6 0.1.0",
    ]


def test_pipelining_is_told_where_it_was_asked_for() -> None:
    report = measurements.report("healthy")
    settings = replace(report.measurement.settings, pipelining=Pipelining.AUTO)
    report = replace(report, measurement=replace(report.measurement, settings=settings))
    assert "  run   9 queries, 2 connections, engine native, pipelining auto, 0.6 s" in lines(report)


def test_a_submission_server_is_named_and_its_user_can_be_hidden() -> None:
    report = measurements.report("healthy")
    settings = replace(report.measurement.settings, via="smtp://me%40example.com@mail.example.com:587")
    report = replace(report, measurement=replace(report.measurement, settings=settings))
    (told,) = [line for line in lines(report) if "through" in line]
    assert told.endswith("through smtp://me%40example.com@mail.example.com:587; the MX hosts were left alone")
    hidden = "".join(vantage(report, Paper(200, redact=True)))
    assert "mail.example.com:587" in hidden
    assert "me%40" not in hidden


@pytest.mark.parametrize(
    ("item", "port25", "said"),
    [
        (Vantage(Family.IPV6), None, "IPv6  not needed: there was nothing to connect to"),
        (Vantage(Family.IPV6, False, reason="no route"), None, "IPv6  not usable: no route"),
        (Vantage(Family.IPV6, False), None, "IPv6  not usable: no reason known"),
        (Vantage(Family.IPV4, True, "10.0.0.9", nat=True), None, "IPv4  10.0.0.9, behind NAT"),
        (
            Vantage(Family.IPV6, True, "2001:db8::9", temporary=True, deprecated=True),
            Port25.UNPROVEN,
            "IPv6  2001:db8::9, no reverse name, temporary, deprecated, port 25 unproven",
        ),
        (
            Vantage(Family.IPV6, True, "2001:db8::9", ptr=("a.example",), fcrdns=False),
            None,
            "IPv6  2001:db8::9, a.example (not confirmed)",
        ),
        (
            Vantage(Family.IPV6, True, "2001:db8::9", ptr=("a.example",)),
            None,
            "IPv6  2001:db8::9, a.example (not checked)",
        ),
    ],
)
def test_each_state_of_our_own_address(item: Vantage, port25: Port25 | None, said: str) -> None:
    assert of(item, ((item.family, port25),) if port25 else ()) == said


def test_two_names_in_ehlo_are_both_told() -> None:
    report = measurements.report("healthy")
    six, four = report.measurement.vantage
    settings = replace(report.measurement.settings, until=Stage.STARTTLS)
    measurement = replace(report.measurement, vantage=(six, replace(four, helo="[192.0.2.9]")), settings=settings)
    assert "  as    EHLO probe.example.net over IPv6, EHLO [192.0.2.9] over IPv4" in lines(
        replace(report, measurement=measurement)
    )


def test_what_was_assumed_is_said() -> None:
    assert "        * assumed: example.com A 192.0.2.25" in lines(measurements.report("implicit"))


def test_a_host_as_target_is_told_how_to_name_a_mailbox() -> None:
    report = measurements.report("healthy")
    target = Target("[mx1.example.com]", TargetKind.HOST, "mx1.example.com")
    found = list(how_to_prove(replace(report, measurement=replace(report.measurement, target=target)), Paper()))
    assert found[-1] == "    probe6 '[mx1.example.com]' --to user@example.com --proof maildir:PATH"


def test_a_mailbox_that_was_never_reached_is_not_told_to_name_one() -> None:
    report = measurements.report("delivered")
    found = list(how_to_prove(replace(report, measurement=replace(report.measurement, attempts=())), Paper()))
    assert found == ["", "No message was sent."]


def test_an_earlier_run_that_proves_port_25_is_named_with_its_age() -> None:
    report = measurements.report("healthy")
    at = report.measurement.started - timedelta(hours=3)
    greeted = Greeted(Family.IPV6, "2001:db8::9", "mail.example.org", "2001:db8:ffff::25", at)
    said = lines(replace(report, port25_by=((Family.IPV6, greeted),)))
    assert said[2] == "  IPv6  2001:db8::9, probe.example.net (confirmed), port 25 proven 3 h ago by mail.example.org"
    assert said[3] == "  IPv4  192.0.2.9, probe.example.net (confirmed), port 25 proven"


def test_what_went_wrong_on_our_side_is_a_note() -> None:
    report = measurements.report("healthy")
    report = replace(report, measurement=replace(report.measurement, notes=("cleanup: connection lost",)))
    assert "  note  cleanup: connection lost" in lines(report)
