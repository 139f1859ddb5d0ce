import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probe.grammar.text import columns
from probe.model.report import Report
from probe.model.words import Verdict
from probe.report.text import render
from tests.report import measurements

GOLDEN = Path(__file__).parent / "golden"
OUR_INK = re.compile(r"\x1b\[(?:0|1|2|1;31|32|33|35)m")
OPENINGS = (
    "First divergence: banner at mx1.example.com,",
    "x banner-not-smtp",
    "! banner-teaser",
    "MX mx1.example.com",
    "Transcript: ",
)
WHOLE = {
    "",
    "example.com  x CRITICAL  ipv6-broken",
    "Fix:",
    "Test messages to the mailbox",
    "Notes",
    "Seen from",
}


def shown(name: str) -> str:
    return render([measurements.report(name)])


@pytest.mark.parametrize("name", measurements.NAMES)
def test_golden(name: str, regenerate: bool) -> None:
    out = shown(name)
    path = GOLDEN / f"{name}.txt"
    if regenerate:
        path.write_text(out, encoding="utf-8")
    assert out == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", measurements.NAMES)
@pytest.mark.parametrize("width", [60, 80, 132])
def test_every_line_fits_but_the_lines_of_a_fix(name: str, width: int) -> None:
    out = render([measurements.report(name)], width=width, transcript=True, verbose=1)
    wide = [line for line in out.splitlines() if columns(line) > width]
    fixes = [item.fix for item in measurements.report(name).findings if item.fix]
    assert all(line.startswith("    ") and any(line[4:20] in fix for fix in fixes) for line in wide)


@pytest.mark.parametrize("name", measurements.NAMES)
def test_without_ink_the_report_says_the_same(name: str) -> None:
    plain = render([measurements.report(name)], transcript=True)
    colored = render([measurements.report(name)], transcript=True, color=True)
    assert "\x1b" not in plain
    assert colored != plain
    assert [line.rstrip() for line in OUR_INK.sub("", colored).splitlines()] == plain.splitlines()


def test_the_first_screen_tells_verdict_divergence_and_fix() -> None:
    lines = shown("refused").splitlines()
    assert lines[0] == "example.com  x CRITICAL  ipv6-broken"
    fix = lines.index("Fix:")
    assert lines[fix + 1] == "    postconf -e 'inet_protocols = all' 'inet_interfaces = all'"
    assert lines[fix + 2] == "    postfix stop && postfix start"
    assert lines.index("First divergence: connect at mx1.example.com, connection") < fix < 20
    assert fix < next(number for number, line in enumerate(lines) if line.startswith("MX "))


def test_what_is_well_has_no_fix_on_top() -> None:
    out = shown("healthy")
    assert out.startswith("example.com  + OK  equal\n")
    assert "Fix:" not in out
    assert "divergence" not in out
    assert len(out.splitlines()) < 25


def test_the_finding_on_top_is_not_said_twice() -> None:
    assert shown("refused").count("tcp-refused  ") == 1
    assert shown("two-hosts").count("tls-starttls-missing") == 1


def test_the_last_line_says_that_nothing_was_sent_and_how_to_prove_delivery() -> None:
    assert shown("healthy").splitlines()[-2:] == [
        "No message was sent. To prove delivery over each family:",
        "    probe6 user@example.com --proof maildir:PATH",
    ]
    assert shown("no-mail").splitlines()[-1] == "No message was sent."
    assert "No message" not in shown("delivered")


def harmless(out: str) -> None:
    """Nothing in ``out`` moves a cursor, and every line that starts at the margin is one of ours."""
    lines = out.split("\n")
    assert all(line.isprintable() for line in lines)
    for line in lines:
        assert line in WHOLE or line.startswith((" ", *OPENINGS)), line
        assert columns(line) <= 1004
    assert [lines.count(word) for word in ("Fix:", "Notes", "Seen from")] == [1, 1, 1]


@pytest.mark.parametrize(
    "text", [measurements.HOSTILE, measurements.RAW, "x CRITICAL\nFix:\n    rm -rf /\n", "\n" * 400]
)
def test_no_server_writes_a_line_of_ours(text: str) -> None:
    out = render([measurements.hostile(text)], transcript=True, verbose=1)
    harmless(out)
    assert len(out) < 60_000
    assert OUR_INK.sub("", render([measurements.hostile(text)], color=True)).count("\x1b") == 0


@given(st.text(st.characters(exclude_categories=[]), max_size=300), st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_server_says_the_report_stays_ours(text: str, redact: bool) -> None:
    harmless(render([measurements.hostile(text)], transcript=True, redact=redact))


def test_a_server_cannot_use_the_wrap_to_start_a_line_of_ours() -> None:
    for width in range(60, 100):
        for word in ("Fix:", "x CRITICAL", "Notes"):
            text = f"{'a' * (width - 12)} {word} {'b' * 30} {word}"
            out = render([measurements.hostile(text)], transcript=True, width=width)
            harmless(out)


def test_redacting_hides_people_and_message_text() -> None:
    open_text = render([measurements.report("delivered")], transcript=True)
    assert "jane@example.com" in open_text
    assert "Subject: probe6" in open_text
    hidden = render([measurements.report("delivered")], transcript=True, redact=True)
    assert "jane@" not in hidden
    assert "Subject: probe6" not in hidden
    assert "***@example.com" in hidden
    assert "(message text hidden)" in hidden
    advice = render([measurements.report("healthy")], redact=True).splitlines()[-1]
    assert advice == "    probe6 user@example.com --proof maildir:PATH"


def test_several_targets_end_in_an_overview() -> None:
    names = ("healthy", "refused", "absent")
    out = render([measurements.report(name) for name in names])
    assert out.splitlines()[-4:] == [
        "3 targets  x CRITICAL",
        "  example.com   + OK        equal",
        "  example.com   x CRITICAL  ipv6-broken",
        "  例え.example  x CRITICAL  ipv4-broken",
    ]
    assert out.index(shown("refused")) > out.index(shown("healthy"))


def test_nothing_to_report_is_nothing() -> None:
    assert render([]) == ""


def with_findings(report: Report, count: int, verdict: Verdict) -> Report:
    finding = replace(measurements.REFUSED, verdict=verdict)
    many = tuple(replace(finding, subject=f"host{number}.example.com") for number in range(count))
    return replace(report, findings=many, verdict=verdict)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_many_findings_and_hosts_are_counted_not_listed(verdict: Verdict) -> None:
    report = with_findings(measurements.report("two-hosts"), 100, verdict)
    host = report.measurement.resolved.hosts[0]
    hosts = tuple(replace(host, host=f"mx{number}.example.com") for number in range(30))
    resolved = replace(report.measurement.resolved, hosts=hosts)
    out = render([replace(report, measurement=replace(report.measurement, resolved=resolved))])
    assert "and 10 more MX hosts: --format json shows all" in out
    assert re.search(r"and (59|60) more", out)
