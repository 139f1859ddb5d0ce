from dataclasses import replace
from datetime import timedelta

import pytest

from probe.judge import judge
from probe.model.memory import Greeted
from probe.model.report import Report
from probe.model.settings import Settings
from probe.model.words import Family
from probe.report._shown.private import privacy
from probe.report._shown.senders import worth_saying
from probe.report.html.markup import Pen
from probe.report.html.seen import facts, senders, states
from tests.report import measurements


def pen(report: Report) -> Pen:
    return Pen(privacy(report, redact=False), redact=False)


@pytest.mark.parametrize(
    ("name", "ipv6", "ipv4"),
    [
        ("healthy", ("works", "up to rcpt, 1 address"), ("works", "up to rcpt, 1 address")),
        ("refused", ("broken", "connect: refused"), ("works", "up to rcpt, 1 address")),
        ("lost", ("broken", "message not arrived"), ("works", "up to data, 1 address")),
        ("untestable", ("not tested", "connect: no route"), ("works", "up to rcpt, 1 address")),
        ("absent", ("absent", "no address is published"), ("broken", "connect: prohibited")),
        ("no-mail", ("no mail", "the domain takes no mail"), ("no mail", "the domain takes no mail")),
    ],
)
def test_each_family_in_a_word(name: str, ipv6: tuple[str, str], ipv4: tuple[str, str]) -> None:
    report = measurements.report(name)
    first, second = "\n".join(states(report, pen(report))).split('<div class="ipv4">')
    for box, (word, more) in ((first, ipv6), (second, ipv4)):
        assert f"</span> {word}</span>" in box
        assert f'<p class="soft">{more}</p>' in box


def test_a_family_nobody_asked_for_says_so() -> None:
    report = measurements.report("healthy")
    report = replace(report, measurement=replace(report.measurement, settings=Settings(families=(Family.IPV4,))))
    assert "not asked for" in "\n".join(states(report, pen(report)))


def test_a_reader_far_away_knows_where_it_was_seen_from() -> None:
    report = measurements.report("untestable")
    out = "\n".join(facts(report, pen(report)))
    assert "not usable: no route to 2001:db8::25: network is unreachable" in out
    assert "<dd>10.0.0.9, behind NAT, port 25 proven</dd>" in out
    assert f"9 queries, 2 connections, engine {report.measurement.engine}, 0.6 s" in out
    assert "2026-11-22 18:00:12 UTC, probe6 0.1.0" in out
    assert "No message was sent. To prove delivery over each family: <code>probe6 user@example.com --proof" in out
    assert "example.com A 192.0.2.25" in "\n".join(facts(measurements.report("implicit"), pen(report)))


def test_a_proof_of_an_earlier_run_is_named() -> None:
    report = measurements.report("healthy")
    at = measurements.STARTED - timedelta(hours=3)
    greeted = Greeted(Family.IPV6, "2001:db8::9", "mx.<b>.example", "2001:db8:5::25", at)
    out = "\n".join(facts(replace(report, port25_by=((Family.IPV6, greeted),)), pen(report)))
    assert "port 25 proven 3 h ago by mx.&lt;b&gt;.example" in out


def test_what_senders_meet_is_said_where_one_notices() -> None:
    report = judge(measurements.report("refused").measurement)
    assert report.senders
    out = "\n".join(senders(report, pen(report)))
    assert "<h2>What senders meet</h2>" in out
    assert out.count("<dt>") == sum(map(worth_saying, report.senders)) > 0
    healthy = judge(measurements.report("healthy").measurement)
    assert list(senders(healthy, pen(healthy))) == []
