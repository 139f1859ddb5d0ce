"""When a deferral wants to be tried again: what its text says, and what to do where it says nothing.

In: the text of a 4xx reply. Out: seconds. Nothing raises; the time is linear in the text.
"""

import re

LADDER = (60.0, 330.0, 930.0, 1830.0)  # seconds between tries at a greylisting that names no time (RFC 6647 5)

_MARGIN = 1.1
_ADVERTISED = re.compile(r"\b(\d{1,5}) ?(s|sec|secs|seconds?|m|min|mins|minutes?)\b", re.IGNORECASE)


def advertised_delay(text: str) -> float | None:
    """The wait a deferral names, with a margin; None when it names none.

    >>> advertised_delay("4.2.0 Greylisted, try again in 300 seconds")
    330.0
    >>> advertised_delay("4.7.1 come back in 5 minutes")
    330.0
    >>> advertised_delay("4.3.2 Service currently unavailable")
    """
    found = _ADVERTISED.search(text)
    if found is None:
        return None
    unit = 60 if found[2].lower().startswith("m") else 1
    return round(int(found[1]) * unit * _MARGIN, 3)


def wait(text: str, tries: int) -> float:
    """Seconds to wait after the deferral ``text``, which is the ``tries``-th in a row."""
    named = advertised_delay(text)
    return LADDER[min(max(tries, 1), len(LADDER)) - 1] if named is None else named
