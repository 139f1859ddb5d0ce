"""What the kernel says of a connection over loopback, and of one that is gone."""

import socket
import sys

import pytest

from probe.measure import tcpinfo


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
