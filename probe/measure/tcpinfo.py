"""What the kernel itself measured on a connection: TCP_INFO of tcp(7), Linux only.

In: a TCP socket. Out: ``TcpInfo``, or None where the system does not tell or the socket is closed. Its round trip is
taken by the kernel when the segment comes, so that a busy event loop of ours stands in no figure of it.
"""

import socket
import struct
import sys

from probe.model.smtp import TcpInfo

# struct tcp_info of linux/tcp.h up to tcpi_total_retrans: eight octets, then 32-bit numbers; times in microseconds.
_LAYOUT = struct.Struct("=8B24I")
_SND_MSS, _RTT, _RTTVAR, _TOTAL_RETRANS = 8 + 2, 8 + 15, 8 + 16, 8 + 23


def read(connection: socket.socket) -> TcpInfo | None:
    """The figures of ``connection`` now."""
    if sys.platform != "linux" or connection.fileno() < 0:
        return None
    try:
        data = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAYOUT.size)
    except OSError:
        return None
    if len(data) < _LAYOUT.size:
        return None
    found = _LAYOUT.unpack(data)
    return TcpInfo(found[_RTT] / 1e6, found[_RTTVAR] / 1e6, found[_SND_MSS], found[_TOTAL_RETRANS])
