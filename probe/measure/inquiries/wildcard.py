"""Does the domain answer for every name? A label nobody made, asked for MX, AAAA and A (RFC 4592)."""

import asyncio
import random

from probe.measure.case import Case
from probe.measure.mail_names import mail_domain
from probe.model.dns import Resolution

_LETTERS = "bcdfghjklmnpqrstvwxz"  # without vowels: no word


async def inquire(case: Case) -> tuple[Resolution, ...] | None:
    """MX, AAAA and A of a name made up here; None for a target that is no domain of the DNS."""
    domain = mail_domain(case)
    if domain is None:
        return None
    lot = random.Random(case.frame.settings.seed)  # noqa: S311 - a name nobody has, not one nobody can guess
    label = "probe6-" + "".join(lot.choices(_LETTERS, k=16))
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(case.resolver.lookup(f"{label}.{domain}", kind)) for kind in ("MX", "AAAA", "A")]
    return tuple(task.result() for task in asked)
