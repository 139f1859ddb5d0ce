import json
from pathlib import Path

import pytest

from probe.api import diff, judge
from probe.cli.parts import arguments
from probe.cli.parts.comparing import Comparing, ending
from probe.cli.parts.parser import Parser
from probe.model.errors import UsageError
from probe.model.words import Failure, Stage, Verdict
from tests.builders import broken, healthy, stopped

CHANGES = diff(judge(healthy()), judge(broken(stopped(Stage.CONNECT, failure=Failure.REFUSED))))


def settled(*words: str) -> Comparing:
    parser = Parser("probe6 diff", "x")
    arguments.judging(parser)
    arguments.comparing(parser)
    return ending(parser.read(words))


def test_how_both_are_judged() -> None:
    options = settled("--severity", "tcp-refused=ok", "--cert-days", "30,3").options()
    assert (options.severity, options.cert_days) == ((("tcp-refused", Verdict.OK),), (30, 3))


def test_the_status_is_the_verdict_and_the_page_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert settled("--color", "never").write(CHANGES) == 2
    assert capsys.readouterr().out.startswith("example.com  x CRITICAL\n")


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    settled("-o", str(path)).write(CHANGES)
    assert json.loads(path.read_text())["verdict"] == "critical"


def test_a_place_that_cannot_work_is_told_first(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--output"):
        settled("-o", str(tmp_path / "no" / "x"))
