from dataclasses import replace

from probe.model.plan import Step
from probe.report.markdown.plan import render
from tests.report.text.test_plan import READY, WAITING


def test_task_boxes() -> None:
    lines = render(READY).splitlines()
    assert lines[0] == "# add-ipv6 example.com: ok"
    assert "- [x] mail over IPv4 works today" in lines
    assert sum(line.startswith("- [ ] ") and "**(change)**" in line for line in lines) == 1
    assert "      mx1.example.com. AAAA IPV6-ADDRESS" in lines
    assert any("not before 2026-11-23" in line for line in render(WAITING).splitlines())


def test_foreign_text_stays_text() -> None:
    step = Step("<b>*x*</b>", READY.steps[0].progress, "[a](http://x) @team")
    out = render(replace(READY, steps=(step,)))
    assert "<b>" not in out
    assert "[a](" not in out
    assert "@team" not in out
