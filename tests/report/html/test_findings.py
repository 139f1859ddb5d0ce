from dataclasses import replace

from probe.judge import manuals
from probe.model.report import Finding
from probe.report._shown.private import privacy
from probe.report.html.findings import EVIDENCE, card, manual, notes
from probe.report.html.markup import Pen
from tests.report import measurements

PEN = Pen(privacy(measurements.report("healthy"), redact=False), redact=False)


def drawn(finding: Finding) -> str:
    return "\n".join(card(finding, PEN))


def test_a_card_says_what_where_and_how_to_mend_it() -> None:
    out = drawn(measurements.REFUSED)
    assert '<article class="card finding tone-critical">' in out
    assert '<span class="family ipv6">IPv6</span>' in out
    assert "<h3>mx1.example.com [2001:db8::25]</h3>" in out
    assert out.index("Nothing listens") < out.index("<dt>seen</dt>") < out.index("<h4>Fix</h4>")


def test_lines_to_copy_stand_together_and_alone() -> None:
    fix = "Open the port:\n  nft add rule a\n  nft add rule b\nIn the cloud:\n  look at its console"
    out = drawn(replace(measurements.REFUSED, fix=fix))
    assert "<p>Open the port:</p>\n<pre>nft add rule a\nnft add rule b</pre>\n<p>In the cloud:</p>" in out


def test_evidence_is_counted_where_it_is_long() -> None:
    many = tuple(f"line {number}" for number in range(EVIDENCE + 3))
    assert "and 3 more" in drawn(replace(measurements.REFUSED, evidence=many))


def test_what_is_not_there_leaves_no_trace() -> None:
    out = drawn(replace(measurements.REFUSED, evidence=(), see=None, fix=None, family=None))
    assert "<dl>" not in out
    assert "Fix" not in out
    assert "IPv6</span>" not in out


def test_notes_are_a_list() -> None:
    out = "\n".join(notes([measurements.NO_PTR], PEN))
    assert out.count("<li>") == 1
    assert "dns-mx-ptr" in out


def test_a_manual_is_whole() -> None:
    for page in manuals():
        out = "\n".join(manual(page, PEN))
        assert [out.count(f"<h4>{name}</h4>") for name in ("WHY", "FINDS", "FIX", "SEE")] == [1, 1, 1, 1]
        assert all(code in out for code, _ in page.codes)
