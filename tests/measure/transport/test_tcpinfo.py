"""What the kernel says of a connection over loopback, and of one that is gone."""

import socket
import sys

import pytest

from probe.measure.transport import tcpinfo
from probe.model.smtp import TcpInfo


@pytest.fixture
def pair() -> tuple[socket.socket, socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        ours = socket.create_connection(door.getsockname())
        theirs, _ = door.accept()
    return ours, theirs


@pytest.mark.skipif(sys.platform != "linux", reason="TCP_INFO is Linux's")
def test_a_connection_over_loopback(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    with ours, theirs:
        found = tcpinfo.read(ours)
        assert found is not None
        assert 0 < found.rtt < 1
        assert 0 <= found.rttvar < 1
        assert found.snd_mss == ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)
        assert found.retransmits == 0
        assert (found.received, found.unacked, found.strays) == (0, 0, 0)
        assert found.last_mss == found.snd_mss


@pytest.mark.skipif(sys.platform != "linux", reason="TCP_INFO is Linux's")
def test_what_came_and_what_we_take_is_counted() -> None:
    with socket.socket() as ours, socket.create_server(("127.0.0.1", 0)) as door:
        ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1220)
        ours.connect(door.getsockname())
        theirs, _ = door.accept()
        with theirs:
            theirs.sendall(b"x" * 3000)
            assert ours.recv(3000, socket.MSG_WAITALL) == b"x" * 3000
            found = tcpinfo.read(ours)
    assert found is not None
    assert (found.received, found.own_mss) == (3000, 1220)


def test_the_round_trip_stays_that_of_the_handshake() -> None:
    first, last = TcpInfo(0.02, 0.01, 1428, 0, received=0), TcpInfo(0.5, 0.4, 1208, 3, last_mss=1208, received=9)
    assert tcpinfo.at_the_end(first, last) == TcpInfo(0.02, 0.01, 1428, 3, last_mss=1208, received=9)


@pytest.mark.skipif(sys.platform != "linux", reason="TCP_INFO is Linux's")
def test_an_old_kernel_counts_less(pair: tuple[socket.socket, socket.socket]) -> None:
    class Old(socket.socket):
        def getsockopt(self, *asked: int) -> bytes:  # type: ignore[override]
            return bytes(super().getsockopt(*asked)[:104])

    ours, theirs = pair
    with theirs, Old(fileno=ours.detach()) as old:
        found = tcpinfo.read(old)
    assert found is not None
    assert found.received is None
    assert found.unacked is None


def test_nothing_is_told_of_a_closed_socket(pair: tuple[socket.socket, socket.socket]) -> None:
    for end in pair:
        end.close()
        assert tcpinfo.read(end) is None


def test_nor_of_one_that_is_not_tcp() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        assert tcpinfo.read(other) is None


def test_nor_elsewhere(pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert tcpinfo.read(pair[0]) is None
    for end in pair:
        end.close()
