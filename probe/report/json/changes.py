"""Two measurements held against each other, for programs: ``probe6.changes/1``.

In: ``Changes``. Out: JSON text with a final newline, or plain data for the report that has a baseline.
"""

import json

from probe.grammar.privacy import hide_local_parts
from probe.grammar.text import printable
from probe.model.change import Change, Changes, Side

SCHEMA = "probe6.changes/1"


def render(changes: Changes, *, redact: bool = False) -> str:
    """``changes`` as one JSON text."""
    return json.dumps(document(changes, redact=redact), ensure_ascii=False, indent=1) + "\n"


def document(changes: Changes, *, redact: bool = False) -> dict[str, object]:
    """``changes`` as plain data."""

    def said(text: str | None) -> str | None:
        return None if text is None else printable(hide_local_parts(text) if redact else text)

    def side(item: Side) -> dict[str, object]:
        started = item.started.isoformat().replace("+00:00", "Z")
        return {
            "target": said(item.target),
            "started": started,
            "verdict": item.verdict,
            "parity": item.parity,
            "summary": said(item.summary),
        }

    def change(item: Change) -> dict[str, object]:
        return {
            "direction": item.direction,
            "family": item.family,
            "subject": said(item.subject),
            "stage": item.stage,
            "what": said(item.what),
            "before": said(item.before),
            "after": said(item.after),
        }

    return {
        "schema": SCHEMA,
        "verdict": changes.verdict,
        "broke": list(changes.broke),
        "before": side(changes.before),
        "after": side(changes.after),
        "changes": [change(item) for item in changes.changes],
        "notes": [said(note) for note in changes.notes],
        "rows": [
            {
                "family": row.family,
                "stage": row.stage,
                "what": said(row.what),
                "before": said(row.before),
                "after": said(row.after),
                "direction": row.direction,
            }
            for row in changes.rows
        ],
    }
