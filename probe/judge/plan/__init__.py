"""The playbooks: a migration held against what was measured, step by step.

In: the kind and a ``Situation``. Out: a ``Plan``. A playbook is a file of this room with ``steps(situation)``, named as
its kind with ``_`` for ``-``. Nothing here asks the clock: now is when the published side was measured.
"""

from importlib import import_module

from probe.judge.plan.situation import Situation
from probe.model.plan import Kind, Plan


def plan(kind: Kind, situation: Situation) -> Plan:
    """The checklist for this domain now."""
    module = import_module(f"{__name__}.{kind.replace('-', '_')}")
    steps = tuple(module.steps(situation))
    now = situation.published.measurement.started
    return Plan(
        kind, situation.published.measurement.target.name, now, steps, situation.notes(), bool(situation.history)
    )
