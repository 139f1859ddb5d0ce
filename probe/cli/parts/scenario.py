"""The scenarios of the lab, by name.

In: a name as typed. Out: the scenario. Wrong: ``UsageError`` with the nearest name.
"""

from typing import TYPE_CHECKING

from probe.grammar.options import nearest, quoted
from probe.model.errors import UsageError

if TYPE_CHECKING:
    from probe.lab.scenario import Scenario

DEFAULT = "healthy"


def find(name: str) -> "Scenario":
    """The scenario called ``name``."""
    from probe.lab.scenarios import SCENARIOS

    if name in SCENARIOS:
        return SCENARIOS[name]
    near = nearest(name, SCENARIOS)
    hint = f"; nearest: {near}" if near else "; see probe6 lab --list"
    raise UsageError(f"{quoted(name)} is not a scenario{hint}")
