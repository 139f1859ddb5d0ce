"""Several places side by side, for programs: ``probe6.merged/1``.

In: ``Merged``. Out: JSON text with a final newline. Values stand in the order of ``places``; null is not seen.
"""

import json
from datetime import UTC

from probe.grammar.privacy import hide_local_parts
from probe.grammar.text import printable
from probe.model.vantages import Merged, Place, Shared

SCHEMA = "probe6.merged/1"


def render(merged: Merged, *, redact: bool = False) -> str:
    """``merged`` as one JSON text."""

    def said(text: str | None) -> str | None:
        return None if text is None else printable(hide_local_parts(text) if redact else text)

    def place(item: Place) -> dict[str, object]:
        return {
            "started": item.started.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "sources": list(item.sources),
            "names": [said(name) for name in item.names],
            "verdict": item.verdict,
            "parity": item.parity,
            "summary": said(item.summary),
        }

    def finding(item: Shared) -> dict[str, object]:
        found = item.finding
        return {
            "code": found.code,
            "verdict": found.verdict,
            "family": found.family,
            "subject": said(found.subject),
            "sentence": said(found.sentence),
            "places": list(item.places),
        }

    document = {
        "schema": SCHEMA,
        "target": said(merged.target),
        "verdict": merged.verdict,
        "places": [place(item) for item in merged.places],
        "families": [{"family": it.family, "states": list(it.states), "said": it.said} for it in merged.views],
        "traits": [
            {
                "subject": said(item.subject),
                "family": item.family,
                "stage": item.stage,
                "what": said(item.what),
                "values": [said(value) for value in item.values],
                "same": item.same,
            }
            for item in merged.traits
        ],
        "findings": [finding(item) for item in merged.findings],
        "notes": list(merged.notes),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
