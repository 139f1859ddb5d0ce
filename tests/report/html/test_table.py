import re

import pytest

from probe.judge import judge
from probe.model.report import Report
from probe.report._shown.private import privacy
from probe.report.html.markup import Pen
from probe.report.html.table import table
from tests.report import measurements


def drawn(report: Report, host: int = 0) -> str:
    pen = Pen(privacy(report, redact=False), redact=False)
    return "\n".join(table(report, report.measurement.resolved.hosts[host], pen))


def different(out: str) -> list[str]:
    return re.findall(r'class="differs"><th scope="row" role="rowheader">(.*?)</th>', out)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("healthy", []),
        ("refused", ["connect ≠"]),
        ("lost", ["arrival ≠"]),
        ("hostile", ["banner ≠"]),
    ],
)
def test_rows_that_differ_stand_out(name: str, rows: list[str]) -> None:
    assert different(drawn(measurements.report(name)))[:1] == rows


def test_what_differs_is_said_where_the_cells_do_not_show_it() -> None:
    assert different(drawn(measurements.report("two-hosts")))[:2] == ["connect ≠", "addresses that answer"]
    assert different(drawn(measurements.report("two-hosts"), 1))[:2] == ["ehlo ≠", "STARTTLS"]


def test_a_verdict_is_seen_and_heard() -> None:
    out = drawn(measurements.report("refused"))
    cell = '<td role="cell" class="critical"><span class="sign" role="img" aria-label="failed">✕</span> refused'
    assert cell in out
    assert '<td role="cell" class="none">-</td>' in out


def test_the_caption_names_the_host_and_where_it_comes_from() -> None:
    assert "<h3>MX mx1.example.com</h3>" in drawn(measurements.report("refused"))
    assert "preference 10" in drawn(measurements.report("refused"))
    assert "no MX record" in drawn(measurements.report("implicit"))


def test_addresses_stand_in_pairs() -> None:
    out = drawn(measurements.report("two-hosts"), 1)
    assert out.count("<tbody") == 2
    assert out.count("2001:db8:2::26") == 1


def test_a_family_that_is_not_published_says_so() -> None:
    assert "none published" in drawn(measurements.report("absent"))


def test_whether_one_machine_answers_stands_beneath() -> None:
    report = judge(measurements.report("healthy").measurement)
    assert '<p class="soft machines">machines: same: ' in drawn(report)
