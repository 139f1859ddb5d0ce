from probe.judge import judge
from probe.judge.contrast.merge import merge
from probe.report.markdown.vantages import render
from tests.builders import V4, V6, both, greeting, healthy
from tests.judge.contrast.test_diff import DEAD6
from tests.report.markdown.test_escape import flat


def test_a_table_with_a_column_for_each_place() -> None:
    out = render(merge([judge(healthy()), judge(DEAD6)]))
    assert out.startswith("## ❌ `example.com`: CRITICAL, from 2 places\n\n1. 2026-11-22 18:00 UTC")
    assert "| family | from 1 | from 2 |\n|---|---|---|\n| IPv6 | works | broken |" in out
    assert "| mx1.example.com | IPv6 | connect | connected | refused |" in out
    assert "`tcp-refused` IPv6, `mx1.example.com [2001:db8::25]`: seen from 2 alone" in out


def test_a_banner_opens_no_cell() -> None:
    def cells(text: str) -> int:
        hostile = both(greeting(V6, text), greeting(V4, text))
        return [token.type for token in flat(render(merge([judge(healthy()), judge(hostile)])))].count("td_open")

    assert cells("a|b ESMTP") == cells("ab ESMTP")
