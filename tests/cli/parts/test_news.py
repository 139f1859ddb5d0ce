"""Who is told of a change: a command of the user's, once, with nothing private on its input."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from probe.cli.parts.news import call, news
from probe.judge import judge
from probe.model.measurement import Measurement
from probe.model.report import Change, JudgeOptions, Report
from probe.model.words import Failure, Stage
from probe.store import Store
from tests.builders import V4, V6, both, healthy, session, stopped

BROKEN = both(stopped(Stage.CONNECT, V6, failure=Failure.REFUSED), session(V4))


class Rounds:
    """Runs of one target after the other, with what is told of each."""

    def __init__(self, path: Path, command: tuple[str, ...] | None = None) -> None:
        self.store = Store(path, print)
        self.command = command

    def run(self, measurement: Measurement) -> list[Report]:
        def again(_: int, change: Change) -> Report:
            return judge(measurement, JudgeOptions(change=change))

        return news([judge(measurement)], self.store, (2, 3), again, self.command)


def codes(reports: list[Report]) -> set[str]:
    return {finding.code for report in reports for finding in report.findings}


def test_a_change_is_told_once(tmp_path: Path) -> None:
    rounds = Rounds(tmp_path / "state")
    assert rounds.run(healthy()) == []
    assert rounds.run(BROKEN) == []
    assert {"mon-state-change", "tcp-refused"} <= codes(rounds.run(BROKEN))
    assert rounds.run(BROKEN) == []
    assert len(rounds.store.history("example.com")) == 4


def test_the_first_look_is_told_when_it_is_not_well(tmp_path: Path) -> None:
    rounds = Rounds(tmp_path / "state")
    assert "mon-state-change" in codes(rounds.run(BROKEN))
    assert rounds.run(BROKEN) == []


def test_a_command_that_fails_is_called_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rounds = Rounds(tmp_path / "state", (sys.executable, "-c", "raise SystemExit(7)"))
    assert len(rounds.run(BROKEN)) == 1
    assert "ended with status 7; it is told again next time" in capfd.readouterr().err
    rounds.command = (sys.executable, "-c", "")
    assert len(rounds.run(BROKEN)) == 1
    assert rounds.run(BROKEN) == []


def test_what_was_told_in_vain_is_told_as_what_it_is_when_all_is_well_again(tmp_path: Path) -> None:
    rounds = Rounds(tmp_path / "state", (sys.executable, "-c", "raise SystemExit(7)"))
    for measurement in (healthy(), BROKEN, BROKEN):
        rounds.run(measurement)
    (report,) = rounds.run(healthy())
    (told,) = [finding.sentence for finding in report.findings if finding.code == "mon-state-change"]
    assert told.endswith("mail over IPv6 was ok, counts as critical by the last runs, and is ok in this one.")


def test_the_command_reads_the_redacted_report_and_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PROBE6_SMTP_PASSWORD", "secret")
    seen = tmp_path / "seen"
    program = f"import os, sys; open({str(seen)!r}, 'w').write(sys.stdin.read() + str(dict(os.environ))); print('x y')"
    known = healthy()
    known = replace(known, settings=replace(known.settings, recipient="alice@example.com"))
    assert call((sys.executable, "-c", program, "; touch /tmp/never"), judge(known))
    text = seen.read_text()
    report, _ = json.JSONDecoder().raw_decode(text)
    assert report["target"] == "example.com"
    assert "alice" not in json.dumps(report)
    assert "secret" not in text
    said = capfd.readouterr()
    assert said.out == ""  # the report's own


def test_a_command_that_hangs_is_ended(capfd: pytest.CaptureFixture[str]) -> None:
    program = "import subprocess, sys, time; subprocess.Popen(['sleep', '60']); time.sleep(60)"
    assert not call((sys.executable, "-c", program), judge(healthy()), patience=0.5)
    assert "did not end within 0.5 s" in capfd.readouterr().err


def test_a_command_that_does_not_exist_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    assert not call(("/no/such/program",), judge(healthy()))
    assert capfd.readouterr().err == 'probe6: --on-change: "/no/such/program": No such file or directory\n'
