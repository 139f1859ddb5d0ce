import json

import pytest

from probe.report.json import document
from probe.report.jsonl import render
from tests.report import measurements


def test_a_line_is_the_json_report_of_one_target() -> None:
    reports = [measurements.report(name) for name in measurements.NAMES]
    lines = render(reports).split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == [document(report) for report in reports]


def test_nothing_is_no_line() -> None:
    assert render([]) == ""


@pytest.mark.parametrize("text", [measurements.HOSTILE, measurements.RAW, measurements.MARKUP, "a\nb\r\u2028c"])
def test_no_server_ends_a_line(text: str) -> None:
    out = render([measurements.hostile_throughout(text)])
    assert len(out.splitlines()) == 1
    assert json.loads(out)["target"] == "example.com"


def test_redacting_is_that_of_json() -> None:
    report = measurements.report("delivered")
    assert json.loads(render([report], redact=True)) == document(report, redact=True)
