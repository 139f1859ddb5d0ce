"""The lab's ``Network``: documentation addresses in front, listeners on loopback behind.

A dial to ``[2001:db8::25]:25`` goes to the listener that stands there, or to the fault that stands in its way; the link
keeps the logical ends, and the listener is told whom it talks to. Queries are answered in this process. Pauses are
shortened by ``haste``; everything else takes the time it takes, in seconds. Raises ``NetworkError`` and nothing else.
"""

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from probe.address import canonical, family_of
from probe.lab.authorities import Authorities
from probe.lab.faults import PathFault
from probe.lab.nameserver import Nameserver
from probe.model.errors import NetworkError
from probe.model.network import Endpoint, Icmp, Link, Source, Transport
from probe.model.words import Failure, Family

HASTE = 0.01  # a pause of one second takes ten milliseconds
LOOPBACK = {Family.IPV6: "::1", Family.IPV4: "127.0.0.1"}
ROUTER = {Family.IPV6: "2001:db8:fe::1", Family.IPV4: "192.0.2.254"}
_ICMP = {  # RFC 4443 3.1, RFC 792 with RFC 1812 5.2.7.1
    (PathFault.UNREACHABLE, Family.IPV6): (1, 3),
    (PathFault.UNREACHABLE, Family.IPV4): (3, 1),
    (PathFault.PROHIBITED, Family.IPV6): (1, 1),
    (PathFault.PROHIBITED, Family.IPV4): (3, 13),
}


@dataclass(frozen=True, slots=True)
class Place:
    """What stands at an address and port: a listener's real (address, port), or the fault in its way.

    ``delay`` is the time a connection takes, in seconds.
    """

    at: tuple[str, int] | PathFault
    delay: float = 0.0


