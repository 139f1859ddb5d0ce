"""Is what senders look up secure, not signed, or refused as forged? Asked of our resolver, with checking and without.

In: a ``Case``. Out: a ``Secured`` for MX, and AAAA and A of each host. A look-up that fails is repeated with CD set
(RFC 4035 3.2.2): if that brings records, and failing again without it is no accident, the signatures are at fault.
"""

import asyncio

from probe.measure.case import Case
from probe.measure.dns.lookups import RRTYPES
from probe.measure.mail_names import mail_domain, mail_hosts
from probe.model.dns import Resolution
from probe.model.security import Secured, Security
from probe.model.words import Outcome

_REFUSALS = {Outcome.SERVFAIL, Outcome.BOGUS}


async def inquire(case: Case) -> tuple[Secured, ...] | None:
    """The state of every record set that mail to the target depends on; None for a target that has no name."""
    domain = mail_domain(case)
    wanted = [(domain, "MX")] if domain is not None else []
    wanted += [(host, rrtype) for host in mail_hosts(case) for rrtype in RRTYPES.values()]
    if not wanted:
        return None
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(_state(case, name, rrtype)) for name, rrtype in wanted]
    return tuple(task.result() for task in asked)


async def _state(case: Case, name: str, rrtype: str) -> Secured:
    checked = await case.resolver.lookup(name, rrtype)
    if checked.outcome.inconclusive:
        return await _failed(case, checked)
    if checked.ad:
        return Secured(name, rrtype, Security.SECURE, checked.outcome, signed=True)
    seen = await case.resolver.signed(name, rrtype)
    if seen.outcome.inconclusive:
        return Secured(name, rrtype, Security.INDETERMINATE, checked.outcome, detail=seen.detail)
    state = Security.INDETERMINATE if seen.signed else Security.INSECURE
    return Secured(name, rrtype, state, checked.outcome, signed=seen.signed)


async def _failed(case: Case, checked: Resolution) -> Secured:
    """Bogus or just broken? An answer past the check counts only while the check goes on failing."""
    name, rrtype, said = checked.name, checked.rrtype, checked.detail
    state = Security.INDETERMINATE
    if checked.outcome not in _REFUSALS:
        return Secured(name, rrtype, state, checked.outcome, detail=said)
    unchecked = await case.resolver.signed(name, rrtype, unchecked=True)
    if not unchecked.outcome.inconclusive:
        again = await case.resolver.signed(name, rrtype)
        if again.heard and again.outcome in _REFUSALS:
            state, said = Security.BOGUS, again.detail or said
    return Secured(name, rrtype, state, checked.outcome, unchecked.outcome, unchecked.signed, said)
