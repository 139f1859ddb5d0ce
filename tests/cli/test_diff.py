"""``probe6 diff``: two files in, what changed and the exit status out."""

import json
from pathlib import Path

import pytest

import probe.api
from probe.model.measurement import Measurement
from probe.model.words import Failure, Stage
from tests.builders import V4, V6, both, broken, healthy, no_starttls, session, stopped
from tests.cli.conftest import Probe6

DEAD6 = broken(stopped(Stage.CONNECT, failure=Failure.REFUSED))
LATER = broken(stopped(Stage.RCPT, code=451, text="4.3.0 try later"))
NO_TLS6 = both(no_starttls(V6), session(V4))


def kept(path: Path, measurement: Measurement) -> str:
    path.write_bytes(probe.api.save(measurement))
    return str(path)


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        (healthy(), healthy(), 0),
        (DEAD6, healthy(), 0),
        (healthy(), NO_TLS6, 1),
        (healthy(), DEAD6, 2),
        (healthy(), LATER, 3),
    ],
)
def test_the_exit_status(probe6: Probe6, tmp_path: Path, before: Measurement, after: Measurement, status: int) -> None:
    words = kept(tmp_path / "a", before), kept(tmp_path / "b", after)
    ran = probe6("diff", *words)
    assert (ran.status, ran.err) == (status, "")
    assert ran.out.startswith("example.com  ")


def test_json_by_word_and_by_suffix(probe6: Probe6, tmp_path: Path) -> None:
    words = kept(tmp_path / "a", healthy()), kept(tmp_path / "b", DEAD6)
    said = probe6("diff", *words, "--format", "json")
    written = probe6("diff", *words, "-o", str(tmp_path / "c.json"))
    assert (said.status, written.status, written.out) == (2, 2, "")
    assert json.loads((tmp_path / "c.json").read_text()) == json.loads(said.out)


def test_quiet_says_nothing_when_nothing_is_worse(probe6: Probe6, tmp_path: Path) -> None:
    words = kept(tmp_path / "a", DEAD6), kept(tmp_path / "b", healthy())
    assert probe6("diff", *words, "--quiet").out == ""
    assert probe6("diff", *reversed(words), "--quiet").out != ""


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ((), "two files are needed, not 0; try probe6 diff BEFORE.json AFTER.json"),
        (("A",), "two files are needed, not 1; try probe6 diff BEFORE.json AFTER.json"),
        (("-", "-"), "standard input (-) can be read once only"),
        (("A", "C"), 'two targets: "example.com" and "example.net"; to set these side by side: probe6 compare OLD NEW'),
        (("A", "A", "--format", "html"), '--format: "html" is not a format of changes; there is text, json'),
    ],
)
def test_wrong_usage_is_one_line(probe6: Probe6, tmp_path: Path, words: tuple[str, ...], line: str) -> None:
    from dataclasses import replace

    given = healthy()
    other = replace(given, target=replace(given.target, name="example.net"))
    files = {"A": kept(tmp_path / "a", given), "C": kept(tmp_path / "c", other)}
    ran = probe6("diff", *(files.get(word, word) for word in words))
    assert (ran.status, ran.out) == (3, "")
    assert ran.err.count("\n") == 1
    assert line.partition(";")[0] in ran.err


class TestBaseline:
    """``--baseline`` in ``check`` and ``report``."""

    def test_of_the_same_target(self, probe6: Probe6, tmp_path: Path) -> None:
        before, after = kept(tmp_path / "a", healthy()), kept(tmp_path / "b", DEAD6)
        ran = probe6("report", after, "--baseline", before)
        assert ran.status == 2
        assert "Since 2026-11-22 18:00 UTC (baseline)" in ran.out

    @pytest.mark.parametrize(
        ("words", "line"),
        [
            (("example.net",), '--baseline: is of "example.com", not of "example.net"'),
            (("example.com", "example.net"), '--baseline: is of one target, "example.com", and here are 2'),
        ],
    )
    def test_of_another_is_told_before_anything_is_measured(
        self, probe6: Probe6, tmp_path: Path, words: tuple[str, ...], line: str
    ) -> None:
        ran = probe6(*words, "--baseline", kept(tmp_path / "a", healthy()), "--no-state")
        assert (ran.status, ran.err) == (3, f"probe6: {line}\n")

    def test_that_is_none(self, probe6: Probe6, tmp_path: Path) -> None:
        (tmp_path / "a").write_text("{}")
        ran = probe6("example.com", "--baseline", str(tmp_path / "a"))
        assert ran.status == 3
        assert ran.err.startswith('probe6: --baseline "')
