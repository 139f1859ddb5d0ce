"""``probe6 report``: saved measurements, judged and rendered again."""

import io
import json
import sys
from pathlib import Path

import pytest

import probe.api
from probe.model.settings import Settings, Target, TargetKind
from probe.model.words import Verdict
from tests.builders import healthy
from tests.cli.conftest import Probe6, World, measurement_of
from tests.judge.contrast.test_diff import DEAD6


def saved(path: Path, name: str) -> str:
    target = Target(name, TargetKind.DOMAIN, name)
    path.write_bytes(probe.api.save(measurement_of(target, Settings())))
    return str(path)


def test_what_save_kept_is_reported_again(world: World, probe6: Probe6, tmp_path: Path) -> None:
    path = str(tmp_path / "saved.json")
    first = probe6("a.example", "--save", path, "--format", "json")
    again = probe6("report", path, "--format", "json")
    assert again.status == 0
    assert again.out == first.out
    assert len(world.asked) == 1


def test_several_keep_their_order_and_the_worst_counts(world: World, probe6: Probe6, tmp_path: Path) -> None:
    names = ["b.example", "a.example"]
    paths = [saved(tmp_path / f"{name}.json", name) for name in names]
    world.verdicts["a.example"] = Verdict.CRITICAL
    ran = probe6("report", *paths, "--format", "json")
    assert ran.status == 2
    assert [item["target"] for item in json.loads(ran.out)] == names
    assert world.asked == []


def test_standard_input(world: World, probe6: Probe6, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = Path(saved(tmp_path / "s", "a.example")).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert json.loads(probe6("report", "-", "--format", "json").out)["target"] == "a.example"


@pytest.mark.parametrize(
    ("data", "beginning"),
    [
        (None, 'measurement "saved": No such file or directory'),
        (b"", '"saved": '),
        (b"{}", '"saved": '),
        (b"not json\n", '"saved": '),
        (b"\0\xff", '"saved": '),
        (b"[" * 100_000, '"saved": '),
    ],
)
def test_what_is_no_measurement_is_one_line(
    world: World, probe6: Probe6, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes | None, beginning: str
) -> None:
    monkeypatch.chdir(tmp_path)
    good = saved(tmp_path / "good", "a.example")
    if data is not None:
        Path("saved").write_bytes(data)
    ran = probe6("report", good, "saved")
    assert (ran.status, ran.out, ran.err.count("\n")) == (3, "", 1)
    assert ran.err.startswith("probe6: " + beginning)


@pytest.mark.parametrize("words", [["--until", "rcpt"], ["-6"], ["--save", "x"]])
def test_options_that_measure_are_not_its_own(world: World, probe6: Probe6, tmp_path: Path, words: list[str]) -> None:
    ran = probe6("report", saved(tmp_path / "s", "a.example"), *words)
    assert ran.status == 3
    assert ran.err.startswith(f"probe6: unknown option {words[0]}")


def places(tmp_path: Path) -> list[str]:
    found = []
    for name, measurement in (("home", healthy()), ("office", DEAD6)):
        path = tmp_path / f"{name}.json"
        path.write_bytes(probe.api.save(measurement))
        found.append(str(path))
    return found


def test_several_places_become_one_page(probe6: Probe6, tmp_path: Path) -> None:
    ran = probe6("report", "--merge", *places(tmp_path))
    assert ran.status == 2
    assert ran.out.startswith("example.com  x CRITICAL  from 2 places\n")
    out = tmp_path / "merged.json"
    assert probe6("report", "--merge", *places(tmp_path), "-o", str(out)).out == ""
    assert json.loads(out.read_text())["schema"] == "probe6.merged/1"
    assert probe6("report", "--merge", *places(tmp_path)[:1] * 2, "--quiet").out == ""


def test_what_cannot_be_merged_is_one_line(world: World, probe6: Probe6, tmp_path: Path) -> None:
    home, office = places(tmp_path)
    other = saved(tmp_path / "other.json", "a.example")
    for words, line in (
        ([home], "--merge: sets several measurements side by side, and here is one"),
        ([home, other], '--merge: is for one target, and here are "example.com" and "a.example"'),
        ([home, office, "--format", "html"], "--merge: html knows one place; say --format text or markdown or json"),
    ):
        ran = probe6("report", "--merge", *words)
        assert (ran.status, ran.out) == (3, "")
        assert ran.err == f"probe6: {line}\n"
