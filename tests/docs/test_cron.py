"""The ready-made files, each read by the program it is for."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest

from probe.__main__ import main
from probe.cli import check
from probe.cli.parts.parser import Parser
from probe.config import read
from probe.model.report import Report
from probe.model.words import Stage
from probe.report.prometheus import render
from tests.report import measurements

ROOM = Path(__file__).parents[2] / "docs" / "cron"
RUN = ["probe6.cron", "probe6.service", "probe6-nagios.cfg", "gitlab-ci.yml", "github-workflow.yml"]
COMMAND = re.compile(r"\b(?:probe6 check|check_probe6) (.*)$", re.MULTILINE)


def text(name: str) -> str:
    return (ROOM / name).read_text(encoding="utf-8")


def test_every_file_is_in_the_table() -> None:
    told = set(re.findall(r"`([a-z0-9-]+\.[a-z]+)`", text("README.md")))
    assert {path.name for path in ROOM.iterdir()} - {"README.md"} <= told


@pytest.mark.parametrize("name", RUN)
def test_every_command_line_is_understood(name: str) -> None:
    found = COMMAND.findall(text(name))
    assert found
    for words in found:
        line = words.replace("${STATE_DIRECTORY}", "/var/lib/probe6").replace("$ARG1$", "-4").replace("$HOST", "a.b")
        parser = Parser("probe6 check", "")
        check.configure(parser)
        parser.read(shlex.split(line.replace("$", "")))


def test_the_configuration_is_read_to_its_last_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(read(text("probe6.toml"), "probe6.toml").targets) == 3
    path, seen = tmp_path / "probe6.toml", []
    path.write_text(text("probe6.toml"))
    monkeypatch.setattr(check, "measure_all", lambda jobs, _: [job.settings.until for job in jobs])
    monkeypatch.setattr(check, "_conclude", lambda _task, found, *_, **__: seen.extend(found) or 0)
    assert main(["check", "--config", str(path), "--no-state"]) == 0
    assert seen == [Stage.DATA, Stage.RCPT, Stage.STARTTLS]


@pytest.mark.real
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here (systemd)")
    for name in ("probe6.service", "probe6.timer"):
        (tmp_path / name).write_text(text(name))
    words = ["systemd-analyze", "verify", str(tmp_path / "probe6.service"), str(tmp_path / "probe6.timer")]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    about = [line for line in (done.stdout + done.stderr).splitlines() if "probe6" in line]
    assert (done.returncode, about) == (0, [])


@pytest.mark.real
def test_prometheus_takes_the_rules() -> None:
    if shutil.which("promtool") is None:
        pytest.skip("no promtool here (prometheus)")
    words = ["promtool", "check", "rules", str(ROOM / "probe6-rules.yml")]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "5 rules found" in done.stdout


ICINGA = """\
const PluginDir = "/usr/lib/nagios/plugins"
const ManubulonPluginDir = PluginDir
const PluginContribDir = PluginDir
const ZoneName = "probe"
const NodeName = "probe"
include <itl>
include <plugins>
object Zone ZoneName { }
template Service "generic-service" { }
object Host "mx" { check_command = "dummy"; vars.mail_domain = "example.com" }
"""
"""What every installation has, and a host the definitions apply to."""


@pytest.mark.real
@pytest.mark.parametrize(("more", "status"), [("", 0), ('object Host "odd" { nonsense = 1 }', 1)])
def test_icinga_takes_the_definitions(tmp_path: Path, more: str, status: int) -> None:
    if shutil.which("icinga2") is None:
        pytest.skip("no icinga2 here (icinga2-bin, icinga2-common)")
    config = tmp_path / "icinga2.conf"
    config.write_text(f"{ICINGA}{more}\n{text('probe6-icinga2.conf')}")
    words = ["icinga2", "daemon", "-C", "-c", str(config)]
    words += [f"-D{name}={tmp_path}" for name in ("DataDir", "LogDir", "CacheDir", "InitRunDir")]
    user, group = Path(tmp_path).owner(), Path(tmp_path).group()  # else it becomes one who may not write there
    environment = {**os.environ, "ICINGA2_USER": user, "ICINGA2_GROUP": group}
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120, env=environment)
    assert done.returncode == status, done.stdout + done.stderr
    assert status or "Instantiated 1 Service." in done.stdout


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("github-workflow.yml", ["--builtin-schema", "vendor.github-workflows"]),
        ("gitlab-ci.yml", ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"]),
    ],
)
def test_the_jobs_are_such_jobs(name: str, words: list[str], tmp_path: Path) -> None:
    """By the schemas their makers publish, which the checker carries: nothing is fetched."""

    def checked(path: Path) -> int:
        done = subprocess.run(
            [sys.executable, "-m", "check_jsonschema", *words, str(path)], capture_output=True, check=False, timeout=120
        )
        return done.returncode

    wrong = tmp_path / name
    wrong.write_text(re.sub(r"^( *)(script|steps):", r"\1stepz:", text(name), flags=re.MULTILINE))
    assert (checked(ROOM / name), checked(wrong)) == (0, 1)


def test_the_rules_ask_for_samples_that_exist() -> None:
    out = render([measurements.report("healthy")])
    for name in set(re.findall(r"\bprobe6?_[a-z_]+", text("probe6-rules.yml"))):
        assert f"\n{name}{{" in out, name


def many() -> list[Report]:
    """A hundred targets, in all the states there are golden files of."""
    found = []
    for number in range(100):
        report = measurements.report(measurements.NAMES[number % len(measurements.NAMES)])
        aim = replace(report.measurement.target, text=f"d{number}.example")
        found.append(replace(report, measurement=replace(report.measurement, target=aim)))
    return found


@pytest.mark.real
def test_node_exporter_reads_the_samples_of_many_targets(tmp_path: Path) -> None:
    program = shutil.which("prometheus-node-exporter")
    if program is None:
        pytest.skip("no prometheus-node-exporter here")
    (tmp_path / "probe6.prom").write_text(render(many()))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [program, "--collector.disable-defaults", "--collector.textfile"]
    words += [f"--collector.textfile.directory={tmp_path}", f"--web.listen-address=127.0.0.1:{port}"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as exporter:
        try:
            samples = scraped(port)
        finally:
            exporter.terminate()
    assert "node_textfile_scrape_error 0" in samples
    assert [series for series, count in Counter(line.rpartition(" ")[0] for line in samples).items() if count > 1] == []
    for number in range(100):
        assert any(line.startswith(f'probe6_run_timestamp_seconds{{target="d{number}.example"}}') for line in samples)


def scraped(port: int) -> list[str]:
    for _ in range(100):
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            return [line for line in answer.read().decode().splitlines() if line and not line.startswith("#")]
        time.sleep(0.1)
    raise AssertionError("node_exporter does not answer")
