"""``probe6 lab``: the list, and a scenario kept running for other clients."""

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from probe.lab.scenarios import SCENARIOS
from tests.apart import apart, beside, obstacle
from tests.cli.conftest import Probe6


def test_the_list_names_every_scenario_with_what_it_must_yield(probe6: Probe6) -> None:
    ran = probe6("lab", "--list")
    assert (ran.status, ran.err) == (0, "")
    header, *rows = ran.out.splitlines()
    assert header.split()[:3] == ["scenario", "verdict", "parity"]
    found = {row.split()[0]: row.split(maxsplit=3)[1:] for row in rows}
    assert found == {name: [item.verdict, item.parity, item.title] for name, item in SCENARIOS.items()}


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "lab --list prints the scenarios; lab SCENARIO --serve keeps one running"),
        (["--serve"], "lab --list prints the scenarios; lab SCENARIO --serve keeps one running"),
        (["healthy"], "lab healthy: add --serve to keep it running; probe6 demo healthy measures it"),
        (["helthy", "--serve"], '"helthy" is not a scenario; nearest: healthy'),
        (["xyzzy", "--serve"], '"xyzzy" is not a scenario; see probe6 lab --list'),
        (["--list", "--serve"], "lab --list prints the scenarios; lab SCENARIO --serve keeps one running"),
        (["healthy", "--sevre"], "unknown option --sevre; nearest: --serve"),
    ],
)
def test_wrong_usage(probe6: Probe6, words: list[str], line: str) -> None:
    ran = probe6("lab", *words)
    assert (ran.status, ran.out, ran.err) == (3, "", f"probe6: {line}\n")


@pytest.mark.real
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_served_scenario_says_how_to_probe_it_and_ends_when_told(number: signal.Signals, tmp_path: Path) -> None:
    reason = obstacle()
    if reason is not None:
        pytest.skip(reason)
    words = apart([sys.executable, "-m", "probe", "lab", "healthy", "--serve"])
    # In a namespace, for the servers of its zones have addresses that no --connect-to leads elsewhere.
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    ) as process:
        try:
            command = last_line(process)
            done = subprocess.run(
                beside(process.pid, [sys.executable, "-m", "probe", *command[1:], "--format", "json"]),
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
        finally:
            process.send_signal(number)
        assert process.wait(120) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    report = json.loads(done.stdout)
    assert report["queries"] > 0
    assert [host["host"] for host in report["mx"]] == ["mx1.example.com"]
    assert {item["family"]: item["arrived"] for item in report["deliveries"]} == {"ipv6": True, "ipv4": True}
    assert list(tmp_path.iterdir()) == []


def last_line(process: "subprocess.Popen[str]") -> list[str]:
    """The command line it offers, which comes last."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("probe6 check "):
            return shlex.split(line)
    raise AssertionError("it never said how to probe it")
