"""Submission and IMAP over both families (``--services``), at the hosts that the domain's DNS names for them.

SRV records say which (RFC 6186 3, RFC 8314 5.1). Without any, the domain's own MX hosts are asked: hosts of somebody
else's domain are not, since nothing says that they serve this one's people.
"""

import asyncio
from collections.abc import Iterator

from probe.address import canonical, classify
from probe.measure.case import Case
from probe.measure.dns.lookups import RRTYPES
from probe.measure.session.knock import knock
from probe.model.dns import Resolution
from probe.model.errors import NetworkError
from probe.model.services import Knock, Protocol, Service, Services
from probe.model.words import AddressClass, Family

_PORTS = {Protocol.SUBMISSION: 587, Protocol.SUBMISSIONS: 465, Protocol.IMAPS: 993, Protocol.IMAP: 143}
_MOST_HOSTS = 4
_MOST_ADDRESSES = 2  # of a host and family


async def inquire(case: Case) -> Services | None:
    """Visit them; None where nobody asked for it."""
    if case.domain is None or not case.frame.settings.services:
        return None
    services = await _named(case, case.domain) or list(_own(case, case.domain))
    every = list(dict.fromkeys(service.host for service in services))
    hosts = every[:_MOST_HOSTS]
    left_out = [f"{host}: more than {_MOST_HOSTS} hosts" for host in every[_MOST_HOSTS:]]
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_visit(case, [it for it in services if it.host == host], family))
            for host in hosts
            for family in case.frame.settings.families
        ]
    knocks = [item for task in tasks for item in task.result()[0]]
    left_out += [text for task in tasks for text in task.result()[1]]
    return Services(tuple(knocks), tuple(left_out), finished=case.left() > 0)


async def _named(case: Case, domain: str) -> list[Service]:
    """What SRV records name; a target of ``.`` says that there is none (RFC 2782)."""
    names = {protocol: f"_{protocol}._tcp.{domain}" for protocol in Protocol}
    async with asyncio.TaskGroup() as group:
        asked = {one: group.create_task(case.resolver.lookup(name, "SRV")) for one, name in names.items()}
    return [
        Service(one, host, port, names[one]) for one, task in asked.items() for host, port in _targets(task.result())
    ]


def _targets(found: Resolution) -> Iterator[tuple[str, int]]:
    for record in found.records:
        match record.split():
            case [_, _, port, target] if port.isdecimal() and 0 < int(port) < 65536 and target != ".":
                yield target.rstrip(".").lower(), int(port)


def _own(case: Case, domain: str) -> Iterator[Service]:
    for host in case.resolved.hosts:
        if host.host not in case.resolved.bad_targets and f".{host.host}".endswith(f".{domain}"):
            yield from (Service(protocol, host.host, port) for protocol, port in _PORTS.items())


async def _visit(case: Case, services: list[Service], family: Family) -> tuple[list[Knock], list[str]]:
    """All services of one host over one family, one after the other (catalogue rule 38)."""
    frame, host = case.frame, services[0].host
    found = await case.resolver.lookup(host, RRTYPES[family])
    knocks: list[Knock] = []
    left_out: list[str] = []
    for address in list(dict.fromkeys(map(canonical, found.records)))[:_MOST_ADDRESSES]:
        why = _barred(case, address)
        if why is not None:
            left_out.append(f"{host} [{address}]: {why}")
            continue
        for service in services:
            async with (
                frame.courtesy.turn(frame.network, f"{host} {family}", frame.settings.pause),
                frame.courtesy.turn(frame.network, f"{address} {service.port}", frame.settings.pause),
            ):
                if case.left() <= 0 or host in frame.courtesy.silenced:
                    left_out.append(f"{host} [{address}] {service.protocol}: no time, or the host wants to be alone")
                else:
                    knocks.append(await knock(service, address, family, frame, case.left()))
    return knocks, left_out


def _barred(case: Case, address: str) -> str | None:
    """Why an address is not visited: nobody outside reaches it, or this machine does not."""
    settings = case.frame.settings
    klass = classify(address, settings.treat_global)
    if klass is not AddressClass.GLOBAL:
        return f"{klass}, which no client on the Internet reaches"
    try:
        case.frame.network.source_for(address)
    except NetworkError as error:
        return error.detail
    return None
