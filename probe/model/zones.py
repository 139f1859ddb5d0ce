"""What name servers say when each is asked itself: a zone, its servers, their addresses, their answers.

Names are A-labels in lower case without the final dot, seconds throughout. No judgement.
"""

from dataclasses import dataclass

from probe.model.network import Transport
from probe.model.words import AddressClass, Failure, Family, Outcome


@dataclass(frozen=True, slots=True)
class DirectAnswer:
    """One question to one server, without recursion. ``rcode`` is None when nothing came; then ``failure`` says why.

    ``records`` are RDATA in presentation form, sorted; ``aa`` the authoritative-answer bit; ``ttl`` that of the
    records, of a denial the negative one (RFC 2308 5). ``size`` in octets; ``truncated`` leaves ``records`` empty.
    ``tries`` is how often it was asked, ``elapsed`` the time of the last try. ``without_edns``: it was silent to the
    question put with EDNS, and answered it without.
    """

    transport: Transport
    name: str
    rrtype: str
    outcome: Outcome
    rcode: str | None = None
    aa: bool = False
    records: tuple[str, ...] = ()
    ttl: int | None = None
    elapsed: float = 0.0
    size: int = 0
    truncated: bool = False
    tries: int = 1
    failure: Failure | None = None
    detail: str | None = None
    without_edns: bool = False

    @property
    def heard(self) -> bool:
        """True when the server said anything one could read."""
        return self.rcode is not None


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """One address of a name server. ``skipped`` says why it was not asked: that tells nothing about the server."""

    address: str
    family: Family
    klass: AddressClass
    skipped: str | None = None
    answers: tuple[DirectAnswer, ...] = ()

    def said(self, name: str, rrtype: str, transport: Transport | None = None) -> tuple[DirectAnswer, ...]:
        """Its answers to one question, in the order they were asked for."""
        return tuple(
            item
            for item in self.answers
            if (item.name, item.rrtype) == (name, rrtype) and transport in {None, item.transport}
        )

    def heard(self, transport: Transport | None = None) -> bool:
        """True when it said anything at all."""
        return any(item.heard for item in self.answers if transport in {None, item.transport})


@dataclass(frozen=True, slots=True)
class ZoneServer:
    """A name server of a zone; ``ipv6`` and ``ipv4`` are how the look-ups of its addresses ended.

    ``cnames`` is non-empty when its name is an alias (RFC 2181 10.3).
    """

    name: str
    ipv6: Outcome
    ipv4: Outcome
    addresses: tuple[ServerAddress, ...] = ()
    cnames: tuple[str, ...] = ()

    def of(self, family: Family) -> tuple[ServerAddress, ...]:
        """Its addresses of ``family``."""
        return tuple(item for item in self.addresses if item.family is family)


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone that mail to the target depends on. ``names`` are those of ours in it: the domain, MX hosts.

    ``left_out`` counts name servers beyond our limit. ``finished`` is false when there was no time to ask everything.
    """

    name: str
    names: tuple[str, ...]
    servers: tuple[ZoneServer, ...] = ()
    left_out: int = 0
    finished: bool = True

    def addresses(self) -> tuple[tuple[ZoneServer, ServerAddress], ...]:
        """Every address with its server."""
        return tuple((server, address) for server in self.servers for address in server.addresses)
