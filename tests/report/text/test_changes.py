from dataclasses import replace

import pytest

from probe.grammar.text import columns
from probe.judge import judge
from probe.judge.contrast.diff import diff, side_by_side
from probe.model.change import Changes
from probe.model.report import JudgeOptions
from probe.model.words import Failure, Stage
from probe.report.text.changes import render, since
from probe.report.text.layout import Paper
from tests.builders import V4, V6, both, broken, greeting, healthy, no_starttls, session, stopped

DEAD6 = broken(stopped(Stage.CONNECT, failure=Failure.REFUSED))

DIFF = """\
example.com  x CRITICAL
  Mail over IPv6 worked and does not any more; 2 worse.

  before  2026-11-22 18:00 UTC example.com: ok, equal
          Mail over IPv6 works as over IPv4, up to rcpt.
  after   2026-11-22 18:00 UTC example.com: critical, ipv6-broken
          IPv6 is broken at connect: mx1.example.com [2001:db8::25] refuses
          connections on port 25 over IPv6; IPv4 works.

Worse
  x IPv6  example.com mail: works -> broken
  x IPv6  mx1.example.com connect: connected -> refused
"""


def test_golden() -> None:
    assert render(diff(judge(healthy()), judge(DEAD6))) == DIFF


def test_nothing_changed() -> None:
    out = render(diff(judge(healthy()), judge(healthy())))
    assert out.startswith("example.com  + OK\n  Nothing changed.\n")
    assert "Worse" not in out


def compared() -> Changes:
    return side_by_side(judge(healthy()), judge(both(no_starttls(V6), session(V4))))


def test_side_by_side_shows_what_is_alike_too() -> None:
    lines = render(compared()).splitlines()
    rows = {" ".join(line.split()) for line in lines}
    assert "connect connected connected" in rows
    assert "x starttls TLS not-offered" in rows
    assert "starttls TLS version TLSv1.3 -" in rows
    assert sum(line.startswith(("IPv6 ", "IPv4 ")) for line in lines) == 2


@pytest.mark.parametrize("width", [60, 80, 132])
def test_every_line_fits_whatever_a_server_says(width: int) -> None:
    hostile = both(greeting(V6, "a" * 200 + ".example.com ESMTP"), greeting(V4, "\x1b[2J\n郵" * 40))
    for changes in (diff(judge(healthy()), judge(hostile)), side_by_side(judge(hostile), judge(healthy()))):
        out = render(changes, width=width)
        assert all(line.isprintable() and columns(line) <= width for line in out.split("\n"))


def test_ink_adds_nothing_but_ink() -> None:
    assert "\x1b[" in render(compared(), color=True)
    assert "\x1b[" not in render(compared())


def test_a_report_says_what_changed_since_its_baseline() -> None:
    paper = Paper()
    assert list(since(judge(healthy()), paper)) == []
    same = judge(healthy(), JudgeOptions(baseline=healthy()))
    assert list(since(same, paper)) == ["", "Since 2026-11-22 18:00 UTC (baseline): nothing changed"]
    worse = replace(same, changes=diff(judge(healthy()), judge(DEAD6)))
    assert "  x IPv6  mx1.example.com connect: connected -> refused" in list(since(worse, paper))


def test_redacted() -> None:
    given = healthy()
    named = replace(given, target=replace(given.target, text="secret@example.com"))
    out = render(diff(judge(named), judge(named)), redact=True)
    assert "secret" not in out
