"""Every scenario through the whole job: the findings it must yield, and no others above ok."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from probe.api import formats, judge, load, measure, render, save, schema
from probe.lab.scenarios import SCENARIOS
from probe.lab.world import world
from probe.measure import awake
from probe.model.report import Report
from probe.model.words import Verdict


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    """All scenarios at once: each is a world of its own."""

    async def one(name: str, directory: Path) -> Report:
        async with world(SCENARIOS[name], directory) as place:
            found = await measure(
                place.target, place.settings, network=place.network, secrets=place.secrets, memory=place
            )
            return judge(found)

    async def every() -> dict[str, Report]:
        found: dict[str, Report] = {}
        for name in SCENARIOS:  # one after the other: beside forty others a scenario of milliseconds would look slow
            found[name] = await one(name, tmp_path_factory.mktemp(name))
        return found

    return awake.run(every())


@pytest.fixture(scope="module")
def schemas() -> dict[str, Draft202012Validator]:
    return {kind: Draft202012Validator(schema(kind)) for kind in ("report", "measurement")}


@pytest.mark.parametrize("name", SCENARIOS)
def test_finds_what_is_wrong_and_nothing_else(name: str, reports: dict[str, Report]) -> None:
    scenario, report = SCENARIOS[name], reports[name]
    told = {(finding.code, finding.family) for finding in report.findings if finding.verdict is not Verdict.OK}
    assert told == set(scenario.findings)
    assert {finding.code for finding in report.findings if finding.verdict is Verdict.OK} >= scenario.notes
    assert (report.parity, report.verdict) == (scenario.parity, scenario.verdict)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_report_of_it_can_be_read_anywhere(
    name: str, reports: dict[str, Report], schemas: dict[str, Draft202012Validator]
) -> None:
    report = reports[name]
    text = render([report], "text", transcript=True, verbose=1)
    assert all(line.isprintable() for line in text.split("\n"))
    assert report.verdict.value in text.lower()
    document = json.loads(render([report], "json"))
    assert (document["verdict"], document["parity"]) == (report.verdict, report.parity)
    assert all(render([report], name) for name in formats())
    assert list(schemas["report"].iter_errors(document)) == []
    assert list(schemas["measurement"].iter_errors(json.loads(save(report.measurement)))) == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_saved_measurement_is_judged_the_same(name: str, reports: dict[str, Report]) -> None:
    measurement = reports[name].measurement
    again = load(save(measurement))
    assert again == measurement
    assert judge(again) == reports[name]


def test_a_finding_above_ok_says_how_to_mend_it(reports: dict[str, Report]) -> None:
    silent = {
        (name, finding.code)
        for name, report in reports.items()
        for finding in report.findings
        if finding.verdict is not Verdict.OK and not finding.fix and finding.code != "parity-verdict"
    }
    assert silent == set()


@pytest.mark.parametrize("name", SCENARIOS)
def test_formats_of_yes_and_no_agree_with_the_verdict(name: str, reports: dict[str, Report]) -> None:
    """A monitoring system that looks at one number must not be told that all is well when it is not, nor the other."""
    report = reports[name]
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
