"""The shape of the one seam to the world, which the real network and the lab both fill."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from probe.model.words import Family

if TYPE_CHECKING:
    import socket


class Transport(StrEnum):
    """How a DNS query travels."""

    UDP = "udp"
    TCP = "tcp"


@dataclass(frozen=True, slots=True)
class Icmp:
    """The ICMP error that ended a connect (Linux IP_RECVERR). ``offender`` is the router or host that sent it."""

    type: int
    code: int
    offender: str | None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to dial: a numeric address and a port."""

    address: str
    port: int
    family: Family


@dataclass(frozen=True, slots=True)
class Source:
    """The address this machine would use. ``temporary`` (RFC 8981) and ``deprecated`` are None where not known."""

    address: str
    temporary: bool | None = None
    deprecated: bool | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A connected, non-blocking TCP socket. ``source`` and ``peer`` are the *logical* ends, as a report shows them.

    ``max_segment`` is what was set before connecting; None where nothing was, or the system cannot. ``late`` is by how
    many seconds we noticed the connection after the kernel had it; 0.0 when that is nothing to speak of, or not known.
    """

    socket: "socket.socket"
    source: str
    peer: str
    max_segment: int | None = None
    late: float = 0.0


class Network(Protocol):
    """The world: addresses, connections, name servers and the clock.

    All methods raise ``NetworkError`` (``probe.model.errors``) for what the world refuses, nothing else. Nothing here
    chooses a family, retries or falls back.
    """

    def now(self) -> datetime:
        """UTC, aware."""
        ...

    def monotonic(self) -> float:
        """Seconds; only differences mean anything."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; tests and the lab shorten it."""
        ...

    def source_for(self, address: str, bound: str | None = None) -> Source:
        """Which own address would be used towards ``address``: a connected UDP socket, no packet leaves."""
        ...

    async def dial(self, endpoint: Endpoint, bound: str | None, timeout: float, max_segment: int | None = None) -> Link:
        """Open a TCP connection within ``timeout`` seconds, from ``bound`` when given.

        ``max_segment`` limits the octets of a segment both ways (RFC 9293 3.7.1): what fits no path fits then.
        """
        ...

    def nameservers(self) -> tuple[tuple[str, int], ...]:
        """The system's recursive name servers as (address, port)."""
        ...

    def trust_ad(self) -> bool:
        """True when the system's resolver configuration says ``trust-ad``."""
        ...

    async def exchange(self, server: tuple[str, int], query: bytes, transport: Transport, timeout: float) -> bytes:
        """Send one DNS message to one server and return the bytes of its answer. One attempt.

        Over UDP only an answer with the same id from the same server counts.
        """
        ...
