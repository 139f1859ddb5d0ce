"""A migration as a checklist for programs: ``probe6.plan/1``.

In: a ``Plan``. Out: JSON text with a final newline. Times UTC in ISO 8601.
"""

import json
from datetime import UTC, datetime

from probe.grammar.text import printable
from probe.model.plan import Plan, Step

SCHEMA = "probe6.plan/1"


def render(plan: Plan) -> str:
    """``plan`` as one JSON text."""
    found = {
        "schema": SCHEMA,
        "kind": plan.kind,
        "target": printable(plan.target),
        "now": _time(plan.now),
        "verdict": plan.verdict,
        "next": None if plan.next is None else printable(plan.next.title),
        "earliest": _time(plan.earliest),
        "steps": [_step(step) for step in plan.steps],
        "notes": [printable(note) for note in plan.notes],
    }
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _step(step: Step) -> dict[str, object]:
    return {
        "title": printable(step.title),
        "state": step.progress,
        "seen": printable(step.seen),
        "how": None if step.how is None else [printable(line) for line in step.how.split("\n")],
        "not_before": _time(step.not_before),
        "change": step.change,
    }


def _time(time: datetime | None) -> str | None:
    return None if time is None else time.astimezone(UTC).isoformat().replace("+00:00", "Z")
