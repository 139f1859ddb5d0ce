"""The domain as a sender, in lines: its SPF record, what each address gets from it and by which term, and DMARC.

In: a report's outbox, and how a format says foreign text. Out: pairs of a label and a line; whether they are worth
showing. Nothing raises.
"""

from collections.abc import Iterator

from probe.model.report import Outbox, Outgoing
from probe.model.spf import Evaluation
from probe.report._shown.wording import Say

_MOST = 6  # addresses shown unless more is wanted


def worth_showing(box: Outbox | None, verbose: int = 0) -> bool:
    """The domain says something about its mail, or somebody named a sender."""
    return box is not None and bool(verbose or box.record or any(item.named for item in box.senders))


def sending(box: Outbox, say: Say, verbose: int = 0) -> Iterator[tuple[str, str]]:
    """The lines; a line without a label belongs to the one before it."""
    if verbose or not box.senders:
        yield "SPF", say(box.record or "no SPF record", 400)
    for item in box.senders if verbose else box.senders[:_MOST]:
        yield item.family.label, _told(item, say, verbose)
    if not verbose and len(box.senders) > _MOST:
        yield "", f"and {len(box.senders) - _MOST} more: -v shows all"
    yield "DMARC", _policy(box, say)
    if box.senders and not all(item.named for item in box.senders):
        yield "", "* an MX host, which need not send; name what does with --sender6 and --sender4"


def _told(item: Outgoing, say: Say, verbose: int) -> str:
    parts = [f"{item.address}{'' if item.named else '*'}", f"SPF {_result(item.spf, say)}"]
    if item.named or verbose:
        names = ", ".join(say(name, 80) for name in item.ptr[:3])
        confirmed = {True: "", False: " (not confirmed)", None: " (not checked)"}[item.fcrdns]
        parts.append(f"{names}{confirmed}" if names else "no reverse name")
    if item.helo and verbose:
        parts.append(f"greets as {say(item.helo, 80)}")
    if item.spf is not None and verbose:
        parts.append(f"{item.spf.lookups} of 10 look-ups, {len(item.spf.voids)} of 2 void")
    parts += [f"listed by {say(zone, 80)}" for zone in item.listed[:4]]
    return ", ".join(parts)


def _result(found: Evaluation | None, say: Say) -> str:
    if found is None:
        return "not known: time ran out"
    if found.detail is not None:
        return f"{found.result}: {say(found.detail, 160)}"
    if not found.matched:
        return str(found.result)
    return f"{found.result} by {' > '.join(say(step.term, 60) for step in found.matched[:4])}"


def _policy(box: Outbox, say: Say) -> str:
    if box.dmarc is None:
        return "no record"
    return f"p={box.dmarc}" + (f" (of {say(box.dmarc_at or '', 80)})" if box.dmarc_at != box.domain else "")
