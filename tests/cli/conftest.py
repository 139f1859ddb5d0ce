"""The command line with nothing behind it: ``measure`` and ``judge`` are replaced, everything else is real."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

import probe.api
from probe.__main__ import main
from probe.measure.network import SystemNetwork
from probe.model.dns import Resolved
from probe.model.measurement import SCHEMA, Measurement
from probe.model.report import JudgeOptions, Report
from probe.model.settings import Settings, Target
from probe.model.words import Parity, Verdict


@dataclass(frozen=True, slots=True)
class Ran:
    """What one command line left behind."""

    status: int
    out: str
    err: str


Probe6 = Callable[..., Ran]


@dataclass(slots=True)
class World:
    """Records what was asked of the library. ``verdicts`` by target name; others are ok."""

    asked: list[tuple[Target, Settings]] = field(default_factory=list)
    judged: list[JudgeOptions] = field(default_factory=list)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    fails: BaseException | None = None

    async def measure(self, target: Target, settings: Settings, **_: object) -> Measurement:
        self.asked.append((target, settings))
        if self.fails is not None:
            raise self.fails
        return measurement_of(target, settings)

    def judge(self, measurement: Measurement, options: JudgeOptions) -> Report:
        self.judged.append(options)
        verdict = self.verdicts.get(measurement.target.name, Verdict.OK)
        return Report(measurement, verdict, Parity.EQUAL, f"{measurement.target.name} is {verdict}")

    @property
    def settings(self) -> Settings:
        ((_, settings),) = self.asked
        return settings


def measurement_of(target: Target, settings: Settings) -> Measurement:
    started = datetime(2026, 11, 22, 18, tzinfo=UTC)
    return Measurement(SCHEMA, "0.1.0", target, started, 0.5, settings, Resolved(mx=None))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(probe.api, "measure", made.measure)
    monkeypatch.setattr(probe.api, "judge", made.judge)
    # Several targets are looked up before any is measured: without a name server, so that nobody is asked.
    monkeypatch.setattr(SystemNetwork, "nameservers", lambda _: ())
    return made


@pytest.fixture
def probe6(capsys: pytest.CaptureFixture[str]) -> Probe6:
    def run(*words: str) -> Ran:
        status = main(words)
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    return run
