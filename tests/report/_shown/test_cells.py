from dataclasses import replace

import pytest

from probe.model.dns import Address, Resolution
from probe.model.network import Icmp
from probe.model.report import Comparison, Difference, Report
from probe.model.settings import Target, TargetKind
from probe.model.smtp import Observation, Session
from probe.model.words import (
    AddressClass,
    Failure,
    Family,
    Outcome,
    Parity,
    Port25,
    Provenance,
    Purpose,
    Stage,
    Verdict,
)
from probe.report._shown.cells import Cell, Row, absent, column, differences, row_of
from tests.report import measurements

SIX = "2001:db8::25"


def with_sessions(*sessions: Session) -> Report:
    report = measurements.report("healthy")
    return replace(report, measurement=replace(report.measurement, sessions=sessions))


def cells(report: Report) -> dict[Row, Cell]:
    host = report.measurement.resolved.hosts[0]
    return column(report, host, host.addresses[0])


def test_a_good_conversation_has_a_word_for_every_stage() -> None:
    shown = {row: cell.shown for row, cell in cells(measurements.report("delivered")).items()}
    assert shown == {
        Row.ADDRESS: SIX,
        Row.CONNECT: "ok, 12 ms",
        Row.BANNER: "mx1.example.com ESMTP Postfix (Debian/GNU)",
        Row.EHLO: "ok, 7 extensions",
        Row.STARTTLS: "TLSv1.3",
        Row.CERTIFICATE: "trusted until 2027-01-31",
        Row.MAIL: "250 2.1.0 Ok",
        Row.RCPT: "250 2.1.5 Ok",
        Row.DATA: "250 2.0.0 Ok: queued as 4ABCDEF",
        Row.ARRIVAL: "arrived, 0.4 s",
    }


@pytest.mark.parametrize(
    ("stage", "failure", "text", "shown"),
    [
        (Stage.CONNECT, Failure.REFUSED, None, "x refused"),
        (Stage.CONNECT, Failure.NO_ROUTE, None, "? no route"),
        (Stage.CONNECT, Failure.NOT_TRIED, None, "? not tried"),
        (Stage.BANNER, Failure.TIMEOUT, None, "x timeout after 0.4 ms"),
        (Stage.BANNER, Failure.REJECTED, "554 5.7.1 go away", "x 554 5.7.1 go away"),
        (Stage.EHLO, Failure.CLOSED, None, "x closed"),
        (Stage.STARTTLS, Failure.NOT_OFFERED, None, "! not offered"),
        (Stage.STARTTLS, Failure.TLS_HANDSHAKE, "220 go ahead", "x tls handshake"),
        (Stage.RCPT, Failure.DEFERRED, "451 4.7.1 Greylisted", "! 451 4.7.1 Greylisted"),
        (Stage.RCPT, Failure.DEADLINE, None, "? deadline"),
    ],
)
def test_a_failure_has_a_sign_and_its_word(stage: Stage, failure: Failure, text: str | None, shown: str) -> None:
    found = cells(with_sessions(measurements.failed(SIX, stage, failure, text)))
    assert found[Row(stage.value)].shown == shown
    later = [row for row in Row if row in {*Stage} and Stage(row.value).rank > stage.rank]
    assert not any(row in found for row in later)


@pytest.mark.parametrize(("port25", "verdict"), [(Port25.PROVEN, Verdict.CRITICAL), (Port25.UNPROVEN, Verdict.UNKNOWN)])
def test_a_connect_time_out_blames_nobody_until_port_25_is_proven(port25: Port25, verdict: Verdict) -> None:
    report = with_sessions(measurements.failed(SIX, Stage.CONNECT, Failure.TIMEOUT))
    assert cells(replace(report, port25=((Family.IPV6, port25),)))[Row.CONNECT].verdict is verdict


def test_who_sent_the_icmp_error_is_named() -> None:
    icmp = Icmp(1, 1, "2001:db8:ffff::1")
    found = cells(with_sessions(measurements.failed(SIX, Stage.CONNECT, Failure.PROHIBITED, icmp=icmp)))
    assert found[Row.CONNECT].text == "prohibited, says 2001:db8:ffff::1"


def test_the_retry_counts_and_a_repeat_does_not() -> None:
    lost = measurements.failed(SIX, Stage.CONNECT, Failure.TIMEOUT)
    found = replace(measurements.session(SIX), purpose=Purpose.RETRY)
    assert cells(with_sessions(lost, found))[Row.CONNECT].text == "ok"
    repeat = replace(lost, purpose=Purpose.REPEAT)
    assert cells(with_sessions(measurements.session(SIX), repeat))[Row.CONNECT].text == "ok"
    assert cells(with_sessions(repeat))[Row.CONNECT].text == "timeout"


