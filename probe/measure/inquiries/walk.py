"""From the root to the domain and to each mail host over one family alone, as a resolver of that family goes.

In: a ``Case``. Out: ``Walk``s: the zones entered, and the first that could not be (RFC 3901). Each family is gone by
itself, and is the control of the other: what fails over both is a fault of the zone. Without an answer from the root
nothing is said.
"""

import asyncio

from probe.measure.case import Case
from probe.measure.dns.walker import Walker
from probe.measure.mail_names import mail_names
from probe.model.walk import Walk, WalkEnd
from probe.model.words import Family

_NAMES = 6


async def inquire(case: Case) -> tuple[Walk, ...] | None:
    """The walks over IPv6, then those over IPv4; None where IPv6 is not asked for or nothing has a name."""
    names = mail_names(case)[:_NAMES]
    families = case.frame.settings.families
    if not names or Family.IPV6 not in families:
        return None
    async with asyncio.TaskGroup() as group:
        asked = {family: group.create_task(_walked(case, family, names)) for family in Family if family in families}
    return tuple(walk for family in Family if family in asked for walk in asked[family].result())


async def _walked(case: Case, family: Family, names: tuple[str, ...]) -> tuple[Walk, ...]:
    """One name after the other: what they share of the way is gone once."""
    walker = Walker(case, family)
    walks = []
    for name in names:
        walks.append(await walker.walk(name))
        if walks[-1].end in {WalkEnd.NO_ROOT, WalkEnd.UNFINISHED}:
            break
    return tuple(walks)
