"""Durations, counts and signs in the words all formats share.

In: numbers, seconds. Out: short text of ours. Nothing raises.
"""

from probe.model.words import Verdict

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
    """``1 query``, ``2 queries``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"
