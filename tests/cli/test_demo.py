"""``probe6 demo``: the whole job, from the words of the command line to the report."""

import json

import pytest

from probe.cli import demo, lab
from probe.lab.scenarios import SCENARIOS
from probe.model.words import Verdict
from tests.cli.conftest import Probe6


def test_all_is_well_by_default(probe6: Probe6) -> None:
    ran = probe6("demo")
    assert ran.status == 0
    first, second = ran.err.splitlines()
    assert first == f"demo healthy: {SCENARIOS['healthy'].title}"
    assert second == "Every address is a documentation address, played on loopback; nothing leaves this machine."
    assert "arrived" in ran.out
    assert "2001:db8:" in ran.out
    assert "127.0.0.1" not in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


@pytest.mark.parametrize("name", ["v6-refused", "v6-blackhole", "no-aaaa", "wrong-certificate-v6"])
def test_the_exit_status_is_the_verdict_the_scenario_promises(probe6: Probe6, name: str) -> None:
    ran = probe6("demo", name, "--format", "json")
    report = json.loads(ran.out)
    scenario = SCENARIOS[name]
    assert ran.status == scenario.verdict.exit_status
    assert (report["verdict"], report["parity"]) == (scenario.verdict, scenario.parity)
    bad = {(item["code"], item["family"]) for item in report["findings"] if item["verdict"] != Verdict.OK}
    assert bad == set(scenario.findings)


def test_a_severity_changes_the_exit_status(probe6: Probe6) -> None:
    words = [f"--severity={code}=ok" for code, _ in SCENARIOS["no-aaaa"].findings if code != "parity-verdict"]
    assert probe6("demo", "no-aaaa", *words, "--severity", "ipv6-absent=ok").status == 0


def test_quiet_is_quiet(probe6: Probe6) -> None:
    ran = probe6("demo", "healthy", "--quiet")
    assert (ran.status, ran.out, ran.err) == (0, "", "")


def test_the_transcript_is_shown_when_asked_for(probe6: Probe6) -> None:
    assert "STARTTLS" in probe6("demo", "--transcript").out


@pytest.mark.parametrize("page", [demo._EXAMPLES, lab._EXAMPLES])
def test_the_examples_name_scenarios_that_exist(page: str) -> None:
    named = [line.split()[2] for line in page.splitlines() if line.startswith(("  probe6 demo ", "  probe6 lab "))]
    assert {name for name in named if name.isascii() and "-" in name and not name.startswith("-")} <= set(SCENARIOS)
