from dataclasses import replace

from probe.judge import judge
from probe.judge.contrast.diff import diff
from probe.report._shown.private import privacy
from probe.report.markdown.asked import expectations, name_servers, since, what_it_sends
from probe.report.markdown.escape import Scribe
from tests.builders import healthy
from tests.judge.checks.servers import world
from tests.judge.contrast.test_diff import DEAD6
from tests.report.text.test_outgoing import BOX

REPORT = judge(healthy())
SCRIBE = Scribe(privacy(REPORT, redact=False))


def test_nothing_asked_nothing_shown() -> None:
    for section in (what_it_sends, name_servers, expectations, since):
        assert list(section(replace(REPORT, outbox=None), SCRIBE)) == []


def test_servers_stand_under_their_zone() -> None:
    opening, lines, closing = name_servers(judge(world([])), SCRIBE)
    assert (opening, closing) == ("<details><summary>Name servers</summary>", "</details>")
    assert lines.startswith("- zone example.com: 2 name servers\n    - ns1.example.net \\[")


def test_a_line_for_each_change() -> None:
    _, lines = since(replace(REPORT, changes=diff(REPORT, judge(DEAD6))), SCRIBE)
    assert "- ❌ worse: IPv6 mx1.example.com connect: connected -&gt; refused" in lines.split("\n")


def test_a_record_opens_no_markup() -> None:
    _, lines = what_it_sends(replace(REPORT, outbox=replace(BOX, dmarc="[a](b)", senders=())), SCRIBE)
    assert "- DMARC: p=\\[a\\](b)" in lines.split("\n")
