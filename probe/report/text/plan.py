"""A migration as a checklist for a terminal.

In: a ``Plan``. Out: lines that fit the paper, save those of a step that are there to be copied.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from probe.model.plan import Plan, Progress, Step
from probe.report.text.layout import NARROWEST, Ink, Paper

_BOXES = {
    Progress.DONE: ("[x]", Ink.GOOD),
    Progress.NOT_YET: ("[ ]", Ink.CARE),
    Progress.BLOCKED: ("[!]", Ink.BAD),
    Progress.UNKNOWN: ("[?]", Ink.UNSURE),
    Progress.BY_HAND: ("[-]", Ink.PLAIN),
}


def render(plan: Plan, *, color: bool = False, width: int = 80) -> str:
    """The page."""
    paper = Paper(max(width, NARROWEST), color)
    lines = [f"{paper.ink(f'{plan.kind} {paper.say(plan.target, 120)}', Ink.STRONG)}  {paper.verdict(plan.verdict)}"]
    lines += paper.wrap(sentence(plan), "  ")
    for number, step in enumerate(plan.steps, 1):
        lines += _step(number, step, paper)
    lines += [""] if plan.notes else []
    for note in plan.notes:
        lines += paper.wrap(f"{note}.", "    ", "  - ", limit=300)
    return "".join(f"{line}\n" for line in lines)


def sentence(plan: Plan) -> str:
    """What is to be done next, and whether it is safe."""
    if plan.next is None:
        left = [step for step in plan.open if step.progress is Progress.BLOCKED]
        return f"All changes are made, but {left[0].title}: {left[0].seen}." if left else "All changes are made."
    blocked = next((step for step in plan.open if step.progress is Progress.BLOCKED), None)
    waiting = next((step for step in plan.open if step.progress is Progress.NOT_YET), None)
    unsure = next((step for step in (*plan.open, plan.next) if step.progress is Progress.UNKNOWN), None)
    what = f"Next change: {plan.next.title}"
    if blocked is not None:
        return f"{what}. Blocked by: {blocked.title} ({blocked.seen})."
    if waiting is not None:
        return f"{what}. Not yet; first: {waiting.title}."
    if unsure is not None:
        return f"{what}. Whether that is safe is not known: {unsure.title} ({unsure.seen})."
    if plan.earliest is not None and plan.earliest > plan.now:
        return f"{what}. Not before {when(plan.earliest)}."
    return f"{what}. As far as it can be measured it is safe now; what is to be done by hand is yours to know."


def when(time: datetime) -> str:
    """A time, in words that sort."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _step(number: int, step: Step, paper: Paper) -> Iterator[str]:
    box, ink = _BOXES[step.progress]
    yield ""
    mark = " (change)" if step.change else ""
    yield from paper.wrap(f"{number}. {paper.say(step.title, 300)}{mark}", "       ", f"{box} ", ink=ink)
    yield from paper.wrap(f"{step.progress}: {paper.say(step.seen, 400)}", "       ", "    ", limit=500)
    if step.not_before is not None and step.progress is not Progress.DONE:
        yield f"    not before {when(step.not_before)}"
    for line in (step.how or "").split("\n") if step.how else ():
        yield f"      {paper.say(line, 1000)}"
