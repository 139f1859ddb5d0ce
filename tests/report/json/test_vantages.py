import json

from probe.judge import judge
from probe.judge.contrast.merge import merge
from probe.report.json.vantages import render
from tests.builders import healthy
from tests.judge.contrast.test_diff import DEAD6


def test_what_a_program_reads() -> None:
    found = json.loads(render(merge([judge(healthy()), judge(DEAD6)])))
    assert (found["schema"], found["verdict"], found["target"]) == ("probe6.merged/1", "critical", "example.com")
    assert [item["verdict"] for item in found["places"]] == ["ok", "critical"]
    assert found["places"][0]["started"] == "2026-11-22T18:00:12.123456Z"
    assert found["families"][0]["states"] == ["works", "broken"]
    apart = [item for item in found["traits"] if not item["same"]]
    assert [(item["stage"], item["values"]) for item in apart] == [("connect", ["connected", "refused"])]
    assert [(item["code"], item["places"]) for item in found["findings"]] == [("tcp-refused", [1])]
