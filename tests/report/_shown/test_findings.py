from dataclasses import replace

from probe.model.report import Finding, Report
from probe.model.words import Verdict
from probe.report._shown.findings import beside, fix_lines, leading, worth_a_note
from tests.report import measurements


def judged(*findings: Finding) -> Report:
    return replace(measurements.report("refused"), findings=findings)


def finding(code: str, verdict: Verdict = Verdict.CRITICAL, fix: str | None = None) -> Finding:
    return Finding(code, verdict, None, "mx1.example.com", f"{code} happened.", (), fix)


def test_the_worst_finding_with_a_fix_leads() -> None:
    bare, mended = finding("a"), finding("b", fix="do it")
    mild = finding("c", Verdict.WARNING, "or this")
    assert leading(judged(bare, mended, mild)) is mended
    assert leading(judged(bare, mild)) is bare
    assert leading(judged()) is None


def test_the_verdict_on_parity_leads_only_where_nothing_else_spoke() -> None:
    parity = finding("parity-verdict", fix="see below")
    other = finding("a")
    assert leading(judged(parity, other)) is other
    assert leading(judged(parity)) is parity
    assert beside(judged(parity, other), other) == []


def test_what_mends_the_first_divergence_leads() -> None:
    parity = finding("parity-verdict", fix="open the port")
    worse, first = finding("a", fix="something else"), finding("b", Verdict.WARNING, "open the port")
    assert leading(judged(parity, worse, first)) is first


def test_a_note_is_what_is_ok_and_not_said_elsewhere() -> None:
    note, said = finding("n", Verdict.OK), finding("parity-verdict", Verdict.OK)
    assert worth_a_note([finding("a"), note, said]) == [note]


def test_indented_lines_of_a_fix_are_there_to_be_copied() -> None:
    assert fix_lines("Do this:\n  a\nor:\n  b") == [("Do this:", False), ("  a", True), ("or:", False), ("  b", True)]
    assert fix_lines("a\nb") == [("a", True), ("b", True)]
    assert fix_lines("Let it pass, and no more.") == [("Let it pass, and no more.", False)]
    assert fix_lines("MX 10 mx1.example.com.") == [("MX 10 mx1.example.com.", True)]
