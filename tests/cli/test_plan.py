"""``probe6 plan``: what is measured, and what the exit status says."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import probe.api
from probe.model.measurement import Measurement
from probe.model.settings import Record, Settings, Target
from probe.model.words import Stage
from tests.builders import MX1, MX4, V4, healthy, host, measurement, session
from tests.cli.conftest import Probe6
from tests.judge.plan.worlds import served

NO_AAAA = served(measurement(session(V4), hosts=[host(MX1, MX4)]))
RESOLVE = ("--resolve", "mx1.example.com:[2001:db8::25],192.0.2.25")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings of each measurement; a planned one is healthy, the published one has no AAAA."""
    made: list[Settings] = []

    async def measure(target: Target, settings: Settings, **_: object) -> Measurement:
        made.append(settings)
        return replace(healthy() if settings.overlay else NO_AAAA, settings=settings, target=target)

    monkeypatch.setattr(probe.api, "measure", measure)
    return made


def kept(path: Path, given: Measurement) -> str:
    path.write_bytes(probe.api.save(given))
    return str(path)


def test_published_and_planned_are_measured(asked: list[Settings], probe6: Probe6, tmp_path: Path) -> None:
    before = kept(tmp_path / "a", served(NO_AAAA, days_ago=2))
    ran = probe6("plan", "add-ipv6", "example.com", *RESOLVE, "--baseline", before)
    assert (ran.status, ran.err) == (0, "")
    assert [bool(settings.overlay) for settings in asked] == [False, True]
    assert {settings.until for settings in asked} == {Stage.RCPT}


def test_without_history_it_is_unknown(asked: list[Settings], probe6: Probe6) -> None:
    ran = probe6("plan", "add-ipv6", "example.com", *RESOLVE)
    assert ran.status == 3
    assert "TTL history unknown" in ran.out


def test_save_keeps_the_published_side(asked: list[Settings], probe6: Probe6, tmp_path: Path) -> None:
    path = tmp_path / "now.json"
    probe6("plan", "add-ipv6", "example.com", *RESOLVE, "--save", str(path))
    assert probe.api.load(path.read_bytes()).settings.overlay == ()


@pytest.mark.parametrize(("name", "beginning"), [("p.md", "# add-ipv6"), ("p.json", "{"), ("p.txt", "add-ipv6")])
def test_the_suffix_decides(asked: list[Settings], probe6: Probe6, tmp_path: Path, name: str, beginning: str) -> None:
    probe6("plan", "add-ipv6", "example.com", "-o", str(tmp_path / name))
    assert (tmp_path / name).read_text().startswith(beginning)
    assert json.loads(probe6("plan", "add-ipv6", "example.com", "--format", "json").out)["schema"] == "probe6.plan/1"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ((), "a kind and a domain are needed; try probe6 plan add-ipv6 example.com"),
        (("add-ipv5", "example.com"), '"add-ipv5" is not a kind of plan; nearest: add-ipv6'),
        (("add-ipv6", "[mx1.example.com]"), '"[mx1.example.com]": a plan is for a domain, such as example.com'),
        (("add-ipv6", "example.com", "--until", "data"), "--until: plan ends with rcpt, and sends nothing"),
        (("add-ipv6", "example.net", "--baseline", "A"), '--baseline: is of "example.com", not of "example.net"'),
        (
            ("add-ipv6", "example.com", "--baseline", "B"),
            "--baseline: was measured with assumed names (--overlay, --mx, --resolve or --server)",
        ),
    ],
)
def test_wrong_usage_is_told_first(
    asked: list[Settings], probe6: Probe6, tmp_path: Path, words: tuple[str, ...], line: str
) -> None:
    assumed = replace(NO_AAAA.settings, overlay=(Record("a.example", "A", ("192.0.2.1",)),))
    files = {"A": kept(tmp_path / "a", NO_AAAA), "B": kept(tmp_path / "b", replace(NO_AAAA, settings=assumed))}
    ran = probe6("plan", *(files.get(word, word) for word in words))
    assert (ran.status, ran.out, ran.err) == (3, "", f"probe6: {line}\n")
    assert asked == []
