"""The real world: the one file that opens sockets for the measurement and asks the clock.

In: numeric addresses; nothing here looks up a name. Out: connected sockets, DNS answers as bytes, our own addresses.
``NetworkError`` for what the world refuses (``probe.measure.transport.refusal`` has the table); any other ``OSError``
is a bug and passes through. One attempt each: no family is chosen here, nothing is retried, nothing falls back.
Seconds.
"""

import asyncio
import contextlib
import errno
import socket
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from probe.address import canonical, family_of
from probe.grammar.resolvconf import ResolvConf, parse
from probe.measure.transport import tcpinfo
from probe.measure.transport.awake import clock
from probe.measure.transport.readiness import connect
from probe.measure.transport.refusal import ask_for_icmp, icmp_of, network_error
from probe.model.errors import NetworkError
from probe.model.network import Endpoint, Link, Source, Transport
from probe.model.words import Failure, Family

_MOST = 65535  # octets in a DNS message (RFC 1035 4.2.2) and in a UDP datagram
_CONFIG_MOST = 1 << 20  # octets of a configuration file we are willing to read
_NOTICED = 0.003  # seconds: below this a loop that has nothing else to do is late too
_SENT_AGAIN = 1.0  # seconds after which a SYN is sent again (RFC 6298 2.1)
_TEMPORARY, _DEPRECATED = 0x01, 0x20  # IFA_F_TEMPORARY, IFA_F_DEPRECATED of linux/if_addr.h


class SystemNetwork:
    """The network of this machine. The paths are where it tells its name servers and its IPv6 addresses' flags."""

    def __init__(self, resolv_conf: str = "/etc/resolv.conf", if_inet6: str = "/proc/net/if_inet6") -> None:
        self._resolv_conf = resolv_conf
        self._if_inet6 = if_inet6

    def now(self) -> datetime:
        """UTC, aware."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds of the steady clock that the limits of the event loop go by."""
        return clock()

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""
        await asyncio.sleep(seconds)

    def source_for(self, address: str, bound: str | None = None) -> Source:
        """Ask the routing table (RFC 6724 source selection) by connecting a UDP socket; no packet leaves.

        Whatever stops it means the same: this machine cannot send there, ``no-route``, and the detail says why.
        """
        family = family_of(address)
        try:
            with _words(family), _open(family, socket.SOCK_DGRAM) as sock:
                _bind(sock, bound)
                sock.connect(_sockaddr(address, 25))  # any port will do, 0 is refused on some systems
                source = _own(sock)
        except NetworkError as error:
            raise NetworkError(Failure.NO_ROUTE, error.detail) from error
        flags = self._flags(source) if family is Family.IPV6 else None
        if flags is None:
            return Source(source)
        return Source(source, temporary=bool(flags & _TEMPORARY), deprecated=bool(flags & _DEPRECATED))

    def _flags(self, address: str) -> int | None:
        """The flags of one of our IPv6 addresses: address, index, prefix length, scope, flags, interface; in hex."""
        for line in _read(self._if_inet6).splitlines():
            match line.split():
                case [packed, _, _, _, flags, _] if canonical(_colons(packed)) == address:
                    return int(flags, 16)
        return None

    async def dial(self, endpoint: Endpoint, bound: str | None, timeout: float, max_segment: int | None = None) -> Link:
        """Open a TCP connection. The socket is closed again on every way out but the good one, cancellation too."""
        with contextlib.ExitStack() as stack:
            with _words(endpoint.family, timeout=timeout):
                sock = stack.enter_context(_open(endpoint.family, socket.SOCK_STREAM))
            with _words(endpoint.family, sock, timeout):
                # SMTP is short lines in lock-step: Nagle's algorithm (RFC 9293 3.7.4) would only delay them.
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                limit = _limit_segments(sock, max_segment)
                _bind(sock, bound)
                started = self.monotonic()
                async with asyncio.timeout(timeout):
                    await connect(sock, _sockaddr(endpoint.address, endpoint.port))
                late = _late(sock, self.monotonic() - started)
                link = Link(sock, _own(sock), canonical(endpoint.address), limit, late)
            stack.pop_all()
        return link

    def nameservers(self) -> tuple[tuple[str, int], ...]:
        """Those of resolv.conf(5), port 53."""
        return tuple((address, 53) for address in self._configuration().nameservers)

    def trust_ad(self) -> bool:
        """True with ``options trust-ad`` (resolv.conf(5)): who wrote it vouches for the way to the name servers."""
        return self._configuration().trust_ad

    def _configuration(self) -> ResolvConf:
        return parse(_read(self._resolv_conf))

    async def exchange(self, server: tuple[str, int], query: bytes, transport: Transport, timeout: float) -> bytes:
        """One DNS question to one server (RFC 1035 4.2), from a port the system picks at random (RFC 5452 9.2).

        The UDP socket is connected, so only that server is heard and a dead one shows at once by its ICMP error.
        """
        address, port = server
        family = family_of(address.partition("%")[0])
        ask, kind = (_ask_udp, socket.SOCK_DGRAM) if transport is Transport.UDP else (_ask_tcp, socket.SOCK_STREAM)
        with contextlib.ExitStack() as stack:
            with _words(family, timeout=timeout):
                sock = stack.enter_context(_open(family, kind))
            with _words(family, sock, timeout):
                async with asyncio.timeout(timeout):
                    await connect(sock, _sockaddr(address, port))
                    return await ask(sock, query)


