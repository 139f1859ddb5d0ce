"""What the system's word for a failed connection means: an errno and, on Linux, the ICMP error behind it.

In: the ``OSError`` of bind(2), connect(2), send(2) or recv(2), and what the socket's error queue held (IP_RECVERR of
ip(7)). Out: a ``NetworkError`` with one closed word and one line for people. An errno that stands in no table is a bug
of ours until it has a word: the ``OSError`` itself is raised again.

The errno alone does not do. Linux reports ICMPv4 code 13 (administratively prohibited, RFC 1812 5.2.7.1) as
EHOSTUNREACH, the same as a host that is down; and the port unreachable that packet filters send by default as
ECONNREFUSED, the same as the RST of a host where nothing listens. The queue tells type, code and who sent it.
"""

import errno
import socket
import struct
import sys

from probe.address import canonical, family_of
from probe.model.errors import NetworkError
from probe.model.network import Icmp
from probe.model.words import Failure, Family

# Linux's numbers (linux/in.h, linux/in6.h, linux/errqueue.h); the socket module of Python 3.11 does not have them all.
_IP_RECVERR = 11
_IPV6_RECVERR = 25
_ORIGIN_ICMP = 2
_ORIGIN_ICMP6 = 3
_EXTENDED_ERROR = struct.Struct("=IBBBxII")  # sock_extended_err: errno, origin, type, code, pad, info, data

SEES_ICMP = sys.platform == "linux"

_NO_ROUTE = "this machine has no route to it"
_FULL = "this machine has run out of sockets or memory"
_ERRNO = {
    "ECONNREFUSED": (Failure.REFUSED, "connection refused (RST)"),
    "ENETUNREACH": (Failure.NO_ROUTE, _NO_ROUTE),
    "EHOSTUNREACH": (Failure.NO_ROUTE, "this machine's own routing table calls it unreachable"),
    "EHOSTDOWN": (Failure.UNREACHABLE, "the host is down"),
    "ENONET": (Failure.UNREACHABLE, "the host is cut off from the network"),
    "ENETDOWN": (Failure.NO_ROUTE, "this machine's network is down"),
    "ENODEV": (Failure.NO_ROUTE, "this machine has no such interface"),
    "EADDRNOTAVAIL": (Failure.NO_ROUTE, "this machine has no source address for it, or not the one asked for"),
    "EADDRINUSE": (Failure.NO_ROUTE, "this machine has no free port on the source address"),
    "EINVAL": (Failure.NO_ROUTE, "this machine has a blackhole route to it, or it is link-local without an interface"),
    "EAFNOSUPPORT": (Failure.NO_ROUTE, "this machine does not support the address family"),
    "EPROTONOSUPPORT": (Failure.NO_ROUTE, "this machine does not support the protocol"),
    "EACCES": (Failure.PROHIBITED, "this machine's own firewall or routing table refused to send"),
    "EPERM": (Failure.PROHIBITED, "this machine's own firewall or routing table refused to send"),
    "ETIMEDOUT": (Failure.TIMEOUT, "the system gave up waiting for an answer"),
    "ECONNRESET": (Failure.RESET, "connection reset"),
    "ECONNABORTED": (Failure.RESET, "connection aborted"),
    "EPIPE": (Failure.RESET, "the connection was closed while we were sending"),
    "ENOTCONN": (Failure.RESET, "the connection was gone before it could be used"),
    "ENOPROTOOPT": (Failure.PROHIBITED, "a filter says the protocol is unreachable"),
    "EPROTO": (Failure.UNREACHABLE, "the network reports a protocol error"),
    "EOPNOTSUPP": (Failure.UNREACHABLE, "the network reports a failed source route"),
    "EMSGSIZE": (Failure.UNREACHABLE, "the packet is too big for the path"),
    "EAGAIN": (Failure.NOT_TRIED, _FULL),
    "EMFILE": (Failure.NOT_TRIED, _FULL),
    "ENFILE": (Failure.NOT_TRIED, _FULL),
    "ENOBUFS": (Failure.NOT_TRIED, _FULL),
    "ENOMEM": (Failure.NOT_TRIED, _FULL),
}
# By number, for this system: not every system has every name.
_WORDS = {getattr(errno, name): word for name, word in _ERRNO.items() if hasattr(errno, name)}

# RFC 792, RFC 1812 5.2.7.1. A host with TCP answers a closed port with RST (RFC 9293 3.10.7.1), so "port" and "protocol
# unreachable" in answer to a SYN come from a packet filter's REJECT.
_ICMP4 = {
    (3, 0): (Failure.UNREACHABLE, "no route to the network"),
    (3, 1): (Failure.UNREACHABLE, "host unreachable"),
    (3, 2): (Failure.PROHIBITED, "rejected by a filter (protocol unreachable)"),
    (3, 3): (Failure.PROHIBITED, "rejected by a filter (port unreachable)"),
    (3, 9): (Failure.PROHIBITED, "network administratively prohibited"),
    (3, 10): (Failure.PROHIBITED, "host administratively prohibited"),
    (3, 13): (Failure.PROHIBITED, "communication administratively prohibited"),
    (3, 14): (Failure.PROHIBITED, "prohibited by precedence"),
    (3, 15): (Failure.PROHIBITED, "prohibited by precedence cutoff"),
    (11, 0): (Failure.UNREACHABLE, "hop limit exceeded: perhaps a routing loop"),
}
# RFC 4443 3.1 and 3.3.
_ICMP6 = {
    (1, 0): (Failure.UNREACHABLE, "no route to the network"),
    (1, 1): (Failure.PROHIBITED, "communication administratively prohibited"),
    (1, 2): (Failure.UNREACHABLE, "beyond the scope of the source address"),
    (1, 3): (Failure.UNREACHABLE, "address unreachable: the host does not answer neighbour discovery"),
    (1, 4): (Failure.PROHIBITED, "rejected by a filter (port unreachable)"),
    (1, 5): (Failure.PROHIBITED, "the source address failed ingress or egress policy"),
    (1, 6): (Failure.PROHIBITED, "reject route to the destination"),
    (3, 0): (Failure.UNREACHABLE, "hop limit exceeded: perhaps a routing loop"),
}


