"""Thresholds as monitoring plugins write them (Monitoring Plugins Development Guidelines, "Threshold and ranges").

In: ``10`` (alert below 0 or above 10), ``10:`` (below 10), ``~:10`` (above 10), ``10:20`` (outside), ``@10:20``
(inside). Out: a ``Range``. Wrong: ``UsageError`` that quotes the word.
"""

import re

from probe.grammar.options import quoted
from probe.model.errors import UsageError
from probe.model.judging import Range

_RANGE = re.compile(r"(@?)(?:(~|-?[0-9]{1,12}(?:\.[0-9]{1,12})?):)?(-?[0-9]{1,12}(?:\.[0-9]{1,12})?)?")


def parse(text: str) -> Range:
    """The range ``text`` means."""
    found = _RANGE.fullmatch(text)
    if not found or (found[2] is None and found[3] is None):
        raise UsageError(f"{quoted(text)} is not a threshold, such as 5, 5:, ~:5, 1:5 or @1:5")
    low = None if found[2] == "~" else float(found[2] or 0)
    high = float(found[3]) if found[3] is not None else None
    if low is not None and high is not None and low > high:
        raise UsageError(f"{quoted(text)} begins above its end")
    return Range(text, low, high, inside=bool(found[1]))
