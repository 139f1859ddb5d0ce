"""Every scenario through the whole job: the findings it must yield, and no others above ok."""

import json

import pytest
from jsonschema import Draft202012Validator

from probe.api import formats, judge, load, render, save, schema
from probe.lab.scenarios import SCENARIOS
from probe.model.words import Verdict

from .conftest import Told


@pytest.fixture(scope="module")
def schemas() -> dict[str, Draft202012Validator]:
    return {kind: Draft202012Validator(schema(kind)) for kind in ("report", "measurement")}


@pytest.mark.parametrize("name", SCENARIOS)
def test_finds_what_is_wrong_and_nothing_else(name: str, told: Told) -> None:
    scenario, report = SCENARIOS[name], told(name)
    found = {(finding.code, finding.family) for finding in report.findings if finding.verdict is not Verdict.OK}
    assert found == set(scenario.findings)
    assert {finding.code for finding in report.findings if finding.verdict is Verdict.OK} >= scenario.notes
    assert (report.parity, report.verdict) == (scenario.parity, scenario.verdict)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_report_of_it_can_be_read_anywhere(name: str, told: Told, schemas: dict[str, Draft202012Validator]) -> None:
    report = told(name)
    text = render([report], "text", transcript=True, verbose=1)
    assert all(line.isprintable() for line in text.split("\n"))
    assert report.verdict.value in text.lower()
    document = json.loads(render([report], "json"))
    assert (document["verdict"], document["parity"]) == (report.verdict, report.parity)
    assert all(render([report], name) for name in formats())
    assert list(schemas["report"].iter_errors(document)) == []
    assert list(schemas["measurement"].iter_errors(json.loads(save(report.measurement)))) == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_saved_measurement_is_judged_the_same(name: str, told: Told) -> None:
    measurement = told(name).measurement
    again = load(save(measurement))
    assert again == measurement
    assert judge(again) == told(name)


def test_a_finding_above_ok_says_how_to_mend_it(told: Told) -> None:
    silent = {
        (name, finding.code)
        for name in SCENARIOS
        for finding in told(name).findings
        if finding.verdict is not Verdict.OK and not finding.fix and finding.code != "parity-verdict"
    }
    assert silent == set()


@pytest.mark.parametrize("name", SCENARIOS)
def test_formats_of_yes_and_no_agree_with_the_verdict(name: str, told: Told) -> None:
    """A monitoring system that looks at one number must not be told that all is well when it is not, nor the other."""
    report = told(name)
    metrics = render([report], "prometheus").splitlines()
    success = [line.endswith(" 1") for line in metrics if line.startswith("probe_success{")]
    data = render([report], "nagios").partition("\n")[0].partition("|")[2].split()
    assert [item.endswith("_ok=1;;;0;1") for item in data if "_ok=" in item] == success
    cases = render([report], "junit")
    match report.verdict:
        case Verdict.OK:
            assert all(success)
            assert "<failure" not in cases
        case Verdict.CRITICAL:
            assert not all(success)
            assert "<failure" in cases
        case Verdict.WARNING:
            assert "<failure" in cases
        case Verdict.UNKNOWN:
            assert "<failure" not in cases
            assert "<skipped" in cases
