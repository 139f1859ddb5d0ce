import csv
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.trials import Leave, Trials
from probe.model.words import Purpose
from probe.report.csv import COLUMNS, render
from tests.report import measurements

GOLDEN = Path(__file__).parent / "golden"


def rows(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(out, newline=""), strict=True))


@pytest.mark.parametrize("name", measurements.NAMES)
def test_golden(name: str, regenerate: bool) -> None:
    out = render([measurements.report(name)])
    path = GOLDEN / f"{name}.csv"
    if regenerate:
        path.write_text(out, encoding="utf-8", newline="")
    assert out == path.read_bytes().decode()


def test_a_row_per_conversation_with_what_it_showed() -> None:
    broken, whole = rows(render([measurements.report("refused")]))
    assert (broken["family"], broken["reached"], broken["failure"]) == ("ipv6", "connect", "refused")
    assert (broken["tls"], broken["trusted"], broken["banner_seconds"]) == ("", "", "")
    assert whole["banner"] == "mx1.example.com ESMTP Postfix (Debian/GNU)"
    assert (whole["tls"], whole["trusted"], whole["connect_seconds"]) == ("TLSv1.3", "true", "0.012")
    assert whole["ehlo_seconds"] == "0.024"  # before and inside TLS
    assert whole["started"] == "2026-11-22T18:00:12.123456Z"


def test_a_target_with_which_nobody_spoke_has_a_row() -> None:
    (row,) = rows(render([measurements.report("no-mail")]))
    assert (row["target"], row["verdict"], row["parity"]) == ("example.com", "ok", "no-mail")
    assert row["mx"] == row["address"] == ""


def test_what_the_owner_asked_for_has_rows_behind_the_others() -> None:
    report = measurements.report("healthy")
    tests = tuple(replace(item, purpose=Purpose.RELAY) for item in report.measurement.sessions[:1])
    tried = replace(report, measurement=replace(report.measurement, trials=Trials(Leave.SAID, None, tests)))
    before, after = rows(render([report])), rows(render([tried]))
    assert after[: len(before)] == before
    assert [row["purpose"] for row in after[len(before) :]] == ["relay"]


def test_rfc_4180() -> None:
    out = render([measurements.report("refused"), measurements.report("hostile")])
    assert out.endswith("\r\n")
    assert out.count("\n") == out.count("\r\n") == 5
    assert out.startswith("target,started,verdict,")
    assert render([]).splitlines() == [",".join(COLUMNS)]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=cmd|" /C calc"!A0'])
def test_a_spreadsheet_finds_no_formula(text: str) -> None:
    report = measurements.report("healthy")
    report = replace(report, summary=text)
    cell = rows(render([report]))[0]["summary"]
    assert cell[0] not in "=+-@\t\r"


@given(st.text(st.characters(exclude_categories=[]), max_size=60))
def test_whatever_a_server_says_stays_in_its_cell(text: str) -> None:
    out = render([measurements.hostile_throughout(text)])
    assert len(rows(out)) == 2
    assert out.count("\n") == 3
    for row in rows(out):
        assert set(row) == set(COLUMNS)
        assert all(value.isprintable() and not value.startswith(("=", "+", "-", "@")) for value in row.values())


def test_redacting_hides_local_parts() -> None:
    assert "jane@" in render([measurements.report("delivered")])
    assert "jane@" not in render([measurements.report("delivered")], redact=True)
