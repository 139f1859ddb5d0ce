from collections import Counter
from pathlib import Path

import pytest

from probe.judge import judge
from probe.report.markdown import render
from tests.report import measurements
from tests.report.markdown.test_escape import flat

GOLDEN = Path(__file__).parents[1] / "golden"
OURS = {
    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text", "text_special"),
    *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "code_inline", "fence"),
    *("table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close", "tr_open", "tr_close"),
    *("th_open", "th_close", "td_open", "td_close", "strong_open", "strong_close", "html_block"),
}


@pytest.mark.parametrize("name", measurements.NAMES)
def test_golden(name: str, regenerate: bool) -> None:
    out = render([measurements.report(name)])
    path = GOLDEN / f"{name}.md"
    if regenerate:
        path.write_text(out, encoding="utf-8")
    assert out == path.read_text(encoding="utf-8")


def test_the_finding_and_its_fix_come_before_the_table() -> None:
    out = render([measurements.report("refused")])
    assert out.startswith("## ❌ `example.com`: CRITICAL, ipv6-broken\n\n")
    fix = out.index(
        "```text\npostconf -e 'inet_protocols = all' 'inet_interfaces = all'\npostfix stop && postfix start\n```"
    )
    assert fix < out.index("| | IPv6 | | IPv4 |")
    assert "| connect | ❌ refused | ≠ | ok, 12 ms |" in out


@pytest.mark.parametrize("text", [measurements.HOSTILE, measurements.RAW, measurements.MARKUP, "\n# H\n\n---\n|a|b|\n"])
def test_hostile_text_opens_nothing(text: str) -> None:
    tokens = flat(render([measurements.hostile_throughout(text)], transcript=True))
    quiet = flat(render([measurements.hostile_throughout("a")], transcript=True))
    counts, wanted = (Counter(token.type for token in found) for found in (tokens, quiet))
    assert set(counts) <= OURS
    for kind in ("heading_open", "table_open", "td_open", "list_item_open", "fence", "html_block", "strong_open"):
        assert counts[kind] == wanted[kind], kind
    blocks = [token.content for token in tokens if token.type == "html_block"]
    assert all(block.startswith(("<details><summary>", "</details>")) and block.count("<") < 5 for block in blocks)


def test_a_transcript_is_there_on_demand_and_redacted() -> None:
    report = measurements.report("delivered")
    assert "S: 220 mx1" not in render([report])
    out = render([report], transcript=True)
    assert "   0.012   S: 220 mx1.example.com ESMTP Postfix (Debian/GNU)" in out
    assert "Subject: probe6 test" in out
    hidden = render([report], transcript=True, redact=True)
    assert "Subject: probe6 test" not in hidden
    assert "jane" not in hidden
    assert "(internal hop)" in hidden


def test_several_reports_and_none() -> None:
    out = render([judge(measurements.report(name).measurement) for name in ("healthy", "refused")])
    assert out.startswith(
        "# ❌ 2 targets: CRITICAL\n\n- ✅ `example.com`: ok, equal\n- ❌ `example.com`: critical, ipv6-broken\n\n## ✅"
    )
    assert out.count("\n## ") == 2
    assert render([]) == ""


def test_what_senders_meet_and_whether_one_machine_answers() -> None:
    out = render([judge(measurements.report("refused").measurement)])
    assert "### What senders meet\n\n- " in out
    assert "\n\nMachines: same: " in render([judge(measurements.report("healthy").measurement)])
