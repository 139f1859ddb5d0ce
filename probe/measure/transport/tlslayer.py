"""TLS as a layer of octets between a conversation and its socket: two buffers and OpenSSL, no I/O.

In: a name for SNI, then octets from the server and text of ours. Out: text of the server's, octets to send. Wrong:
``ssl.SSLError`` whenever OpenSSL gives up; what ``outgoing`` then holds is the alert that tells the server why.
"""

import ssl
from collections.abc import Iterator
from contextlib import suppress

from probe.measure.transport.tls import client_context

_PIECE = 16384  # octets of text in one TLS record (RFC 8446 5.1)


class TlsLayer:
    """One TLS connection. ``handshake`` is OpenSSL's side of it, for its facts.

    ``context`` None is that of an SMTP client, which takes any certificate.
    """

    __slots__ = ("_incoming", "_outgoing", "established", "handshake")

    def __init__(self, server_name: str | None, context: ssl.SSLContext | None = None) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        context = context or client_context()
        self.handshake = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)
        self.established = False

    def shake(self) -> bool:
        """Take the handshake as far as what came allows. True once it is done."""
        try:
            self.handshake.do_handshake()
        except ssl.SSLWantReadError:
            return False
        self.established = True
        return True

    def receive(self, data: bytes) -> None:
        """Octets from the server; empty: it closed its side."""
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    def texts(self) -> Iterator[bytes]:
        """The text in what came; an empty one last when the server said, or showed, that there will be no more."""
        while True:
            try:
                text = self.handshake.read(_PIECE)
            except ssl.SSLWantReadError:
                return
            except (ssl.SSLEOFError, ssl.SSLZeroReturnError):  # without close_notify, or with it
                text = b""
            yield text
            if not text or not (self._incoming.pending or self._incoming.eof or self.handshake.pending()):
                return  # without asking in vain: OpenSSL says so with an exception

    def send(self, text: bytes) -> None:
        """Text of ours; what becomes of it is in ``outgoing``."""
        self.handshake.write(text)

    def close(self) -> None:
        """Say close_notify (RFC 8446 6.1), and do not wait for the server's."""
        with suppress(ssl.SSLError):  # the server's close_notify has not come, or the connection had failed before
            self.handshake.unwrap()

    def outgoing(self) -> bytes:
        """The octets to be sent now."""
        return self._outgoing.read()
