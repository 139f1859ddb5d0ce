"""The library's face, as its users see it."""

import inspect
from pathlib import Path

import pytest

from probe import api
from probe.api import codes, default_settings, formats, judge, load, manuals, measure, read_overlay, render, save
from probe.lab.scenarios import SCENARIOS
from probe.lab.world import world
from probe.model.errors import UsageError
from probe.model.report import JudgeOptions
from probe.model.settings import Target, TargetKind
from probe.model.words import Stage, Verdict


async def test_measure_judge_render_save_load(tmp_path: Path) -> None:
    async with world(SCENARIOS["v6-refused"], tmp_path) as place:
        measurement = await measure(place.target, place.settings, network=place.network)
    report = judge(load(save(measurement)))
    assert report.verdict is Verdict.CRITICAL
    assert "tcp-refused" in render([report])
    assert judge(measurement, JudgeOptions(severity=(("tcp-refused", Verdict.OK),))) != report


@pytest.mark.parametrize(
    ("target", "until", "recipient"),
    [
        (Target("a", TargetKind.DOMAIN, "example.com"), Stage.RCPT, "postmaster@example.com"),
        (Target("a", TargetKind.MAILBOX, "example.com", "user@example.com"), Stage.DATA, "user@example.com"),
        (Target("a", TargetKind.HOST, "mx1.example.com"), Stage.STARTTLS, None),
        (Target("a", TargetKind.ADDRESS, "2001:db8::25"), Stage.STARTTLS, None),
        (Target("a", TargetKind.ADDRESS, "192.0.2.25", "user@[192.0.2.25]"), Stage.DATA, "user@[192.0.2.25]"),
    ],
)
def test_what_a_target_means_with_no_option(target: Target, until: Stage, recipient: str | None) -> None:
    settings = default_settings(target)
    assert (settings.until, settings.recipient, settings.port) == (until, recipient, 25)


def test_the_port_of_a_target_is_kept() -> None:
    assert default_settings(Target("a", TargetKind.HOST, "mx1.example.com", port=2525)).port == 2525


@pytest.mark.parametrize("word", ["xml", "", "text.layout", "../text", "__init__"])
def test_another_format_is_a_usage_error(word: str) -> None:
    assert {"json", "text"} <= set(formats())
    with pytest.raises(UsageError, match="there is"):
        render([], word)


def test_every_code_has_a_manual() -> None:
    assert codes() == {code for manual in manuals() for code, _ in manual.codes}
    assert {"tcp-refused", "parity-verdict", "rt-received-family"} <= codes()


def test_an_overlay_is_read_with_its_origin() -> None:
    (record,) = read_overlay("mx1 300 IN AAAA 2001:db8::25\n", "example.com", "new.zone")
    assert (record.name, record.rrtype, record.records) == ("mx1.example.com", "AAAA", ("2001:db8::25",))


def test_all_of_it_is_documented() -> None:
    public = [item for name, item in inspect.getmembers(api, inspect.isfunction) if not name.startswith("_")]
    assert all(inspect.getdoc(item) for item in public)
