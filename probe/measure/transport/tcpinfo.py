"""What the kernel itself measured on a connection: TCP_INFO of tcp(7), Linux only.

In: a TCP socket. Out: ``TcpInfo``, or None where the system does not tell or the socket is closed. Its round trip is
taken by the kernel when the segment comes, so that a busy event loop of ours stands in no figure of it.
"""

import socket
import struct
import sys
from dataclasses import replace

from probe.model.smtp import TcpInfo

# struct tcp_info of linux/tcp.h up to tcpi_total_retrans: eight octets, then 32-bit numbers; times in microseconds.
_LAYOUT = struct.Struct("=8B24I")
_TIMESTAMPS = 12  # octets of the option (RFC 7323 3.2) in each segment, with its padding
_OPTIONS, _SND_MSS, _RTT, _RTTVAR, _ADVMSS, _TOTAL_RETRANS = 5, 8 + 2, 8 + 15, 8 + 16, 8 + 19, 8 + 23
# And on to tcpi_snd_wnd (Linux 5.4): counts of octets and segments.
_COUNTS = struct.Struct("=4Q6I4Q2I2Q4I")
_ACKED, _RECEIVED, _NOT_SENT, _SENT, _SENT_AGAIN, _STRAYS = 2, 3, 6, 16, 17, 20


def read(connection: socket.socket) -> TcpInfo | None:
    """The figures of ``connection`` now."""
    if sys.platform != "linux" or connection.fileno() < 0:
        return None
    try:
        data = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAYOUT.size + _COUNTS.size)
    except OSError:
        return None
    if len(data) < _LAYOUT.size:
        return None
    found = _LAYOUT.unpack_from(data)
    mss = found[_SND_MSS]
    # What was announced: once both sides agree on timestamps the kernel takes their octets off.
    own = found[_ADVMSS] + (_TIMESTAMPS if found[_OPTIONS] & 1 else 0)
    base = TcpInfo(found[_RTT] / 1e6, found[_RTTVAR] / 1e6, mss, found[_TOTAL_RETRANS], own_mss=own, last_mss=mss)
    if len(data) < _LAYOUT.size + _COUNTS.size:
        return base
    counts = _COUNTS.unpack_from(data, _LAYOUT.size)
    # Not tcpi_unacked: a connection the kernel gave up has an empty queue, and that would read as all acknowledged.
    unacked = counts[_SENT] - counts[_SENT_AGAIN] - counts[_ACKED] + counts[_NOT_SENT]
    return replace(base, received=counts[_RECEIVED], unacked=max(0, unacked), strays=counts[_STRAYS])


def at_the_end(first: TcpInfo, last: TcpInfo) -> TcpInfo:
    """``first``, the figures of the handshake, with what they came to."""
    return replace(last, rtt=first.rtt, rttvar=first.rttvar, snd_mss=first.snd_mss)
