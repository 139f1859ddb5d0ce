"""``--expect`` and ``--expect-banner``, from the words to the report."""

import json
from pathlib import Path

import pytest

import probe.api
from tests.builders import healthy
from tests.cli.conftest import Probe6

GOOD = '[domain."example.com"]\nmx = ["mx1.example.com"]\nparity = "strict"\n'
BAD = '[domain."example.com"]\nmx = { "mx1.example.com" = ["ipv4"] }\n'


def saved(path: Path) -> str:
    path.write_bytes(probe.api.save(healthy()))
    return str(path)


@pytest.mark.parametrize(("text", "status", "heading"), [(GOOD, 0, "4 of 4 met"), (BAD, 2, "2 of 3 met")])
def test_the_report_says_each_line(probe6: Probe6, tmp_path: Path, text: str, status: int, heading: str) -> None:
    (tmp_path / "e.toml").write_text(text)
    ran = probe6("report", saved(tmp_path / "a"), "--expect", str(tmp_path / "e.toml"))
    assert (ran.status, ran.err) == (status, "")
    assert f"Expectations: {heading}" in ran.out


@pytest.mark.parametrize("word", ["json", "junit"])
def test_programs_read_them_too(probe6: Probe6, tmp_path: Path, word: str) -> None:
    (tmp_path / "e.toml").write_text(BAD)
    ran = probe6("report", saved(tmp_path / "a"), "--expect", str(tmp_path / "e.toml"), "--format", word)
    assert "mon-expectation" in ran.out
    if word == "json":
        assert [line["what"] for line in json.loads(ran.out)["expectations"]] == ["mx", "family", "family"]


@pytest.mark.parametrize(("pattern", "status"), [("ESMTP Postfix$", 0), ("Exim", 2)])
def test_a_greeting(probe6: Probe6, tmp_path: Path, pattern: str, status: int) -> None:
    assert probe6("report", saved(tmp_path / "a"), "--expect-banner", pattern).status == status


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("[dsn]", ("--expect", "FILE"), 'unknown key "dsn"; nearest: dns'),
        (GOOD.replace("example.com", "exmaple.com", 1), ("--expect", "FILE"), 'nothing is declared of "example.com"'),
        (GOOD, ("--expect", "/nowhere/e.toml"), "--expect"),
        (GOOD, ("--expect-banner", "(?=x)"), "--expect-banner: "),
    ],
)
def test_a_slip_is_told_before_anything_is_measured(
    probe6: Probe6, tmp_path: Path, text: str, words: tuple[str, ...], line: str
) -> None:
    (tmp_path / "e.toml").write_text(text)
    ran = probe6("example.com", *(str(tmp_path / "e.toml") if word == "FILE" else word for word in words))
    assert (ran.status, ran.out) == (3, "")
    assert line in ran.err
    assert ran.err.count("\n") == 1