class LabNetwork:
    """A world of one scenario. ``sources`` are this machine's own addresses; a family left out is one it does not have.

    ``dead`` are the name servers that never answer; ``temporary``: our IPv6 address is one of RFC 8981's.
    ``authorities`` are the name servers that answer for zones.
    """

    def __init__(
        self,
        nameserver: Nameserver,
        nameservers: tuple[tuple[str, int], ...],
        sources: Mapping[Family, str],
        dead: frozenset[str] = frozenset(),
        haste: float = HASTE,
        *,
        temporary: bool = False,
        authorities: Authorities | None = None,
    ) -> None:
        self._nameserver = nameserver
        self._nameservers = nameservers
        self._sources = dict(sources)
        self._dead = dead
        self._haste = haste
        self._temporary = temporary
        self._authorities = authorities
        self._places: dict[tuple[str, int], Place] = {}
        self._clients: dict[tuple[str, int], str] = {}

    def put(self, address: str, port: int, place: Place) -> None:
        """Set up what stands at ``address`` and ``port``."""
        self._places[canonical(address), port] = place

    def client_of(self, peer: object) -> str:
        """The logical address of a listener's client; one that did not come through ``dial`` is who it is."""
        match peer:
            case (str() as host, int() as port, *_):
                return self._clients.get((host, port), host)
        raise TypeError(f"{peer!r} is not the name of a TCP socket")

    def now(self) -> datetime:
        """The real time, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """That of the event loop all of the lab runs in: what does not count for it counts for nobody."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Wait a hundredth of it."""
        await asyncio.sleep(seconds * self._haste)

    def source_for(self, address: str, bound: str | None = None) -> Source:
        """Our own address of the family; ``no-route`` when the scenario takes it away."""
        family = family_of(address)
        source = self._sources.get(family)
        unrouted = any(
            place.at is PathFault.NO_ROUTE for (where, _), place in self._places.items() if where == canonical(address)
        )
        if source is None or unrouted:
            raise NetworkError(Failure.NO_ROUTE, f"Network is unreachable: no {family.label} route to {address}")
        if bound is not None and canonical(bound) != source:
            raise NetworkError(Failure.NO_ROUTE, f"Cannot assign requested address: {bound} is not ours")
        return Source(source, temporary=self._temporary and family is Family.IPV6, deprecated=False)

    async def dial(self, endpoint: Endpoint, bound: str | None, timeout: float, max_segment: int | None = None) -> Link:
        """Connect to what stands there. Where nothing does, a known host refuses and an unknown one is silent."""
        source = self.source_for(endpoint.address, bound).address
        address = canonical(endpoint.address)
        known = any(where == address for where, _ in self._places)
        place = self._places.get((address, endpoint.port), Place(PathFault.REFUSED if known else PathFault.BLACKHOLE))
        if place.delay >= timeout or place.at is PathFault.BLACKHOLE:
            await asyncio.sleep(timeout)
            raise NetworkError(Failure.TIMEOUT, f"no answer from {address} within {timeout:g} s")
        await asyncio.sleep(place.delay)
        if isinstance(place.at, PathFault):
            raise _refusal(place.at, endpoint.family, address)
        opened = await self._connect(place.at, source, timeout, max_segment)
        return Link(opened, source, address, max_segment)

    def nameservers(self) -> tuple[tuple[str, int], ...]:
        """The scenario's recursive name servers."""
        return self._nameservers

    def trust_ad(self) -> bool:
        """No answer of the lab's is signed."""
        return False

    async def exchange(self, server: tuple[str, int], query: bytes, transport: Transport, timeout: float) -> bytes:
        """Ask a name server in this process; a dead one, and a stranger, is silent, and TCP may be refused."""
        await asyncio.sleep(0)  # an answer is never there before the question has left
        answer = None
        if self._authorities is not None and self._authorities.stands_at(server[0]):
            self.source_for(server[0])  # no way to it, no answer
            if transport is Transport.TCP and not self._authorities.speaks_tcp(server[0]):
                raise NetworkError(Failure.REFUSED, "Connection refused")
            answer = self._authorities.answer(server[0], query, transport)
        if server in self._nameservers and server[0] not in self._dead:
            answer = self._nameserver.answer(query, transport)
        if answer is None:
            await asyncio.sleep(timeout)
            raise NetworkError(Failure.TIMEOUT, f"no answer from {server[0]} within {timeout:g} s")
        return answer

    async def _connect(
        self, at: tuple[str, int], source: str, timeout: float, max_segment: int | None
    ) -> socket.socket:
        """Connect for real. The local end is known, and noted, before the listener can ask whose it is."""
        opened = socket.socket(socket.AF_INET6 if ":" in at[0] else socket.AF_INET)
        try:
            opened.setblocking(False)
            if max_segment is not None:
                opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, max_segment)
            opened.bind((at[0], 0))
            self._clients[opened.getsockname()[:2]] = source
            async with asyncio.timeout(timeout):
                await asyncio.get_running_loop().sock_connect(opened, at)
        except TimeoutError:
            opened.close()
            raise NetworkError(Failure.TIMEOUT, f"no answer within {timeout:g} s") from None
        except ConnectionRefusedError as error:
            opened.close()
            raise NetworkError(Failure.REFUSED, str(error.strerror)) from error
        except BaseException:
            opened.close()
            raise
        return opened


def _refusal(fault: PathFault, family: Family, address: str) -> NetworkError:
    """The error a system reports for a connect that a host or a router turned down."""
    if fault is PathFault.REFUSED:
        return NetworkError(Failure.REFUSED, "Connection refused")
    kind, code = _ICMP[fault, family]
    icmp = Icmp(kind, code, ROUTER[family])
    if fault is PathFault.PROHIBITED:
        return NetworkError(Failure.PROHIBITED, f"Permission denied: {ROUTER[family]} lets nothing pass", icmp)
    return NetworkError(Failure.UNREACHABLE, f"No route to host: {ROUTER[family]} cannot reach {address}", icmp)
