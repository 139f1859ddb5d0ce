"""When to try once more, and how long to wait before (catalogue rules 14, 24, 25, 38). Pure."""

from datetime import datetime, timedelta

from probe.grammar.come_back import advertised_delay, wait
from probe.model.memory import Silenced
from probe.model.settings import Settings
from probe.model.smtp import Session
from probe.model.words import Failure, Stage

RETRY_AFTER = 3.0  # seconds before a connect time-out is tried once more
AFTER_POSTSCREEN = 6.0  # seconds; who passed its tests is known at once, and only has to come again (postscreen(8))

AFTER_BUSY = timedelta(seconds=30)  # rule 38: some hosts allow two connections a minute


def pause_after(busy: Silenced, now: datetime, settings: Settings) -> float | None:
    """Seconds until a host is called that answered 421 to an earlier run; None: not before that time is over.

    Who names a target has perhaps just mended it and wants to see; what comes from a list comes round again by itself.
    """
    return max(0.0, (busy.at + AFTER_BUSY - now).total_seconds()) if settings.named else None


def second_chance(
    session: Session, tried: int, waited: float, settings: Settings, known: float | None = None
) -> float | None:
    """Seconds to wait before ``session``'s address is tried again, or None to leave it.

    ``tried`` counts the tries before this answer, ``waited`` the seconds spent waiting between them. ``known`` is when,
    in seconds from now, an earlier run was to come back with the same tuple: what that run has waited counts.
    """
    if session.failure is Failure.TIMEOUT and session.reached is Stage.CONNECT:
        return RETRY_AFTER if tried == 0 else None
    if session.failure is not Failure.DEFERRED or session.reached.rank < Stage.MAIL.rank:
        return None
    reply = session.steps[-1].reply
    if reply is None or reply.code == 421:
        return None
    delay = wait(reply.text, tried + 1)
    if advertised_delay(reply.text) is None and tried == 0 and reply.enhanced == "4.3.2":
        delay = AFTER_POSTSCREEN
    if tried == 0 and known is not None and known > 0:
        delay = min(delay, known)
    return delay if waited + delay <= settings.greylist else None
