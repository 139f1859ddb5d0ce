"""The JSON report, one target a line, for programs that read as it grows.

In: judged reports. Out: UTF-8 text, each line an object as ``--format json`` has it for one target; no line has a line
break inside.
"""

import json
from collections.abc import Sequence

from probe.model.report import Report
from probe.report.json import document


def render(reports: Sequence[Report], *, redact: bool = False) -> str:
    """A line for each of ``reports``; ``redact`` as in JSON."""
    return "".join(_line(document(report, redact=redact)) for report in reports)


def _line(found: dict[str, object]) -> str:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n"