def test_data_is_told_by_the_conversation_that_sent_the_message() -> None:
    step = Observation(Stage.DATA, 1.0, 0.1, measurements.reply("250 2.0.0 queued"), command="DATA")
    message = replace(measurements.session(SIX), purpose=Purpose.MESSAGE, steps=(step,))
    found = cells(with_sessions(measurements.session(SIX), message))
    assert found[Row.DATA].text == "250 2.0.0 queued"
    assert found[Row.RCPT].text == "250 2.1.5 Ok"


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"name_matches": False, "names": ("a.example", "b.example")}, "! names a.example, b.example"),
        ({"name_matches": False, "names": (), "subject": None}, "! names nobody"),
        ({"trusted": False, "reason": "self-signed certificate"}, "! self-signed certificate"),
        ({"trusted": False, "reason": None}, "! not trusted"),
        ({"trusted": None, "not_after": None}, "not verified"),
    ],
)
def test_a_certificate_in_a_few_words(change: dict[str, object], shown: str) -> None:
    facts = replace(measurements.CERTIFICATE, **change)  # type: ignore[arg-type]
    found = cells(with_sessions(replace(measurements.session(SIX), tls=facts)))
    assert found[Row.CERTIFICATE].shown == shown


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"arrival": None}, "x not arrived"),
        ({"arrival": None, "watched": ()}, "not watched"),
        ({"arrival": None, "accepted": None}, "? nobody knows"),
        ({"arrival": None, "accepted": False}, "-"),
    ],
)
def test_what_became_of_the_message(change: dict[str, object], shown: str) -> None:
    report = measurements.report("delivered")
    attempt = replace(report.measurement.attempts[0], **change)  # type: ignore[arg-type]
    report = replace(report, measurement=replace(report.measurement, attempts=(attempt,)))
    assert cells(report)[Row.ARRIVAL].shown == shown


@pytest.mark.parametrize(
    ("outcome", "shown"),
    [
        (Outcome.NO_DATA, "! none published"),
        (Outcome.NXDOMAIN, "x no such name"),
        (Outcome.SERVFAIL, "? look-up: servfail"),
        (Outcome.BOGUS, "? look-up: bogus"),
    ],
)
def test_why_there_is_no_address(outcome: Outcome, shown: str) -> None:
    report = measurements.report("healthy")
    host = measurements.host("mx1.example.com", "192.0.2.25", AAAA=outcome)
    assert absent(report, host, Family.IPV6).shown == shown
    only = replace(report.measurement, settings=replace(report.measurement.settings, families=(Family.IPV4,)))
    assert absent(replace(report, measurement=only), host, Family.IPV6).shown == "not asked for"


def test_an_address_that_is_not_global_says_what_it_is() -> None:
    report = measurements.report("healthy")
    host = report.measurement.resolved.hosts[0]
    local = Address("fd00::25", Family.IPV6, AddressClass.ULA, dial=False)
    assert column(report, host, local)[Row.CLASS].shown == "! ula, not dialled"
    assert column(report, host, replace(local, dial=True))[Row.CLASS].shown == "ula"
    made = Address("64:ff9b::c000:219", Family.IPV6, AddressClass.NAT64, synthesised=True, dial=False)
    assert column(report, host, made)[Row.CLASS].shown == "! made up by our DNS64"


def test_every_stage_has_a_row_and_certificates_have_their_own() -> None:
    for stage in Stage:
        assert row_of(Difference(stage, "x", "a", "b")) in Row
    assert row_of(Difference(Stage.STARTTLS, "certificate", "a", "b")) is Row.CERTIFICATE
    assert row_of(Difference(Stage.STARTTLS, "outcome", "a", "b")) is Row.STARTTLS


def test_notes_are_not_differences() -> None:
    real, note = Difference(Stage.EHLO, "A", "1", "2"), Difference(Stage.EHLO, "B", "1", "2", note=True)
    assert differences(Comparison("mx1", Parity.DIFFERS, Stage.EHLO, (real, note)), Row.EHLO) == [real]
    assert differences(None, Row.EHLO) == []


def test_an_address_as_target_has_no_other_family_and_assumes_nothing() -> None:
    """Nobody looked for an IPv4 address of ``[2001:db8::25]``: that none is published would be an invention."""
    report = measurements.report("healthy")
    target = Target("[2001:db8::25]", TargetKind.ADDRESS, "2001:db8::25")
    given = replace(
        measurements.host("2001:db8::25", "2001:db8::25", preference=None),
        ipv6=Resolution("2001:db8::25", "AAAA", Outcome.ANSWER, provenance=Provenance.OPTION),
    )
    report = replace(report, measurement=replace(report.measurement, target=target))
    assert absent(report, given, Family.IPV4).text == "not asked for"
    assert column(report, given, given.addresses[0])[Row.ADDRESS].text == "2001:db8::25"
