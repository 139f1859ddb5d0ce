import json
from dataclasses import replace

from probe.judge import judge
from probe.judge.contrast.diff import diff, side_by_side
from probe.model.report import JudgeOptions
from probe.model.words import Failure, Stage
from probe.report.json import render as report
from probe.report.json.changes import document, render
from tests.builders import broken, healthy, stopped

DEAD6 = broken(stopped(Stage.CONNECT, failure=Failure.REFUSED))


def test_what_a_program_reads() -> None:
    found = json.loads(render(diff(judge(healthy()), judge(DEAD6))))
    assert (found["schema"], found["verdict"], found["broke"]) == ("probe6.changes/1", "critical", ["ipv6"])
    assert found["before"]["started"] == "2026-11-22T18:00:12.123456Z"
    assert found["changes"][1] == {
        "direction": "worse",
        "family": "ipv6",
        "subject": "mx1.example.com",
        "stage": "connect",
        "what": "outcome",
        "before": "connected",
        "after": "refused",
    }
    assert found["rows"] == []


def test_rows_of_a_comparison() -> None:
    found = json.loads(render(side_by_side(judge(healthy()), judge(DEAD6))))
    row = next(item for item in found["rows"] if (item["family"], item["stage"]) == ("ipv6", "banner"))
    assert (row["before"], row["after"], row["direction"]) == ("220", None, None)


def test_a_report_carries_them_only_with_a_baseline() -> None:
    with_baseline = json.loads(report([judge(DEAD6, JudgeOptions(baseline=healthy()))]))
    assert with_baseline["changes"]["broke"] == ["ipv6"]
    assert json.loads(report([judge(DEAD6)]))["changes"] is None


def test_redacted() -> None:
    given = healthy()
    named = replace(given, target=replace(given.target, text="secret@example.com"))
    assert "secret" not in json.dumps(document(diff(judge(named), judge(named)), redact=True))