def ask_for_icmp(sock: socket.socket) -> None:
    """Have the system keep ICMP errors for ``icmp_of``. Before connect(); Linux only, elsewhere nothing happens."""
    if SEES_ICMP and sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVERR, 1)
    elif SEES_ICMP:
        sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)


def let_icmp_pass(sock: socket.socket) -> None:
    """Undo ``ask_for_icmp``: an ICMP error on an open connection is a hint, and the kernel tries on (RFC 1122 4.2.3.9).

    For who reads the socket through asyncio, whose transports take the error for the end of the connection.
    """
    if SEES_ICMP and sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVERR, 0)
    elif SEES_ICMP and sock.family == socket.AF_INET:
        sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 0)


def icmp_of(sock: socket.socket) -> Icmp | None:
    """The ICMP error waiting in the error queue of ``sock``, or None. Takes it out of the queue."""
    if not SEES_ICMP:
        return None
    try:
        _, controls, _, _ = sock.recvmsg(0, 512, socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT)
    except OSError:  # EAGAIN: the queue is empty
        return None
    found = (parse_extended_error(data) for level, kind, data in controls if (level, kind) in _QUEUES)
    return next((icmp for icmp in found if icmp is not None), None)


_QUEUES = {(socket.IPPROTO_IP, _IP_RECVERR), (socket.IPPROTO_IPV6, _IPV6_RECVERR)}


def parse_extended_error(data: bytes) -> Icmp | None:
    """Read a sock_extended_err with the offender's sockaddr behind it. None when ICMP was not the origin."""
    if len(data) < _EXTENDED_ERROR.size:
        return None
    _, origin, kind, code, _, _ = _EXTENDED_ERROR.unpack_from(data)
    if origin not in {_ORIGIN_ICMP, _ORIGIN_ICMP6}:
        return None
    return Icmp(kind, code, _offender(data[_EXTENDED_ERROR.size :]))


def _offender(sockaddr: bytes) -> str | None:
    """The address in a sockaddr_in or sockaddr_in6; AF_UNSPEC (nobody named) gives None."""
    if len(sockaddr) < 8:
        return None
    (family,) = struct.unpack_from("=H", sockaddr)
    if family == socket.AF_INET:
        return canonical(socket.inet_ntop(socket.AF_INET, sockaddr[4:8]))
    if family == socket.AF_INET6 and len(sockaddr) >= 24:
        return canonical(socket.inet_ntop(socket.AF_INET6, sockaddr[8:24]))
    return None


def network_error(
    error: OSError,
    family: Family,
    icmp: Icmp | None = None,
    source: str | None = None,
    *,
    datagram: bool = False,
    sees_icmp: bool = SEES_ICMP,
) -> NetworkError:
    """The word for ``error``. ``source`` is our own end: an ICMP error from there is this machine's own doing.

    With ``datagram`` a port unreachable is what a host says for a closed port (RFC 1122 4.1.3.1), as RST is over TCP.
    Raises ``error`` itself when it has no word.
    """
    number = error.errno
    if number not in _WORDS:
        raise error
    failure, words = _WORDS[number]
    if datagram and failure is Failure.REFUSED:
        return NetworkError(failure, "nothing listens on the port", icmp)
    if failure is Failure.TIMEOUT or (icmp is None and sees_icmp):
        return NetworkError(failure, words, icmp)
    if icmp is not None:
        return _said_by_icmp(icmp, family, source)
    if number in {errno.ENETUNREACH, errno.EHOSTUNREACH}:
        failure, words = Failure.UNREACHABLE, "no route to it"
    if number in {errno.EACCES, errno.EPERM}:
        words = "administratively prohibited"
    return NetworkError(failure, f"{words}; this system does not tell whether a router said so")


def _said_by_icmp(icmp: Icmp, family: Family, source: str | None) -> NetworkError:
    # An IPv6 socket may carry ICMPv4's numbers (a mapped address), so the offender's family goes first.
    by = family_of(icmp.offender) if icmp.offender else family
    version, table = ("ICMPv6", _ICMP6) if by is Family.IPV6 else ("ICMP", _ICMP4)
    failure, words = table.get((icmp.type, icmp.code), (Failure.UNREACHABLE, "unreachable"))
    if icmp.offender is None:
        who = "a router that was not named"
    elif icmp.offender != source:
        who = icmp.offender
    elif failure is Failure.PROHIBITED:
        who = "this machine's own firewall"
    else:
        who = "this machine itself: nobody on its own link answers for the address"
    return NetworkError(failure, f"{words}; {version} type {icmp.type} code {icmp.code} from {who}", icmp)
