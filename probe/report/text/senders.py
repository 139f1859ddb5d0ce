"""What sending servers meet: who loses how much time on which address, and who cannot deliver at all.

In: a report. Out: lines that fit the paper; none where every kind of sender gets through at once, unless asked for.
"""

from collections.abc import Iterator

from probe.model.report import Report, Sender
from probe.report.text.layout import Paper, pad

_NOTICED = 1.0  # seconds nobody would miss
_MOST_ADDRESSES = 4


def what_senders_meet(report: Report, paper: Paper, *, verbose: int = 0) -> Iterator[str]:
    """The section, with a blank line and its heading before it."""
    shown = [item for item in report.senders if verbose or _worth_saying(item)]
    if not shown:
        return
    yield ""
    yield paper.heading("What senders meet")
    longest = max(len(item.name) for item in shown)
    for item in shown:
        lead = f"  {pad(item.name, longest)}  "
        yield from paper.wrap(_told(item), " " * len(lead), lead)


def _worth_saying(sender: Sender) -> bool:
    return (sender.delivers is False and bool(sender.tries)) or (sender.worst or 0.0) >= _NOTICED


def _told(sender: Sender) -> str:
    if not sender.tries:
        return "finds no address to try"
    lost = [item for item in sender.tries if item.ended is not None]
    names = ", ".join(f"[{item.address}] {item.ended}" for item in lost[:_MOST_ADDRESSES])
    more = f" and {len(lost) - _MOST_ADDRESSES} more" if len(lost) > _MOST_ADDRESSES else ""
    match sender.delivers:
        case None:
            return f"cannot be told: {names}{more}"
        case False:
            return f"cannot deliver: {names}{more}"
    if sender.seconds is None or sender.worst is None or sender.worst < _NOTICED:
        return "delivers at once"
    when = f"after {_time(sender.worst)}"
    if sender.seconds < sender.worst:
        when = f"after {_time(sender.seconds)} on average, {_time(sender.worst)} at worst"
    return f"delivers {when}: {names}{more}"


def _time(seconds: float) -> str:
    return f"{seconds / 60:.3g} min" if seconds >= 60 else f"{seconds:.0f} s"
