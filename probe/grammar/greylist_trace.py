"""What a greylist wrote into the header of the message it held: ``X-Greylist``.

In: the value of the header, as bytes. Out: how long it held the message and who says so, or None for one that held
nothing (the client was known) or cannot be read. Nothing raises, the text is escaped. There is no standard; these are
the words of postgrey and sqlgrey (``delayed 300 seconds by postgrey-1.37 at mx1``) and of milter-greylist
(``Delayed for 00:05:01 by milter-greylist-4.6.4 (mx1 [...])``).
"""

import re

from probe.grammar.header import fields
from probe.grammar.text import escape
from probe.model.delivery import Held

MOST = 8  # of one message
_LONGEST = 400
_DELAYED = re.compile(
    r"\Adelayed (?:(?P<seconds>\d{1,8}) sec(?:ond)?s?|for (?P<h>\d{1,4}):(?P<m>\d\d):(?P<s>\d\d)) by (?P<by>\S{1,80})"
    r"(?: at (?P<at>[A-Za-z0-9.-]{1,255})| \((?P<host>[A-Za-z0-9.-]{1,255}))?",
    re.IGNORECASE,
)


def parse(value: bytes) -> Held | None:
    """One value.

    >>> parse(b"delayed 300 seconds by postgrey-1.37 at mx1.example.com; Sun, 22 Nov 2026 18:05:12 UTC")
    Held(seconds=300, by='postgrey-1.37', host='mx1.example.com')
    """
    found = _DELAYED.match(escape(b" ".join(value[:_LONGEST].split())))
    if found is None:
        return None
    hours, minutes, rest = (int(found[name] or 0) for name in ("h", "m", "s"))
    seconds = int(found["seconds"]) if found["seconds"] else 3600 * hours + 60 * minutes + rest
    return Held(seconds, found["by"].rstrip(";,"), found["at"] or found["host"])


def held(message: bytes) -> tuple[Held, ...]:
    """All that held this message, newest first: at most ``MOST``."""
    traces = (parse(value) for name, value in fields(message) if name == "x-greylist")
    return tuple(trace for trace in traces if trace is not None)[:MOST]
