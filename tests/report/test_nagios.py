import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.model.report import Finding, Report
from probe.model.words import Failure, Family, Parity, Stage, Verdict
from probe.report.nagios import render
from tests.report import measurements

GOLDEN = Path(__file__).parent / "golden"
LIMIT = r"@?(?:~|-?[0-9.]+)?:?-?[0-9.]*"
PERFDATUM = re.compile(rf"(?:'[^'=|]+'|[^'=| ]+)=-?[0-9.]+(?:s|us|ms|%|B|c)?(?:;{LIMIT}){{0,2}}(?:;-?[0-9.]*){{0,2}}")
LABEL = re.compile(r"'([^']+)'=|([^'= ]+)=")


def parted(out: str) -> tuple[str, str, list[str]]:
    """Status, performance data and details, held to what the guidelines and the daemons say."""
    first, *details = out.split("\n")
    assert details.pop() == ""
    status, _, data = first.partition("|")
    assert len(status) < 80
    assert re.match(r"PROBE6 (OK|WARNING|CRITICAL|UNKNOWN) - \S", status)
    assert "|" not in "".join([data, *details])
    assert all(line.isprintable() for line in (first, *details))
    assert len(out.encode()) < 8192
    items = re.findall(r"(?:'[^']*'|[^ '])+", data)
    assert all(PERFDATUM.fullmatch(item) for item in items), data
    assert " ".join(items) == data
    return status, data, details


@pytest.mark.parametrize("name", measurements.NAMES)
def test_golden(name: str, regenerate: bool) -> None:
    out = render([measurements.report(name)])
    path = GOLDEN / f"{name}.nagios"
    if regenerate:
        path.write_text(out, encoding="utf-8")
    assert out == path.read_text(encoding="utf-8")
    parted(out)


def test_a_healthy_host() -> None:
    status, data, details = parted(render([measurements.report("healthy")], warning="5", critical="8"))
    assert status == "PROBE6 OK - equal: Mail over IPv6 is taken exactly as over IPv4."
    assert "ipv6_time=0.250000s;5;8;0;90" in data.split()
    assert "ipv4_certificate=6048000s;1209600:;604800:" in data.split()
    assert all(item.startswith(("ipv6_", "ipv4_")) for item in data.split())
    assert "IPv6: mx1.example.com [2001:db8::25]:25 ok up to rcpt in 0.250 s" in details


def test_a_broken_family_comes_with_its_fix() -> None:
    status, data, details = parted(render([measurements.report("refused")]))
    assert status.startswith("PROBE6 CRITICAL - ipv6-broken: ")
    assert "ipv6_ok=0;;;0;1" in data.split()
    assert "ipv6_connect" not in data
    assert "  fix: postfix stop && postfix start" in details


def test_slow_is_not_down() -> None:
    slow = Finding("run-deadline", Verdict.WARNING, None, "example.com", "Slow, gave up at 10 s.")
    report = measurements.report("healthy")
    times = replace(report.measurement.settings.timeouts, deadline=10.0)
    found = replace(report.measurement, settings=replace(report.measurement.settings, timeouts=times))
    report = Report(found, Verdict.WARNING, Parity.UNTESTABLE, "Something.", findings=(slow,))
    assert parted(render([report]))[0] == "PROBE6 WARNING - slow, gave up at 10 s"
    worse = replace(report, verdict=Verdict.CRITICAL)
    assert parted(render([worse]))[0] == "PROBE6 CRITICAL - untestable: Something."


def test_several_targets_are_counted_and_the_worst_decides() -> None:
    reports = [measurements.report(name) for name in ("healthy", "refused", "untestable")]
    names = [replace(it, measurement=replace(it.measurement, target=replace(it.measurement.target, text=text)))
             for it, text in zip(reports, ("a.example", "b.example", "c.example"), strict=True)]  # fmt: skip
    status, data, _ = parted(render(names))
    assert status == "PROBE6 CRITICAL - 2 of 3 targets not ok: b.example, c.example"
    labels = ["".join(found) for found in LABEL.findall(data)]
    assert len(labels) == len(set(labels)) > 12
    assert parted(render(names[:1] * 2))[0] == "PROBE6 OK - all of 2 targets ok"


def test_nothing_checked_is_unknown() -> None:
    assert render([]) == "PROBE6 UNKNOWN - nothing was checked\n"


@given(st.text(st.characters(exclude_categories=[]), max_size=200))
@settings(max_examples=60)
def test_whatever_a_server_says_the_output_stays_a_plugins(text: str) -> None:
    report = measurements.hostile_throughout(text)
    aim = replace(report.measurement.target, text=text)
    report = replace(report, measurement=replace(report.measurement, target=aim))
    parted(render([report]))
    parted(render([report, measurements.report("healthy")], redact=True))


def test_a_daemon_reads_all_of_it() -> None:
    report = measurements.report("refused")
    many = tuple(replace(measurements.REFUSED, subject=f"host{number}") for number in range(200))
    assert len(render([replace(report, findings=many)] * 50).encode()) < 8192


def test_a_connection_that_failed_has_no_time_to_connect() -> None:
    late = measurements.failed("2001:db8::25", Stage.CONNECT, Failure.TIMEOUT)
    report = measurements.report("healthy")
    report = replace(report, measurement=replace(report.measurement, sessions=(late,)))
    assert "ipv6_connect" not in render([report])


def test_of_one_family_alone_parity_is_not_spoken() -> None:
    report = measurements.report("refused")
    found = replace(report.measurement, settings=replace(report.measurement.settings, families=(Family.IPV4,)))
    status, _, _ = parted(render([replace(report, measurement=found, summary="IPv4 works.")]))
    assert status == "PROBE6 CRITICAL - IPv4 works."
