import json

from probe.report.json.plan import render
from tests.report.text.test_plan import READY, WAITING


def test_what_a_program_reads() -> None:
    found = json.loads(render(READY))
    assert (found["schema"], found["kind"], found["verdict"]) == ("probe6.plan/1", "add-ipv6", "ok")
    assert found["next"] == "publish AAAA, on the least used MX host first"
    assert [step["change"] for step in found["steps"]].count(True) == 1
    assert json.loads(render(WAITING))["earliest"] == "2026-11-23T06:00:12.123456Z"
