from dataclasses import replace

from probe.judge import judge
from probe.judge.contrast.diff import diff
from probe.report.html.asked import expectations, name_servers, since, what_it_sends
from tests.builders import healthy
from tests.judge.checks.servers import world
from tests.report.html.test_seen import pen
from tests.report.text.test_outgoing import BOX


def test_nothing_asked_nothing_shown() -> None:
    report = judge(healthy())
    for section in (what_it_sends, name_servers, expectations, since):
        assert list(section(replace(report, outbox=None), pen(report))) == []


def test_the_names_servers_are_folded() -> None:
    report = judge(world([]))
    out = "\n".join(name_servers(report, pen(report)))
    assert "<details><summary>" in out
    assert "<li>zone example.com: 2 name servers</li>" in out
    assert "<li class=inner>ns1.example.net [" in out


def test_a_record_opens_no_tag() -> None:
    report = judge(healthy())
    out = "\n".join(what_it_sends(replace(report, outbox=replace(BOX, dmarc="<b>", senders=())), pen(report)))
    assert "p=&lt;b&gt;" in out


def test_no_change_needs_no_list() -> None:
    same = judge(healthy())
    out = "\n".join(since(replace(same, changes=diff(same, same)), pen(same)))
    assert out == "<h2>Since 2026-11-22 18:00 UTC (baseline): nothing changed</h2>"
