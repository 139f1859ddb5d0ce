"""Durations, counts, signs and returned messages in the words formats share.

In: numbers, seconds, nouns. Out: short text. Nothing raises.
"""

from collections.abc import Callable

from probe.model.bounce import Bounce
from probe.model.words import Verdict

Say = Callable[[str, int], str]  # a format's own: foreign text as a harmless line of so many columns, private if asked

SIGNS = {Verdict.OK: "+", Verdict.UNKNOWN: "?", Verdict.WARNING: "!", Verdict.CRITICAL: "x"}


def seconds(value: float) -> str:
    """A duration as people say it: ``0.4 ms``, ``12 ms``, ``1.5 s``, ``15 s``."""
    if value < 0.00995:
        return f"{value * 1000:.1f} ms"
    if value < 0.9995:
        return f"{value * 1000:.0f} ms"
    return f"{value:.1f} s".replace(".0 ", " ")


def roughly(value: float) -> str:
    """A duration where a tenth of a second is all that matters: ``0.4 s``."""
    return f"{value:.1f} s" if value >= 0.05 else "under 0.1 s"


def counted(number: int, noun: str) -> str:
    """``1 query``, ``2 queries``, ``2 addresses``."""
    if number == 1:
        return f"1 {noun}"
    if noun.endswith("s"):
        return f"{number} {noun}es"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"


def returned(bounce: Bounce) -> str:
    """Who sent a message back, and what was said against it; texts of theirs."""
    one = next((item for item in bounce.recipients if item.action is bounce.action), None)
    said = (one.diagnostic or one.status) if one else None
    return f"by {bounce.reporting_mta or 'a server without a name'}, {said or 'without a reason'}"
