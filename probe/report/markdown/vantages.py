"""Several places side by side for a ticket: a table of the families, a table of what differs, and who found what.

In: ``Merged``. Out: Markdown with a final newline. What all places agree on is counted, not listed.
"""

from collections.abc import Iterator, Sequence

from probe.grammar.privacy import hide_local_parts
from probe.model.vantages import Merged
from probe.report._shown import vantages as shown
from probe.report._shown.wording import counted
from probe.report.markdown.escape import MARKS, Scribe

_MOST = 60


def render(merged: Merged, *, redact: bool = False) -> str:
    """The page."""
    scribe = Scribe(hide_local_parts if redact else lambda text: text)
    return "\n\n".join(_blocks(merged, scribe)) + "\n"


def _blocks(merged: Merged, scribe: Scribe) -> Iterator[str]:
    target = scribe.code(merged.target, 120)
    count = counted(len(merged.places), "place")
    yield f"## {MARKS[merged.verdict]} {target}: {merged.verdict.upper()}, from {count}"
    yield "\n".join(
        f"{number}. {scribe.say(shown.place(item, scribe.plain), 400)}. {scribe.say(item.summary, 300)}"
        for number, item in enumerate(merged.places, 1)
    )
    yield _table([[view.family.label, *view.states] for view in merged.views], ["family"], merged, scribe)
    yield "\n".join(f"- {view.family.label}: {view.said}" for view in merged.views)
    if merged.notes:
        yield "\n".join(f"- {note}" for note in merged.notes)
    apart = [trait for trait in merged.traits if not trait.same]
    rows = [
        [trait.subject, trait.family.label if trait.family else "", shown.name(trait, scribe.plain), *trait.values]
        for trait in apart[:_MOST]
    ]
    if rows:
        yield "### What differs"
        yield _table(rows, ["host", "family", "what"], merged, scribe)
    yield f"{counted(len(merged.traits) - len(apart), 'thing')} compared: the same from wherever seen."
    for item in merged.findings[:_MOST]:
        finding = item.finding
        over = f"{finding.family.label}, " if finding.family is not None else ""
        where = f"{over}{scribe.code(finding.subject, 160)}"
        yield f"### {MARKS[finding.verdict]} `{finding.code}` {where}: {shown.shared(item.places, merged)}"
        yield scribe.say(finding.sentence, 600)


def _table(rows: Sequence[Sequence[str | None]], heads: Sequence[str], merged: Merged, scribe: Scribe) -> str:
    every = [*heads, *(f"from {number}" for number in range(1, len(merged.places) + 1))]
    lines = [f"| {' | '.join(every)} |", f"|{'---|' * len(every)}"]
    for row in rows:
        cells = ["" if cell is None else scribe.say(cell, 160) for cell in row]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