def _open(family: Family, kind: socket.SocketKind) -> socket.socket:
    """A non-blocking socket that stays within its family."""
    sock = socket.socket(socket.AF_INET6 if family is Family.IPV6 else socket.AF_INET, kind)
    try:
        sock.setblocking(False)
        if family is Family.IPV6:
            # Else a connection to ::ffff:192.0.2.1 would go out over IPv4 and be reported as IPv6.
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        ask_for_icmp(sock)
    except OSError:
        sock.close()
        raise
    return sock


def _late(sock: socket.socket, took: float) -> float:
    """By how much a connection that ``took`` so long to us was there before, by the kernel's round trip of its SYN.

    Where that was sent again the kernel times the last one alone, and the wait before it was the network's.
    """
    info = tcpinfo.read(sock)
    if info is None or info.rtt <= 0 or info.retransmits or took - info.rtt >= _SENT_AGAIN:
        return 0.0
    return took - info.rtt if took - info.rtt >= _NOTICED else 0.0


def _limit_segments(sock: socket.socket, octets: int | None) -> int | None:
    """Send, and before connecting: let the other side send, no larger segments (tcp(7)). What was set."""
    option: int | None = getattr(socket, "TCP_MAXSEG", None)
    if octets is None or option is None:
        return None
    sock.setsockopt(socket.IPPROTO_TCP, option, octets)
    return octets


def _bind(sock: socket.socket, bound: str | None) -> None:
    if bound is not None:
        sock.bind(_sockaddr(bound, 0))


def _sockaddr(address: str, port: int) -> tuple[str, int] | tuple[str, int, int, int]:
    """Numeric to the end: with its zone as a number, asyncio has no reason to call getaddrinfo in a thread."""
    bare, percent, zone = address.partition("%")
    if not percent:
        return bare, port
    try:
        return bare, port, 0, socket.if_nametoindex(zone)
    except OSError as error:  # without a number up to Python 3.13
        raise OSError(errno.ENODEV, f"no interface {zone}") from error


def _own(sock: socket.socket) -> str:
    """Our own end, without zone."""
    return canonical(str(sock.getsockname()[0]).partition("%")[0])


@contextlib.contextmanager
def _words(family: Family, sock: socket.socket | None = None, timeout: float = 0.0) -> Iterator[None]:
    """Turn what the system says into a ``NetworkError``, with the ICMP error behind it when there was one."""
    try:
        yield
    except TimeoutError as error:
        if error.errno is not None:  # ETIMEDOUT: the system lost patience before we did
            raise network_error(error, family) from error
        icmp = icmp_of(sock) if sock is not None else None
        raise NetworkError(Failure.TIMEOUT, f"no answer within {timeout:g} s", icmp) from error
    except OSError as error:
        icmp = icmp_of(sock) if sock is not None else None
        source = _own(sock) if sock is not None and icmp is not None else None
        datagram = sock is not None and sock.type is socket.SOCK_DGRAM
        raise network_error(error, family, icmp, source, datagram=datagram) from error


async def _ask_udp(sock: socket.socket, query: bytes) -> bytes:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(sock, query)
    while True:
        answer = await loop.sock_recv(sock, _MOST)
        if len(answer) >= 12 and answer[:2] == query[:2] and answer[2] & 0x80:  # a whole header, our id, QR
            return answer
        # sock_recv() does not suspend while datagrams wait: a flood of wrong ones must not outrun the time-out.
        await asyncio.sleep(0)


async def _ask_tcp(sock: socket.socket, query: bytes) -> bytes:
    """Two octets of length go first, both ways (RFC 1035 4.2.2)."""
    await asyncio.get_running_loop().sock_sendall(sock, struct.pack("!H", len(query)) + query)
    (length,) = struct.unpack("!H", await _exactly(sock, 2))
    return await _exactly(sock, length)


async def _exactly(sock: socket.socket, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        more = await asyncio.get_running_loop().sock_recv(sock, length - len(data))
        if not more:
            raise NetworkError(Failure.CLOSED, "the name server hung up before its answer was whole")
        data += more
    return bytes(data)


def _read(path: str) -> str:
    """The text of a configuration file; a missing or forbidden one is empty, as the C library treats it."""
    try:
        with Path(path).open("rb") as file:
            return file.read(_CONFIG_MOST).decode("utf-8", "replace")
    except OSError:
        return ""


def _colons(packed: str) -> str:
    """``20010db8...`` as ``2001:0db8:...``."""
    return ":".join(packed[start : start + 4] for start in range(0, len(packed), 4))
