"""Which keys the DNS promises for the MX hosts: TLSA records at the port of mail (RFC 6698 3, RFC 7672 2.2).

Everything is looked up that a sender of either kind would: those that want the MX records signed too, and those that
are content with a signed host (Postfix: smtp_tls_dane_insecure_mx_policy). What follows from it is not decided here.
"""

import asyncio
from dataclasses import replace

import dns.rdtypes.ANY.TLSA  # noqa: F401 -- loaded here, in the thread, and not when the first answer waits

from probe.address import is_address
from probe.measure.case import Case
from probe.measure.dns.exchangers import bad_target
from probe.measure.dns.tlsa import look_up
from probe.model.dns import Resolution
from probe.model.policies import Dane, TlsaHost


async def inquire(case: Case) -> Dane | None:
    """The TLSA look-ups of all MX hosts; None where no host has a name."""
    hosts = [host for host in case.resolved.hosts if bad_target(host.host) is None and not is_address(host.host)]
    if not hosts:
        return None
    port = case.target.port or case.frame.settings.port
    tasks: list[asyncio.Task[TlsaHost]] = []
    try:
        async with asyncio.timeout(max(0.0, case.left())), asyncio.TaskGroup() as group:
            tasks = [group.create_task(look_up(case.resolver, host, port)) for host in hosts]
    except TimeoutError:
        return Dane(tuple(task.result() for task in tasks if not task.cancelled()), unfinished=True)
    found = Dane(tuple(task.result() for task in tasks))
    failed = any(item.outcome.inconclusive for host in found.hosts for item in host.lookups)
    return replace(
        found,
        root=None if _authenticated(case, found) else await _root(case, "SOA"),
        control=await _root(case, "TLSA") if failed else None,
    )


def _authenticated(case: Case, found: Dane) -> bool:
    """True when something came authenticated, or nothing is there for which it would matter."""
    lookups = [item for host in found.hosts for item in host.lookups]
    others = [item for host in case.resolved.hosts for item in (host.ipv6, host.ipv4)]
    mx = [case.resolved.mx] if case.resolved.mx is not None else []
    matters = any(item.records or item.outcome.inconclusive for item in lookups)
    return not matters or any(item.ad for item in (*lookups, *others, *mx))


async def _root(case: Case, rrtype: str) -> Resolution | None:
    try:
        async with asyncio.timeout(max(0.0, case.left())):
            return await case.resolver.lookup(".", rrtype)
    except TimeoutError:
        return None
