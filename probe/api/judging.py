"""What is thought of measurements. All of it is pure: the same in gives the same out, next year too."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what only describes is not imported: a run imports a thing when it needs it
    from collections.abc import Sequence

    from probe.model.catalogue import Entry
    from probe.model.change import Changes
    from probe.model.measurement import Measurement
    from probe.model.memory import Announced, Memory, Past
    from probe.model.plan import Kind, Plan
    from probe.model.report import Change, JudgeOptions, Manual, Report
    from probe.model.vantages import Merged


def judge(measurement: Measurement, options: JudgeOptions | None = None) -> Report:
    """Hold the two families side by side and run the checks. Pure: the same measurement gives the same report."""
    from probe.judge import DEFAULTS
    from probe.judge import judge as run

    return run(measurement, options or DEFAULTS)


def learn(measurement: Measurement) -> Memory:
    """What ``measurement`` teaches later runs, to be given to ``state(...).keep``."""
    import_module("probe.judge")  # whole, before a part of it: another thread may be half way through importing it
    from probe.judge.lessons import lessons

    return lessons(measurement)


def diff(before: Report, after: Report) -> Changes:
    """What is better, worse or merely elsewhere in ``after``, family by family. Pure."""
    from probe.judge.contrast.diff import diff as run

    return run(before, after)


def compare(old: Report, new: Report) -> Changes:
    """Two targets side by side, stage by stage. Pure."""
    from probe.judge.contrast.diff import side_by_side

    return side_by_side(old, new)


def merge(reports: Sequence[Report]) -> Merged:
    """One target as several places saw it. Pure."""
    from probe.judge.contrast.merge import merge as run

    return run(reports)


def plan(kind: Kind, published: Report, planned: Report | None = None, history: Sequence[Measurement] = ()) -> Plan:
    """The playbook of a migration, held against what is published, what is planned and what was saved. Pure."""
    from probe.judge.plan import plan as run
    from probe.judge.plan.situation import Situation

    ordered = tuple(sorted(history, key=lambda item: item.started))
    return run(kind, Situation(published, planned, ordered))


def change(
    now: Past, before: Sequence[Past], told: Announced | None, few: int, many: int
) -> tuple[Change | None, Announced]:
    """What is to be told of a target that is looked at again and again, and what to keep of it when it was told."""
    from probe.judge.contrast.change import change as find
    from probe.judge.contrast.change import standing

    found = find(now, before, told, few, many)
    return found, standing(now, found, told)


def codes() -> frozenset[str]:
    """All finding codes the checks can yield."""
    return frozenset(code for manual in manuals() for code, _ in manual.codes)


def catalogue() -> tuple[Entry, ...]:
    """All codes in the order of their names: those of the checks, and those that no check yields, with the reason."""
    from probe.judge import catalogue as every

    return every()


def manuals() -> tuple[Manual, ...]:
    """What every check says of itself: why it is there, which codes it can yield, how to mend them."""
    from probe.judge import manuals as every

    return every()
