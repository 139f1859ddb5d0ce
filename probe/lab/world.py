"""Starts a scenario: its name server, its mail servers, its mailbox, and the network that leads to them.

In goes a ``Scenario`` and an empty directory for certificates and mail; out comes a ``World``, ready to be measured:
``measure(world.target, world.settings, network=world.network, secrets=world.secrets, memory=world)``. All servers run
in the caller's event loop and are gone when the block is left: no socket, task or timer stays.
"""

import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from probe.address import canonical, family_of
from probe.lab.authorities import Authorities
from probe.lab.certificates import Authority
from probe.lab.faults import DnsFault, Mail, PathFault, Web, Wire
from probe.lab.logbook import Logbook
from probe.lab.mailbox import Mailbox
from probe.lab.mailserver import Postmaster, mailserver
from probe.lab.nameserver import Nameserver
from probe.lab.network import LOOPBACK, LabNetwork, Place
from probe.lab.rawserver import rawserver
from probe.lab.scenario import BYSTANDERS, Host, Scenario
from probe.lab.webserver import webserver
from probe.lab.zones import DEAD_NAMESERVER, ROOT4, ROOT6, promise
from probe.model.memory import Memory, Question
from probe.model.settings import Settings, Timeouts
from probe.model.words import Family, Purpose, Stage

DOCUMENTATION = ("2001:db8::/32", "3fff::/20", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
DNS_PORT = 53


@dataclass(frozen=True, slots=True)
class Listener:
    """A host of the scenario and the real (address, port) that serves it; ``at`` is a fault where nothing does."""

    host: Host
    at: tuple[str, int] | PathFault


@dataclass(frozen=True, slots=True)
class World:
    """A running scenario. ``maildir`` is where its mail ends; ``nameserver`` answers what ``network`` asks."""

    scenario: Scenario
    network: LabNetwork
    target: str
    settings: Settings
    maildir: Path
    nameserver: Nameserver
    listeners: tuple[Listener, ...]

    @property
    def secrets(self) -> dict[str, str]:
        """The password for the submission server, where the scenario has one."""
        return {} if self.scenario.secret is None else {"smtp": self.scenario.secret}

    def recall(self, question: Question) -> Memory:
        """What the scenario says that earlier runs left: the lab never looks into the user's own state."""
        return self.scenario.memory(question.now)


@asynccontextmanager
async def world(scenario: Scenario, directory: Path) -> AsyncIterator[World]:
    """Run ``scenario`` with its files in ``directory``."""
    authority = Authority(directory / "certificates")
    promised = (promise(item.host, authority.association(item)) for item in scenario.promises)
    zone = scenario.zone_text + "".join(promised)
    nameserver = Nameserver(zone, scenario.dns, scenario.dns64, scenario.signed)
    known = {key: fault for key, fault in scenario.dns.items() if fault is not DnsFault.BOGUS}  # a validator's word
    network = LabNetwork(
        nameserver,
        tuple((address, DNS_PORT) for address in scenario.nameservers),
        {family_of(address): canonical(address) for address in scenario.own},
        frozenset({DEAD_NAMESERVER}),
        temporary=scenario.temporary,
        authorities=Authorities(zone, known, scenario.servers),
    )
    mailbox = Mailbox(directory / "Maildir")
    logbook = Logbook(directory / "mail.log", network.now)
    postmasters: dict[Mail, Postmaster] = {}
    listeners = []
    async with AsyncExitStack() as stack:
        taken = {host.address for host in scenario.hosts}
        for host in (*scenario.hosts, *(host for host in BYSTANDERS if host.address not in taken)):
            at: tuple[str, int] | PathFault
            match host.behaviour:
                case PathFault() as fault:
                    at = fault
                case Mail() as mail:
                    postmaster = postmasters.setdefault(
                        mail,
                        Postmaster(
                            mail,
                            mailbox.deliver,
                            network.client_of,
                            nameserver.client_name,
                            network.now,
                            logbook.write,
                        ),
                    )
                    context = None
                    if mail.certificate:
                        context = authority.context(
                            mail.certificate,
                            _certified(mail),
                            tls13=mail.tls13,
                            whole_chain=mail.whole_chain,
                            virtual=mail.virtual,
                        )
                    local = loopback(family_of(host.address))
                    at = (local, await stack.enter_async_context(mailserver(postmaster, local, context)))
                case Wire() as wire:
                    context = authority.context(wire.certificate, wire.name) if wire.certificate else None
                    local = loopback(family_of(host.address))
                    at = (local, await stack.enter_async_context(rawserver(wire, local, context)))
                case Web() as web:
                    context = authority.context(web.certificate, web.name)
                    local = loopback(family_of(host.address))
                    at = (local, await stack.enter_async_context(webserver(web, local, context)))
            network.put(host.address, host.port, Place(at, host.delay))
            listeners.append(Listener(host, at))
        places = {"maildir": mailbox.path, "log": logbook.path}
        settings = settings_of(scenario, network, authority.ca_file, places)
        yield World(scenario, network, scenario.target, settings, mailbox.path, nameserver, tuple(listeners))


def settings_of(scenario: Scenario, network: LabNetwork, ca_file: Path, places: Mapping[str, Path]) -> Settings:
    """The settings a probe of ``scenario`` runs with: those of the command line, with little patience.

    ``places`` is where each proof looks.
    """
    return Settings(
        families=scenario.families,
        until=Stage.DATA if scenario.message else Stage.RCPT,
        recipient=scenario.target if scenario.message else f"postmaster@{scenario.target}",
        nameservers=network.nameservers(),
        treat_global=DOCUMENTATION,
        references=scenario.references,
        proofs=tuple(f"{word}:{places[word]}" for word in scenario.proofs) if scenario.message else (),
        timeouts=Timeouts(
            connect=0.5,
            banner=1.2,
            reply=0.8,
            final_dot=0.8,
            dns=0.5,
            quit=0.5,
            arrival=0.8,
            deadline=scenario.deadline,
        ),
        greylist=scenario.greylist,
        ca_file=str(ca_file),
        trust_ad=scenario.trusted,
        seed=6,
        via=scenario.via,
        sender=scenario.sender,
        sender6=scenario.sender6,
        sender4=scenario.sender4,
        dnsbl=scenario.dnsbl,
        pipelining=scenario.pipelining,
        root_hints=(ROOT6, ROOT4),
        services=scenario.services,
        every_address=scenario.every_address,
        trials=scenario.trials,
        owned=bool(scenario.trials),
        relay_to=scenario.relay_to if Purpose.RELAY in scenario.trials else None,
        trusted_source=scenario.trusted_source,
    )


def loopback(family: Family) -> str:
    """The loopback address to listen on: that of the family, or IPv4's on a machine without IPv6."""
    if family is Family.IPV6:
        try:
            with socket.socket(socket.AF_INET6) as trial:
                trial.bind((LOOPBACK[Family.IPV6], 0))
        except OSError:
            return LOOPBACK[Family.IPV4]
    return LOOPBACK[family]


def _certified(mail: Mail) -> str:
    """The name in a server's certificate: a pool shares that of the host it stands for."""
    return mail.names[0] if len(mail.names) == 1 else "mx1.example.com"
