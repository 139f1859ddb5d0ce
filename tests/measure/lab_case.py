"""A ``Case`` in the lab's internet: resolved already, with little patience, and every query kept."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import dns.message
import dns.rdatatype

from probe.lab.authorities import Authorities
from probe.lab.faults import DnsFault, Server
from probe.lab.nameserver import Nameserver
from probe.lab.network import LabNetwork
from probe.lab.world import DOCUMENTATION
from probe.lab.zones import ELSEWHERE, HOME, NAMESERVER, OURSELVES, OWN4, OWN6, ROOT4, ROOT6
from probe.measure.case import Case
from probe.measure.frame import Frame
from probe.measure.resolver import Resolver
from probe.model.network import Transport
from probe.model.settings import Settings, Target, TargetKind, Timeouts
from probe.model.words import Family

DOMAIN = Target("example.com", TargetKind.DOMAIN, "example.com")
HOST = Target("[mx1.example.com]", TargetKind.HOST, "mx1.example.com")
ADDRESS = Target("[2001:db8::25]", TargetKind.ADDRESS, "2001:db8::25")
SETTINGS = Settings(
    nameservers=((NAMESERVER, 53),),
    treat_global=DOCUMENTATION,
    timeouts=Timeouts(dns=0.1),
    seed=6,
    root_hints=(ROOT6, ROOT4),
)
BOTH = {Family.IPV6: OWN6, Family.IPV4: OWN4}


class Watched(LabNetwork):
    """The lab's network; ``sent`` are the queries as (server, name, type, transport)."""

    sent: list[tuple[str, str, str, Transport]]

    async def exchange(self, server: tuple[str, int], query: bytes, transport: Transport, timeout: float) -> bytes:
        question = dns.message.from_wire(query).question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        self.sent.append((server[0], question.name.to_text(omit_final_dot=True), kind, transport))
        return await super().exchange(server, query, transport, timeout)

    def to(self, server: str) -> list[tuple[str, str, Transport]]:
        """The queries one server was sent."""
        return [(name, rrtype, transport) for where, name, rrtype, transport in self.sent if where == server]


async def case(
    zone: str = HOME,
    target: Target = DOMAIN,
    *,
    servers: Mapping[str, Server] | None = None,
    faults: Mapping[tuple[str, str], DnsFault] | None = None,
    sources: Mapping[Family, str] = BOTH,
    left: float | None = None,
    **changes: Any,
) -> tuple[Case, Watched]:
    """The case of ``target`` in a world of ``zone``; ``left`` are the seconds it has."""
    settings = replace(SETTINGS, **changes)
    text = ELSEWHERE + OURSELVES + zone
    known = {key: fault for key, fault in (faults or {}).items() if fault is not DnsFault.BOGUS}
    network = Watched(
        Nameserver(text, faults), settings.nameservers, sources, authorities=Authorities(text, known, servers)
    )
    network.sent = []
    now = network.monotonic()
    frame = Frame(network, settings, now, None if left is None else now + left)
    resolver = Resolver(network, settings)
    return Case(frame, resolver, target, await resolver.resolve(target)), network
