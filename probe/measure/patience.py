"""When to try once more, and how long to wait before (catalogue rules 14, 24, 25). Pure."""

import re

from probe.model.settings import Settings
from probe.model.smtp import Session
from probe.model.words import Failure, Stage

RETRY_AFTER = 3.0  # seconds before a connect time-out is tried once more
LADDER = (60.0, 330.0, 930.0, 1830.0)  # seconds between tries at a greylisting that names no time (RFC 6647 5)
AFTER_POSTSCREEN = 6.0  # seconds; who passed its tests is known at once, and only has to come again (postscreen(8))
_MARGIN = 1.1
_ADVERTISED = re.compile(r"\b(\d{1,5}) ?(s|sec|secs|seconds?|m|min|mins|minutes?)\b", re.IGNORECASE)


def second_chance(session: Session, tried: int, waited: float, settings: Settings) -> float | None:
    """Seconds to wait before ``session``'s address is tried again, or None to leave it.

    ``tried`` counts the tries before this answer, ``waited`` the seconds spent waiting between them.
    """
    if session.failure is Failure.TIMEOUT and session.reached is Stage.CONNECT:
        return RETRY_AFTER if tried == 0 else None
    if session.failure is not Failure.DEFERRED or session.reached.rank < Stage.MAIL.rank:
        return None
    reply = session.steps[-1].reply
    if reply is None or reply.code == 421:
        return None
    delay = advertised_delay(reply.text)
    if delay is None and tried == 0 and reply.enhanced == "4.3.2":
        delay = AFTER_POSTSCREEN
    if delay is None:
        delay = LADDER[min(tried, len(LADDER) - 1)]
    return delay if waited + delay <= settings.greylist else None


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
