from dataclasses import replace

from probe.model.report import Comparison, Finding, Report
from probe.model.words import Parity, Stage, Verdict
from probe.report._shown.findings import leading
from probe.report.text.findings import EVIDENCE, FIX_LINES, divergence, notes, others, paragraph
from probe.report.text.layout import Paper
from tests.report import measurements

PAPER = Paper()


def judged(*findings: Finding) -> Report:
    return replace(measurements.report("refused"), findings=findings)


def finding(code: str, verdict: Verdict = Verdict.CRITICAL, fix: str | None = None) -> Finding:
    return Finding(code, verdict, None, "mx1.example.com", f"{code} happened.", (), fix)


def test_the_verdict_on_parity_is_not_said_beside_its_finding() -> None:
    parity, other = finding("parity-verdict", fix="see below"), finding("a")
    assert not any("parity-verdict" in line for line in others(judged(parity, other), other, PAPER))


def test_notes_never_lead() -> None:
    assert leading(measurements.report("no-mail")) is None


def test_the_lines_of_a_fix_stand_alone_behind_blanks_and_unbroken() -> None:
    long = (
        "postconf -e 'smtpd_client_restrictions = permit_mynetworks, " + "permit_sasl_authenticated, " * 6 + "permit'"
    )
    lines = list(paragraph(finding("a", fix=f"{long}\n\npostfix reload\r"), PAPER))
    at = lines.index("Fix:")
    assert lines[at + 1 :] == [f"    {long}", "", r"    postfix reload\x0d"]


def test_what_explains_a_fix_is_wrapped_and_what_is_to_be_copied_is_not() -> None:
    command = "  postconf -e " + "x" * 90
    lines = list(paragraph(finding("a", fix=f"{'words ' * 20}\n{command}"), PAPER))
    at = lines.index("Fix:")
    assert len(lines[at + 1 :]) == 3
    assert all(line.startswith("    words") for line in lines[at + 1 : at + 3])
    assert lines[at + 3] == f"    {command}"


def test_a_paragraph_is_bounded() -> None:
    many = tuple(f"line {number}" for number in range(50))
    lines = list(paragraph(replace(finding("a", fix="x\n" * 500), evidence=many), PAPER))
    assert f"        and {50 - EVIDENCE} more" in lines
    assert sum(line == "    x" for line in lines) == FIX_LINES


def test_where_the_families_part_is_told_with_both_sides() -> None:
    assert list(divergence(measurements.report("refused"), PAPER)) == [
        "",
        "First divergence: connect at mx1.example.com, connection",
        "  IPv6  refused",
        "  IPv4  open",
    ]
    assert list(divergence(measurements.report("healthy"), PAPER)) == []


def test_a_divergence_without_particulars_names_its_stage() -> None:
    comparison = Comparison("mx1.example.com", Parity.DIFFERS, Stage.RCPT)
    report = replace(measurements.report("refused"), comparisons=(comparison,))
    assert list(divergence(report, PAPER)) == ["", "First divergence: rcpt at mx1.example.com"]


def test_notes_are_compact_and_say_nothing_of_fixes() -> None:
    lines = list(notes(measurements.report("refused").findings, PAPER))
    assert lines[1] == "Notes"
    assert lines[2].startswith("  - dns-mx-ptr, IPv6 mx1.example.com [2001:db8::25]: The address has")
    assert not any("publish a PTR" in line for line in lines)
    assert list(notes((), PAPER)) == []
    assert list(notes((finding("parity-verdict", Verdict.OK), finding("rt-received-family", Verdict.OK)), PAPER)) == []
