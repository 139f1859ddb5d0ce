"""The domain as a sender: whether its SPF record lets each family send, by which term, and what DMARC asks for.

In: a report. Out: lines that fit the paper; none where the domain says nothing about its mail and nobody named a
sender, unless more is wanted.
"""

from collections.abc import Iterator

from probe.model.report import Outbox, Outgoing, Report
from probe.model.spf import Evaluation
from probe.report.text.layout import Paper

_MOST = 6  # addresses shown unless more is wanted
_INDENT = " " * 9


def what_it_sends(report: Report, paper: Paper, *, verbose: int = 0) -> Iterator[str]:
    """The section, with a blank line and its heading before it."""
    box = report.outbox
    if box is None or not (verbose or box.record or any(item.named for item in box.senders)):
        return
    yield ""
    yield paper.heading("As a sender")
    if verbose or not box.senders:
        yield from paper.wrap(paper.say(box.record or "no SPF record", 400), _INDENT, "  SPF    ")
    for item in box.senders if verbose else box.senders[:_MOST]:
        yield from paper.wrap(_told(item, paper, verbose), _INDENT, f"  {item.family.label}   ")
    if not verbose and len(box.senders) > _MOST:
        yield f"{_INDENT}and {len(box.senders) - _MOST} more: -v shows all"
    yield from paper.wrap(_policy(box, paper), _INDENT, "  DMARC  ")
    if box.senders and not all(item.named for item in box.senders):
        guess = "* an MX host, which need not send; name what does with --sender6 and --sender4"
        yield from paper.wrap(guess, _INDENT, _INDENT)


def _told(item: Outgoing, paper: Paper, verbose: int) -> str:
    parts = [f"{item.address}{'' if item.named else '*'}", f"SPF {_result(item.spf, paper)}"]
    if item.named or verbose:
        names = ", ".join(paper.say(name, 80) for name in item.ptr[:3])
        confirmed = {True: "", False: " (not confirmed)", None: " (not checked)"}[item.fcrdns]
        parts.append(f"{names}{confirmed}" if names else "no reverse name")
    if item.helo and verbose:
        parts.append(f"greets as {paper.say(item.helo, 80)}")
    if item.spf is not None and verbose:
        parts.append(f"{item.spf.lookups} of 10 look-ups, {len(item.spf.voids)} of 2 void")
    parts += [f"listed by {paper.say(zone, 80)}" for zone in item.listed[:4]]
    return ", ".join(parts)


def _result(found: Evaluation | None, paper: Paper) -> str:
    if found is None:
        return "not known: time ran out"
    if found.detail is not None:
        return f"{found.result}: {paper.say(found.detail, 160)}"
    if not found.matched:
        return str(found.result)
    return f"{found.result} by {' > '.join(paper.say(step.term, 60) for step in found.matched[:4])}"


def _policy(box: Outbox, paper: Paper) -> str:
    if box.dmarc is None:
        return "no record"
    return f"p={box.dmarc}" + (f" (of {paper.say(box.dmarc_at or '', 80)})" if box.dmarc_at != box.domain else "")
