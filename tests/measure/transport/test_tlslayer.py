"""TLS between two buffers: shaken byte by byte, ended politely or not, and the alert that says why it failed."""

import ssl
from contextlib import suppress
from pathlib import Path

import pytest

from probe.measure.transport.tls import facts
from probe.measure.transport.tlslayer import TlsLayer
from tests.measure.authority import Authority

ROOT = Authority.root()


class Peer:
    """The server's side, in memory too."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.up, self.down = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.names: list[str | None] = []
        context.sni_callback = lambda _object, name, _context: self.names.append(name)
        self.tls = context.wrap_bio(self.up, self.down, server_side=True)

    def take(self, data: bytes) -> bytes:
        self.up.write(data)
        with suppress(ssl.SSLWantReadError):
            self.tls.do_handshake()
        return self.down.read()


@pytest.fixture
def context(tmp_path: Path) -> ssl.SSLContext:
    return ROOT.issue().server(tmp_path)


def shaken(peer: Peer, name: str | None = "mx1.example.com", size: int = 65536) -> TlsLayer:
    layer = TlsLayer(name)
    while not layer.shake():
        answer = peer.take(layer.outgoing())
        for at in range(0, len(answer), size):
            layer.receive(answer[at : at + size])
            if at + size < len(answer):
                assert not layer.shake() or layer.established
    tickets = peer.take(layer.outgoing())
    if tickets:
        layer.receive(tickets)
        assert list(layer.texts()) == []  # there is no text in them
    return layer


@pytest.mark.parametrize("size", [1, 7, 65536])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_handshake_in_segments_of_any_size(context: ssl.SSLContext, version: ssl.TLSVersion, size: int) -> None:
    context.maximum_version = version
    peer = Peer(context)
    layer = shaken(peer, size=size)
    assert layer.established
    assert facts(layer.handshake).version == version.name.replace("_", ".")
    assert len(facts(layer.handshake).chain) == 1
    assert peer.names == ["mx1.example.com"]


def test_without_a_name_there_is_no_sni(context: ssl.SSLContext) -> None:
    peer = Peer(context)
    assert shaken(peer, None).established
    assert peer.names == [None]


def test_text_goes_both_ways(context: ssl.SSLContext) -> None:
    peer = Peer(context)
    layer = shaken(peer)
    layer.send(b"EHLO x\r\n")
    peer.up.write(layer.outgoing())
    assert peer.tls.read() == b"EHLO x\r\n"
    peer.tls.write(b"250 mx\r\n" * 5000)
    data = peer.down.read()
    heard = b""
    for at in range(0, len(data), 1000):
        layer.receive(data[at : at + 1000])
        heard += b"".join(layer.texts())
    assert heard == b"250 mx\r\n" * 5000


def test_a_polite_end_and_a_sudden_one_are_both_an_end(context: ssl.SSLContext) -> None:
    polite = Peer(context)
    layer = shaken(polite)
    polite.tls.write(b"221 bye\r\n")
    with pytest.raises(ssl.SSLWantReadError):
        polite.tls.unwrap()
    layer.receive(polite.down.read())
    assert list(layer.texts()) == [b"221 bye\r\n", b""]
    sudden = Peer(context)
    layer = shaken(sudden)
    layer.receive(b"")
    assert list(layer.texts()) == [b""]


def test_we_say_close_notify_and_do_not_wait(context: ssl.SSLContext) -> None:
    peer = Peer(context)
    layer = shaken(peer)
    layer.close()
    peer.up.write(layer.outgoing())
    assert peer.tls.read() == b""


def test_what_is_no_tls_fails_and_the_server_is_told(context: ssl.SSLContext) -> None:
    layer = TlsLayer(None)
    layer.shake()
    layer.outgoing()
    layer.receive(b"\x16\x03\x03\x00\x05hello")  # a handshake record, and no handshake in it
    with pytest.raises(ssl.SSLError):
        layer.shake()
    alert = layer.outgoing()
    assert alert[:1] == b"\x15"  # RFC 8446 5.1: an alert record
    layer.close()


def test_an_end_in_the_handshake_fails() -> None:
    layer = TlsLayer(None)
    layer.shake()
    layer.receive(b"")
    with pytest.raises(ssl.SSLEOFError):
        layer.shake()
