"""What earlier runs say about this one: proofs, greylist tuples, successes. What they saw from elsewhere is no word.

In: a measurement with its memory. Out: the one thing remembered that applies, or None. "Now" is the measurement's own.
"""

from datetime import datetime, timedelta

from probe.address import same_network
from probe.grammar.date_time import ago, clock
from probe.judge.facts.conversations import is_address
from probe.model.measurement import Measurement
from probe.model.memory import Greeted, Greylisted, Served
from probe.model.smtp import Session
from probe.model.words import Family

PROOF_LASTS = timedelta(hours=24)
LONG = timedelta(hours=24)  # RFC 6647 5: some let in after a minute, none asks for more than a day
_OFTEN = 3  # tries without which nobody has shown patience


def proof(measurement: Measurement, family: Family, elsewhere: str | None = None) -> Greeted | None:
    """The latest greeting on port 25 over ``family``; given ``elsewhere``, of a host of another network than that.

    It counts for the source it came to: who moved to another network has moved behind another filter. Behind NAT the
    source does not tell one network from another (192.168.1.2 is everywhere), so there nothing is proven beforehand.
    """
    vantage = measurement.vantage_of(family)
    if vantage.source is None or vantage.nat:
        return None
    found = [
        item
        for item in measurement.memory.greeted
        if item.family is family
        and item.source == vantage.source
        and timedelta(0) <= measurement.started - item.at <= PROOF_LASTS
        and (elsewhere is None or not _one_network(item.address, elsewhere))
    ]
    return max(found, key=lambda item: item.at, default=None)


def served(measurement: Measurement, session: Session) -> Served | None:
    """When the same address last greeted the same source of ours."""
    source = source_of(measurement, session)
    found = [
        item
        for item in measurement.memory.served
        if (item.source, item.address, item.port) == (source, session.address, session.port)
        and item.at <= measurement.started
    ]
    return max(found, key=lambda item: item.at, default=None)


def tuple_of(measurement: Measurement, session: Session) -> Greylisted | None:
    """The greylist tuple of ``session``, as earlier runs left it."""
    settings = measurement.settings
    source = source_of(measurement, session)
    return measurement.memory.greylisting(source, settings.sender, settings.recipient, session.address)


def source_of(measurement: Measurement, session: Session) -> str | None:
    """Our own address towards ``session``'s; where no connection came about, the one that would have been used."""
    if session.source is not None:
        return session.source
    vantage = measurement.vantage_of(session.family)
    routes = (route.source for route in vantage.routes if route.address == session.address)
    return next(routes, vantage.source)


def moment(measurement: Measurement, session: Session) -> datetime:
    """When ``session`` began."""
    return measurement.started + timedelta(seconds=session.started)


def since(measurement: Measurement, at: datetime) -> str:
    """``3 h ago``."""
    return ago((measurement.started - at).total_seconds())


def greylisted_so_far(measurement: Measurement, session: Session, known: Greylisted, over: str) -> str:
    """How a greylisting stands that did not begin today, as the end of a sentence that starts with the host."""
    now = moment(measurement, session)
    if known.passed is not None:
        return f"greylists us again {over}, though it let us in {since(measurement, known.passed)}"
    begun = f"has greylisted us {over} since {clock(known.first_seen, now)}"
    if never_ends(measurement, session, known):
        return f"{begun}, {known.tries + 1} times the very same, which is longer than greylisting lasts"
    if now < known.next_try:
        return f"{begun} and is still in its delay, which ends at {clock(known.next_try, now)}"
    return f"{begun}, {known.tries + 1} times the very same"


def never_ends(measurement: Measurement, session: Session, known: Greylisted) -> bool:
    """True when the very same was tried often enough and for long enough that this is no greylisting any more."""
    now = moment(measurement, session)
    return known.passed is None and known.tries >= _OFTEN and now - known.first_seen >= LONG and now >= known.next_try


def _one_network(a: str, b: str) -> bool:
    return is_address(a) and is_address(b) and same_network(a, b)
