from pathlib import Path

import pytest

from probe.judge import judge
from probe.report.html import render
from probe.report.html.configuration import configuration
from tests.builders import healthy
from tests.configurations import LISTENERS, MAIN, MASTER, audited, here, machine
from tests.report.html.browser import asked, shown
from tests.report.html.test_html import strict
from tests.report.html.test_seen import pen

IPV4 = audited(
    here(
        f"{MAIN}inet_protocols = ipv4\n",
        f"{MASTER}submission inet n - y - - smtpd\n",
        machine=machine(listeners=LISTENERS[1:]),
    )
)


def test_three_columns_under_their_heads() -> None:
    report = judge(IPV4)
    out = "\n".join(configuration(report, pen(report)))
    for head in ("effective", "listening", "published"):
        assert f'<th scope="col" role="columnheader">{head}</th>' in out
    assert '<span class="family ipv6">IPv6</span>' in out
    assert "</span>2001:db8:25::25</td>" in out
    assert "<dt>inet_protocols</dt><dd><code>ipv4</code>" in out


def test_a_probe_without_an_audit_has_no_such_section() -> None:
    report = judge(healthy())
    assert list(configuration(report, pen(report))) == []


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x>', "a\nb"])
def test_a_file_opens_nothing(text: str) -> None:
    strict(render([judge(audited(here(MAIN, place=text, version=text)))]))


def test_the_table_fits_a_phone(tmp_path: Path) -> None:
    page = render([judge(IPV4)])
    wide = asked(page, "return document.documentElement.scrollWidth;", tmp_path, width=360)
    assert wide <= 360
    assert shown(page, tmp_path)[1] == ""
