"""The library's face, as its users see it."""

import inspect
from pathlib import Path

from probe import api
from probe.api import judge, load, measure, render, save
from probe.lab.scenarios import SCENARIOS
from probe.lab.world import world
from probe.model.report import JudgeOptions
from probe.model.words import Verdict


async def test_measure_judge_render_save_load(tmp_path: Path) -> None:
    async with world(SCENARIOS["v6-refused"], tmp_path) as place:
        measurement = await measure(place.target, place.settings, network=place.network)
    report = judge(load(save(measurement)))
    assert report.verdict is Verdict.CRITICAL
    assert "tcp-refused" in render([report])
    assert judge(measurement, JudgeOptions(severity=(("tcp-refused", Verdict.OK),))) != report


def test_all_of_it_is_documented() -> None:
    public = [item for name, item in inspect.getmembers(api, inspect.isfunction) if not name.startswith("_")]
    assert all(inspect.getdoc(item) for item in public)
