"""Several places side by side on paper: how each family stands from each, then what differs, then who found what.

In: ``Merged``. Out: lines that fit the paper. What all places agree on is counted, not listed.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from probe.grammar.text import columns
from probe.model.vantages import Merged, Trait
from probe.report._shown import vantages as shown
from probe.report._shown.wording import SIGNS, counted
from probe.report.text.layout import INKS, NARROWEST, Ink, Paper, pad

MOST = 60


def render(merged: Merged, *, color: bool = False, redact: bool = False, width: int = 80) -> str:
    """The page."""
    paper = Paper(max(width, NARROWEST), color, redact)
    lines = [*_head(merged, paper), *_families(merged, paper), *_differing(merged, paper), *_findings(merged, paper)]
    return "".join(f"{line}\n" for line in lines)


def _head(merged: Merged, paper: Paper) -> Iterator[str]:
    target = paper.ink(paper.say(merged.target, paper.width - 40), Ink.STRONG)
    yield f"{target}  {paper.verdict(merged.verdict)}  from {counted(len(merged.places), 'place')}"
    yield ""
    for number, item in enumerate(merged.places, 1):
        lead = f"  {number}  "
        yield from paper.wrap(shown.place(item, paper.say), " " * len(lead), lead)
        yield from paper.wrap(item.summary, " " * len(lead), limit=300)
    for note in merged.notes:
        yield from paper.wrap(f"{note}.", "    ", "  - ")


def _families(merged: Merged, paper: Paper) -> Iterator[str]:
    yield ""
    for view in merged.views:
        told = "; ".join(f"{state} from {who}" for state, who in shown.by_value(view.states))
        yield from paper.wrap(f"{told} ({view.said})", "        ", f"  {view.family.label}  ")


def _differing(merged: Merged, paper: Paper) -> Iterator[str]:
    """What differs, host by host, a column a place where that fits."""
    apart = [trait for trait in merged.traits if not trait.same]
    for (subject, family), found in groupby(apart[:MOST], key=lambda trait: (trait.subject, trait.family)):
        label = f" over {family.label}" if family is not None else ""
        yield ""
        yield paper.heading(f"{subject}{label}")
        yield from _rows(list(found), len(merged.places), paper)
    same = len(merged.traits) - len(apart)
    yield ""
    yield f"{counted(same, 'thing')} compared {'is' if same == 1 else 'are'} the same from wherever seen."
    if len(apart) > MOST:
        yield f"and {counted(len(apart) - MOST, 'more difference')}: --format json shows all"


def _rows(traits: Sequence[Trait], number: int, paper: Paper) -> Iterator[str]:
    names = [shown.name(trait, paper.say) for trait in traits]
    first = max(map(columns, names)) + 4
    wide = max((paper.width - first) // number, 8)
    yield paper.ink(
        (" " * first + "".join(pad(str(place), wide) for place in range(1, number + 1))).rstrip(), Ink.FAINT
    )
    for name, trait in zip(names, traits, strict=True):
        cells = ["-" if value is None else paper.say(value, 300) for value in trait.values]
        lead = pad(f"  {name}", first)
        if all(columns(cell) < wide for cell in cells) and first + wide * number <= paper.width:
            yield (lead + "".join(pad(cell, wide) for cell in cells)).rstrip()
            continue
        yield lead.rstrip()
        for value, who in shown.by_value(trait.values):
            yield from paper.wrap(f"from {who}: {value}", "        ", "    ")


def _findings(merged: Merged, paper: Paper) -> Iterator[str]:
    for item in merged.findings[:MOST]:
        finding = item.finding
        family = f"{finding.family.label} " if finding.family is not None else ""
        head = f"{SIGNS[finding.verdict]} {finding.code}, {shown.shared(item.places, merged)}: "
        yield ""
        yield from paper.wrap(f"{family}{finding.subject}", "  ", head, ink=INKS[finding.verdict])
        yield from paper.wrap(finding.sentence, "  ")
    if len(merged.findings) > MOST:
        yield f"and {counted(len(merged.findings) - MOST, 'more finding')}: --format json shows all"
