"""Do the name servers the user gave agree? Each is asked alone for what senders look up (RFC 9499: split DNS)."""

import asyncio

from probe.measure.case import Case
from probe.measure.dns.lookups import RRTYPES
from probe.measure.mail_names import mail_domain, mail_hosts
from probe.model.dns import Resolution

_HOSTS = 4
_FEWEST = 2  # of one alone there is nothing to hold it against


async def inquire(case: Case) -> tuple[Resolution, ...] | None:
    """An answer per server and question; None unless several servers were named for this run."""
    if len(set(case.frame.settings.nameservers)) < _FEWEST:
        return None
    domain = mail_domain(case)
    wanted = [(domain, "MX")] if domain is not None else []
    wanted += [(host, rrtype) for host in mail_hosts(case)[:_HOSTS] for rrtype in RRTYPES.values()]
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(case.resolver.each(name, rrtype)) for name, rrtype in wanted]
    return tuple(answer for task in asked for answer in task.result())
