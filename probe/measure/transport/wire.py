"""One connected socket in the event loop: octets out, octets in, TLS between them once it is asked for.

In: a connected socket and a ``Receiver``, whose methods are called as things happen; never one of them from within
``send``. Nothing here waits, so nothing can be cancelled half-way. What the network does wrong reaches ``lost``.

An ICMP error about an open connection is a hint, not an end (RFC 1122 4.2.3.9, RFC 5461): it is kept in ``warning``.
With IP_RECVERR (``refusal``) Linux hands each to the next call on the socket; all goes on after that.
"""

import asyncio
import errno
import socket
import ssl
from typing import Protocol

from probe.measure.transport.readiness import readiness
from probe.measure.transport.refusal import icmp_of, network_error
from probe.measure.transport.tlslayer import TlsLayer
from probe.model.words import Family

_SEGMENT = 16384  # octets taken at once, so that no server keeps the loop to itself
_HINTS = {  # what an ICMP error becomes (Linux: icmp_err_convert, icmpv6_err_convert); a RST is ECONNRESET
    errno.ENETUNREACH,
    errno.EHOSTUNREACH,
    errno.EHOSTDOWN,
    errno.ECONNREFUSED,
    errno.EACCES,
    errno.EPROTO,
    errno.ENOPROTOOPT,
    errno.EOPNOTSUPP,
    errno.EMSGSIZE,
    getattr(errno, "ENONET", errno.EHOSTUNREACH),
}
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)  # Linux


class Receiver(Protocol):
    """Who is told. ``expectant``: something is still to come from the server before we have anything to say."""

    @property
    def expectant(self) -> bool:
        """Asked after what came is told."""
        ...

    def heard(self, data: bytes) -> None:
        """Octets came; empty: the server closed its side."""
        ...

    def secured(self) -> None:
        """The handshake is done."""
        ...

    def lost(self, error: OSError) -> None:
        """The connection or its TLS (``ssl.SSLError``) is gone; nothing more will come."""
        ...


class Wire:
    """Octets over one connection. ``warning`` is what the network last said about it."""

    __slots__ = (
        "_broken",
        "_listening",
        "_loop",
        "_number",
        "_readiness",
        "_receiver",
        "_socket",
        "_tls",
        "_unsent",
        "warning",
    )

    def __init__(self, connection: socket.socket, receiver: Receiver) -> None:
        self.warning: str | None = None
        self._socket = connection
        self._number = connection.fileno()  # given the socket, asyncio and selectors would ask for it, and print it
        self._receiver = receiver
        self._loop = asyncio.get_running_loop()
        self._readiness = readiness(self._loop)
        self._unsent = b""
        self._broken: OSError | None = None  # what sending said: told when all that came before is read
        self._tls: TlsLayer | None = None
        self._listening = False
        # Lines in lock-step: Nagle's algorithm (RFC 9293 3.7.4) would only delay them.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def listen(self) -> None:
        """Begin to report what comes."""
        if not self._listening:
            self._readiness.listen(self._number, self._readable)
            self._listening = True

    def deafen(self) -> None:
        """No more of it: what the server sends from now on stays with the kernel."""
        if self._listening:
            self._readiness.deafen(self._number)
            self._listening = False

    def send(self, data: bytes) -> None:
        """Send ``data`` as soon as the connection takes it."""
        if self._tls is not None:
            self._tls.send(data)
            data = self._tls.outgoing()
        self._push(data)

    def secure(self, server_name: str | None) -> ssl.SSLObject:
        """Begin the handshake; its end is told. What comes from now on is TLS."""
        self._tls = TlsLayer(server_name)
        self._tls.shake()
        self._push(self._tls.outgoing())
        return self._tls.handshake

    def close(self) -> None:
        """Let go now: close_notify if it can leave at once, then the descriptor. Safe to call twice."""
        if self._socket.fileno() < 0:
            return
        self.deafen()
        if self._tls is not None and self._tls.established and not self._unsent and self._broken is None:
            self._tls.close()
            self._push(self._tls.outgoing())
        if self._unsent:
            self._loop.remove_writer(self._number)
        self._socket.close()
        del self._receiver  # who holds us in turn: else each conversation would wait for the cycle collector

    def _push(self, data: bytes) -> None:
        if self._broken is not None:
            return
        if self._unsent:
            self._unsent += data
        elif data:
            self._unsent = self._write(data)
            if self._unsent:
                self._loop.add_writer(self._number, self._writable)

    def _writable(self) -> None:
        self._unsent = self._write(self._unsent)
        if not self._unsent:
            self._loop.remove_writer(self._number)

    def _write(self, data: bytes) -> bytes:
        """Send what the connection takes; what is left of ``data`` is returned."""
        try:
            sent = self._socket.send(data)
        except (BlockingIOError, InterruptedError):
            return data
        except OSError as error:
            if self._only_a_hint(error):
                return data
            self._broken = error
            self._loop.call_soon(self._readable)
            return b""
        return data[sent:]

    def _readable(self) -> None:
        if not self._listening:
            return  # it was called for before we stopped
        try:
            data = self._socket.recv(_SEGMENT)
        except (BlockingIOError, InterruptedError) as error:
            if not self._only_a_hint(error) and self._broken is not None:
                self._lose(self._broken)
            return
        except OSError as error:
            if not self._only_a_hint(error):
                self._lose(error)
            return
        if not data and self._broken is not None:
            self._lose(self._broken)
            return
        if not data:
            self.deafen()
        if self._tls is None:
            self._receiver.heard(data)
        else:
            self._decrypt(self._tls, data)
        self._acknowledge()

    def _acknowledge(self) -> None:
        """Acknowledge what came at once where more is to come, for we have nothing to say that would carry the ACK.

        A server may hold the rest back until then (Nagle; Postfix after its TLS session ticket): a delayed ACK of ours
        (tcp(7)) would put 40 ms into the reply's time.
        """
        if _QUICKACK is not None and self._listening and self._receiver.expectant:
            self._socket.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)

    def _decrypt(self, tls: TlsLayer, data: bytes) -> None:
        try:
            tls.receive(data)
            if not tls.established:
                done = tls.shake()
                self._push(tls.outgoing())
                if not done:
                    return
                self._receiver.secured()
            for text in tls.texts():
                self._receiver.heard(text)
            self._push(tls.outgoing())
        except ssl.SSLError as error:
            self._push(tls.outgoing())
            self._lose(error)

    def _lose(self, error: OSError) -> None:
        self.deafen()
        self._receiver.lost(error)

    def _only_a_hint(self, error: OSError) -> bool:
        """True when ``error`` is about the way, or the error queue held something: that wakes us until it is read."""
        icmp = icmp_of(self._socket)
        if icmp is not None:
            family = Family.IPV6 if self._socket.family == socket.AF_INET6 else Family.IPV4
            self.warning = network_error(OSError(errno.EHOSTUNREACH, ""), family, icmp).detail
        elif error.errno in _HINTS:
            self.warning = f"the network said: {error.strerror}"
        else:
            return False
        return True
