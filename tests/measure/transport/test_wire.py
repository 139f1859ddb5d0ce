"""The wire over loopback: what is sent arrives, what came is told, and it lets go at once."""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from probe.measure.transport import wire as module
from probe.measure.transport.wire import Wire
from probe.model.network import Icmp
from tests.measure.authority import Authority


class Ears:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.data = b""
        self.ended = False
        self.is_secured = False
        self.error: OSError | None = None
        self.news = asyncio.Event()
        self.expectant = False

    def heard(self, data: bytes) -> None:
        self.data += data
        self.ended = not data
        self.news.set()

    def secured(self) -> None:
        self.is_secured = True
        self.news.set()

    def lost(self, error: OSError) -> None:
        self.error = error
        self.news.set()


class Line:
    """A wire of ours and the peer's end of it."""

    def __init__(self, ours: socket.socket, theirs: socket.socket) -> None:
        self.ours, self.theirs, self.ears = ours, theirs, Ears()
        self.wire = Wire(ours, self.ears)
        self.wire.listen()

    async def until(self, what: str) -> None:
        async with asyncio.timeout(60):
            while not getattr(self.ears, what):
                await self.ears.news.wait()
                self.ears.news.clear()

    async def read(self, size: int = 65536) -> bytes:
        async with asyncio.timeout(60):
            return await asyncio.get_running_loop().sock_recv(self.theirs, size)

    def reset(self) -> None:
        self.theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.theirs.close()


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        ours = socket.create_connection(door.getsockname())
        theirs, _ = door.accept()
    ours.setblocking(False)
    theirs.setblocking(False)
    made = Line(ours, theirs)
    yield made
    made.wire.close()
    theirs.close()


async def test_octets_go_both_ways(line: Line) -> None:
    line.wire.send(b"EHLO x\r\n")
    assert await line.read() == b"EHLO x\r\n"
    line.theirs.send(b"250 mx\r\n")
    await line.until("data")
    assert line.ears.data == b"250 mx\r\n"


async def test_what_the_connection_does_not_take_at_once_follows(line: Line) -> None:
    """More than the buffers hold, to a peer that reads late, in the right order."""
    message = b"".join(b"%08d" % number for number in range(1_000_000))
    line.wire.send(message[:5_000_000])
    line.wire.send(message[5_000_000:])
    received = bytearray()
    while len(received) < len(message):
        received += await line.read(1 << 20)
    assert received == message
    line.wire.send(b"QUIT\r\n")
    assert await line.read() == b"QUIT\r\n"


async def test_an_end_is_told_once_and_after_what_was_said(line: Line) -> None:
    line.theirs.send(b"421 bye\r\n")
    line.theirs.shutdown(socket.SHUT_WR)
    await line.until("ended")
    assert line.ears.data == b"421 bye\r\n"
    assert line.ears.error is None


async def test_a_reset_is_an_error(line: Line) -> None:
    line.reset()
    await line.until("error")
    assert isinstance(line.ears.error, ConnectionResetError)


async def test_what_was_said_before_a_failed_send_is_still_heard(line: Line) -> None:
    """The server says 421, closes, and answers our next line with RST."""
    line.wire.deafen()  # as if the loop had not come round to it
    line.theirs.send(b"421 bye\r\n")
    line.theirs.close()
    for _ in range(3):
        line.wire.send(b"NOOP\r\n")
        await asyncio.sleep(0.01)
    line.wire.listen()
    await line.until("error")
    assert line.ears.data in {b"421 bye\r\n", b""}  # Linux keeps what it had; others may throw it away
    assert isinstance(line.ears.error, ConnectionError)


async def test_a_deaf_wire_tells_nothing(line: Line) -> None:
    line.wire.deafen()
    line.theirs.send(b"250 mx\r\n")
    await asyncio.sleep(0.02)
    assert line.ears.data == b""


@pytest.mark.skipif(not hasattr(socket, "TCP_QUICKACK"), reason="an option of Linux")
@pytest.mark.parametrize("expectant", [True, False])
async def test_what_is_not_all_is_acknowledged_at_once(
    line: Line, expectant: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a server that waits for the ACK before it says the rest (Nagle) would wait for our delayed one.

    And nothing else is: our next command carries the ACK of a whole reply.
    """
    acknowledged: list[bytes] = []

    class Watched(socket.socket):
        def setsockopt(self, *words: object) -> None:  # type: ignore[override]
            if words[1] == socket.TCP_QUICKACK:
                acknowledged.append(line.ears.data)

    monkeypatch.setattr(line.wire, "_socket", Watched(fileno=line.ours.detach()))
    line.ears.expectant = expectant
    line.theirs.send(b"250-mx\r\n")
    await line.until("data")
    line.wire.close()
    assert acknowledged == ([b"250-mx\r\n"] if expectant else [])


async def test_closing_is_at_once_and_can_be_done_twice(line: Line) -> None:
    line.wire.send(b"x" * 20_000_000)  # half of it unsent: it stays so
    line.wire.close()
    assert line.ours.fileno() == -1
    line.wire.close()
    await asyncio.sleep(0.01)
    assert line.ears.error is None


@pytest.fixture
def server(tmp_path: Path) -> ssl.SSLContext:
    return Authority.root().issue().server(tmp_path)


async def test_tls_from_the_handshake_to_close_notify(line: Line, server: ssl.SSLContext) -> None:
    line.theirs.settimeout(5)
    handshake = line.wire.secure("mx1.example.com")
    with await asyncio.to_thread(server.wrap_socket, line.theirs, server_side=True) as peer:
        await line.until("is_secured")
        assert handshake.version() == "TLSv1.3"
        line.wire.send(b"EHLO x\r\n")
        assert await asyncio.to_thread(peer.recv, 100) == b"EHLO x\r\n"
        await asyncio.to_thread(peer.send, b"250 mx\r\n")
        await line.until("data")
        assert line.ears.data == b"250 mx\r\n"
        line.wire.close()
        assert line.ours.fileno() == -1
        peer.suppress_ragged_eofs = False
        assert await asyncio.to_thread(peer.recv, 100) == b""  # and no ssl.SSLEOFError: close_notify came first


async def test_a_handshake_that_fails_is_an_error_and_the_server_hears_of_it(line: Line) -> None:
    line.wire.secure(None)
    await line.read()
    line.theirs.send(b"\x16\x03\x03\x00\x05hello")  # a handshake record, and no handshake in it
    await line.until("error")
    assert isinstance(line.ears.error, ssl.SSLError)
    assert (await line.read())[:1] == b"\x15"  # RFC 8446 5.1: an alert


async def test_what_stands_in_the_error_queue_is_read_and_no_end(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop is woken for it; reading it is what lets it sleep again. test_wire_icmp.py has a router's real word."""
    waiting = [Icmp(3, 1, "192.0.2.1")]
    monkeypatch.setattr(module, "icmp_of", lambda sock: waiting.pop() if waiting else None)
    line.wire._readable()
    assert line.wire.warning == "host unreachable; ICMP type 3 code 1 from 192.0.2.1"
    assert line.ears.error is None
    line.theirs.send(b"250 still here\r\n")
    await line.until("data")
