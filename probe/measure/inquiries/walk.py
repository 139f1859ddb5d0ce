"""From the root to the domain and to each mail host over IPv6 alone, as a resolver without IPv4 goes (RFC 3901).

In: a ``Case``. Out: ``Walk``s: the zones entered, and the first that could not be. Only where IPv6 fails is the
same way gone over IPv4, to tell a fault of IPv6 from one of the zone. Without an answer from the root nothing is said.
"""

from probe.measure.case import Case
from probe.measure.dns.walker import Walker
from probe.measure.mail_names import mail_names
from probe.model.walk import Walk, WalkEnd
from probe.model.words import Family

_NAMES = 6


async def inquire(case: Case) -> tuple[Walk, ...] | None:
    """The walks over IPv6, then those over IPv4; None where IPv6 is not asked for or nothing has a name."""
    names = mail_names(case)[:_NAMES]
    if not names or Family.IPV6 not in case.frame.settings.families:
        return None
    walked = await _walked(case, Family.IPV6, names)
    stuck = tuple(walk.name for walk in walked if walk.end is WalkEnd.STUCK)
    return (*walked, *(await _walked(case, Family.IPV4, stuck) if stuck else ()))


async def _walked(case: Case, family: Family, names: tuple[str, ...]) -> tuple[Walk, ...]:
    """One name after the other: what they share of the way is gone once."""
    walker = Walker(case, family)
    walks = []
    for name in names:
        walks.append(await walker.walk(name))
        if walks[-1].end in {WalkEnd.NO_ROOT, WalkEnd.UNFINISHED}:
            break
    return tuple(walks)
