"""Scenarios by the name a person types."""

import pytest

from probe.cli.parts.scenario import DEFAULT, find
from probe.lab.scenarios import SCENARIOS
from probe.model.errors import UsageError
from probe.model.words import Verdict


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_is_found(name: str) -> None:
    assert find(name) is SCENARIOS[name]


def test_the_default_is_one_that_is_well_and_sends_a_message() -> None:
    assert find(DEFAULT).verdict is Verdict.OK
    assert find(DEFAULT).message


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("v6-blakhole", '"v6-blakhole" is not a scenario; nearest: v6-blackhole'),
        ("\x1b[2J", '"\\x1b[2J" is not a scenario; see probe6 lab --list'),
        ("", '"" is not a scenario; see probe6 lab --list'),
    ],
)
def test_another_name_is_answered_with_the_nearest(name: str, line: str) -> None:
    with pytest.raises(UsageError) as caught:
        find(name)
    assert str(caught.value) == line
