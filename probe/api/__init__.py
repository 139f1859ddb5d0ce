"""probe6 as a library: measure, judge, render, load, save. The command line uses nothing else.

>>> import asyncio
>>> from probe.api import judge, measure, render
>>> async def example() -> str:
...     measurement = await measure("example.com")
...     return render([judge(measurement)])
>>> asyncio.run(example())  # doctest: +SKIP
'...'

``measure`` is the only one that touches the world; it raises ``UsageError`` for what the caller got wrong, and tells
what the world refused as data.
"""

from probe.api.judging import catalogue, change, codes, compare, diff, judge, learn, manuals, merge, plan
from probe.api.measuring import (
    audit,
    default_settings,
    measure,
    new_courtesy,
    prepare,
    read_overlay,
    signer,
    sources,
    state,
)
from probe.api.offered import engines, formats, mail_servers, proofs
from probe.api.rendering import load, render, render_changes, render_merged, render_plan, save, schema, schemas
from probe.model.errors import UsageError
from probe.model.settings import Settings, Target

__all__ = [
    "Settings",
    "Target",
    "UsageError",
    "audit",
    "catalogue",
    "change",
    "codes",
    "compare",
    "default_settings",
    "diff",
    "engines",
    "formats",
    "judge",
    "learn",
    "load",
    "mail_servers",
    "manuals",
    "measure",
    "merge",
    "new_courtesy",
    "plan",
    "prepare",
    "proofs",
    "read_overlay",
    "render",
    "render_changes",
    "render_merged",
    "render_plan",
    "save",
    "schema",
    "schemas",
    "signer",
    "sources",
    "state",
]
