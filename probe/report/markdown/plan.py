"""A migration as a checklist for a ticket.

In: a ``Plan``. Out: Markdown with task boxes; whatever came from the network stands as text.
"""

from probe.grammar.text import clip
from probe.model.plan import Plan, Progress
from probe.report.markdown.escape import Scribe
from probe.report.text.plan import sentence, when

_LONGEST = 500
_SCRIBE = Scribe(lambda text: text)


def render(plan: Plan) -> str:
    """The list."""
    lines = [f"# {plan.kind} {_say(plan.target)}: {plan.verdict}", "", _say(sentence(plan)), ""]
    for step in plan.steps:
        box = "x" if step.progress is Progress.DONE else " "
        change = " **(change)**" if step.change else ""
        lines.append(f"- [{box}] {_say(step.title)}{change}")
        lines.append(f"  {step.progress}: {_say(step.seen)}")
        if step.not_before is not None and step.progress is not Progress.DONE:
            lines.append(f"  not before {when(step.not_before)}")
        for line in (step.how or "").split("\n") if step.how else ():
            lines += ["", f"      {clip(line, 1000)}"]
    if plan.notes:
        lines += ["", *(f"> {_say(note)}." for note in plan.notes)]
    return "\n".join(lines) + "\n"


def _say(text: str) -> str:
    return _SCRIBE.say(text, _LONGEST)
