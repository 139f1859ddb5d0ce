"""The story of one audit: what the server is told, what its machine shows, what the DNS publishes.

In: which mail server, where its configuration is, the domain it is for. Out: a ``Measurement`` with its
``configuration`` filled and no conversation in it, or, with ``probe``, that of the domain with the configuration
beside it. Wrong: ``UsageError`` for what is missing or cannot be read, before anything is asked of anybody.

The machine is looked at only where the configuration is that of a server of this machine. The DNS is asked only then,
or when a domain is named: a file that was sent to us need not be told to any name server.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING

from probe.grammar.postfix_sockets import bindings, names
from probe.measure.configuration.machine import HERE, Place, look
from probe.measure.configuration.program import ask, found
from probe.measure.configuration.published import published, spf
from probe.measure.configuration.sources import sources
from probe.measure.dns.lookups import Lookups
from probe.model.configuration import Binding, Configuration, Machine, Mta, Setting
from probe.model.dns import Resolved
from probe.model.measurement import SCHEMA, Measurement
from probe.model.settings import Settings, Target, TargetKind
from probe.model.version import VERSION

if TYPE_CHECKING:
    from probe.measure.configuration.reading import Found
    from probe.model.network import Network

_APART = "it is not the configuration of a server of this machine"


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be audited. ``place`` None: the machine's own; ``-``: ``stdin`` is read."""

    mta: Mta
    place: str | None = None
    domain: str | None = None
    lan: tuple[str, ...] = ()
    stdin: Callable[[], bytes] = field(default=lambda: b"")
    where: Place = HERE


async def audit(request: Request, settings: Settings, network: Network) -> Measurement:
    """Read, look around, ask the DNS."""
    started, origin = network.now(), network.monotonic()
    read = await import_module(f"probe.measure.configuration.servers.{request.mta}").read(request.place, request.stdin)
    configuration: Configuration = replace(read.configuration, lan=request.lan)
    if read.own:
        machine = await _machine(read, request.where)
        configuration = replace(configuration, machine=machine, bindings=tuple(_placed(configuration, machine)))
    else:
        configuration = replace(configuration, apart=_APART)
    lookups = Lookups(network, settings)
    if read.own or request.domain is not None:
        configuration = await _asked(configuration, request, read, settings, network, lookups)
    configuration = _bound(configuration)
    return Measurement(
        schema=SCHEMA,
        probe6=VERSION,
        target=Target(f"{request.mta} {configuration.place}", TargetKind.CONFIGURATION, configuration.place),
        started=started,
        elapsed=round(network.monotonic() - origin, 6),
        settings=settings,
        resolved=Resolved(None, nameservers=lookups.asked),
        queries=lookups.queries,
        configuration=configuration,
    )


async def _machine(read: Found, where: Place) -> Machine:
    """The machine as the server sees it, and Dovecot beside it where it is installed."""
    machine = await asyncio.to_thread(look, read.pid, read.files, read.chroot, where)
    program = found("doveconf")
    if program is None:
        return machine
    said = await ask(program, "-h", "listen")
    if said.status != 0 or not said.out.strip():
        return machine
    return replace(machine, dovecot=(Setting("listen", said.out.strip(), origin="doveconf"),))


async def _asked(
    configuration: Configuration,
    request: Request,
    read: Found,
    settings: Settings,
    network: Network,
    lookups: Lookups,
) -> Configuration:
    """What the DNS says of the server's names and of the addresses it would send from."""
    domain = request.domain or read.origin
    async with asyncio.TaskGroup() as group:
        names_ = group.create_task(published(lookups, configuration, domain))
        record = group.create_task(spf(lookups, domain))
        ways = group.create_task(sources(network, lookups, settings, configuration))
    return replace(configuration, published=names_.result(), spf=record.result(), sources=ways.result())


def _bound(configuration: Configuration) -> Configuration:
    """Where Postfix listens, now that the names in its settings have addresses."""
    if configuration.mta is not Mta.POSTFIX:
        return configuration
    services = [
        (item.name, item.origin)
        for item in configuration.services
        if item.type == "inet" and item.command in {"smtpd", "postscreen"}
    ]
    interfaces = configuration.value("inet_interfaces", "all")
    known = _known(configuration, names((name for name, _ in services), interfaces))
    protocols = configuration.value("inet_protocols", "all")
    return replace(configuration, bindings=tuple(bindings(services, protocols, interfaces, known)))


def _placed(configuration: Configuration, machine: Machine) -> Iterator[Binding]:
    """Where the server listens, now that the machine told the addresses of its interfaces. An interface without an
    address of a family is none to listen on in that family.
    """
    devices = {item.device for item in machine.prefixes}
    for binding in configuration.bindings:
        named = devices.intersection(binding.unknown)
        here = [it.address for it in machine.prefixes if it.device in named and it.family is binding.family]
        left = tuple(name for name in binding.unknown if name not in devices)
        addresses = tuple(dict.fromkeys((*binding.addresses, *here)))
        if addresses or left:
            yield replace(binding, addresses=addresses, unknown=left)


def _known(configuration: Configuration, wanted: Iterable[str]) -> dict[str, list[str]]:
    """The addresses of names: those of the DNS; localhost is what /etc/hosts says, or both."""
    machine = configuration.machine
    known: dict[str, list[str]] = {}
    for name in wanted:
        if name == "localhost":
            known[name] = list(machine.localhost if machine is not None and machine.localhost else ("127.0.0.1", "::1"))
            continue
        mine = [item for item in configuration.published or () if item.name == name.rstrip(".").lower()]
        if mine and not any(item.outcome.inconclusive for item in mine):
            known[name] = [address for item in mine for address in item.addresses]
    return known
