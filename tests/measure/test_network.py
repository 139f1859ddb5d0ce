"""The real network, on loopback only."""

import asyncio
import contextlib
import os
import socket
import struct
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from probe.measure import network as module
from probe.measure.network import SystemNetwork
from probe.model.errors import NetworkError
from probe.model.network import Endpoint, Source, Transport
from probe.model.smtp import TcpInfo
from probe.model.words import Failure, Family

LOOPBACK = {Family.IPV6: "::1", Family.IPV4: "127.0.0.1"}
QUERY = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x01"
ANSWER = b"\x12\x34\x81\x80" + QUERY[4:]
SOON = 0.05  # seconds: long for loopback


@pytest.fixture
def network() -> SystemNetwork:
    return SystemNetwork()


@pytest.fixture(params=list(Family))
def family(request: pytest.FixtureRequest) -> Family:
    found: Family = request.param
    return found


@pytest.fixture(autouse=True)
def no_descriptor_is_left() -> Iterator[None]:
    before = descriptors()
    yield
    assert descriptors() <= before


def descriptors() -> set[str]:
    """What is open; the directory's own descriptor is gone again and points nowhere."""
    found = set()
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            found.add(f"{entry.name} {entry.readlink()}")
    return {item for item in found if "socket:" in item}


@contextlib.contextmanager
def listening(
    family: Family, backlog: int = 8, kind: socket.SocketKind = socket.SOCK_STREAM
) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET6 if family is Family.IPV6 else socket.AF_INET, kind) as sock:
        sock.bind((LOOPBACK[family], 0))
        sock.setblocking(False)
        if kind is socket.SOCK_STREAM:
            sock.listen(backlog)
        yield sock


@contextlib.contextmanager
def full(family: Family) -> Iterator[socket.socket]:
    """A listener whose queue is full: the next SYN is dropped."""
    with listening(family, backlog=0) as server, contextlib.ExitStack() as waiting:
        for _ in range(4):
            sock = waiting.enter_context(socket.socket(server.family, socket.SOCK_STREAM))
            sock.setblocking(False)
            sock.connect_ex(server.getsockname())
        yield server


def endpoint(sock: socket.socket, family: Family) -> Endpoint:
    return Endpoint(LOOPBACK[family], sock.getsockname()[1], family)


def closed_port(family: Family, kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with listening(family, kind=kind) as sock:
        port: int = sock.getsockname()[1]
    return port


async def test_dials(network: SystemNetwork, family: Family) -> None:
    with listening(family) as server:
        link = await network.dial(endpoint(server, family), None, 1)
        with link.socket as sock:
            assert (link.source, link.peer) == (LOOPBACK[family], LOOPBACK[family])
            assert sock.getpeername()[1] == server.getsockname()[1]
            assert not sock.getblocking()
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.skipif(sys.platform != "linux", reason="how a limit shows at the other end is Linux's")
async def test_a_limit_on_segments_holds_both_ways(network: SystemNetwork, family: Family) -> None:
    with listening(family) as server:
        link = await network.dial(endpoint(server, family), None, 1, max_segment=1220)
        theirs, _ = server.accept()
        with link.socket as ours, theirs:
            assert link.max_segment == 1220
            assert ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG) <= 1220
            assert theirs.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG) <= 1220
        free = await network.dial(endpoint(server, family), None, 1)
        theirs, _ = server.accept()
        with free.socket, theirs:
            assert free.max_segment is None
            assert theirs.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG) > 1220


async def test_a_system_without_such_limits_says_so(
    network: SystemNetwork, family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(socket, "TCP_MAXSEG")
    with listening(family) as server:
        link = await network.dial(endpoint(server, family), None, 1, max_segment=1220)
        link.socket.close()
    assert link.max_segment is None


async def test_dials_from_the_address_it_is_told(network: SystemNetwork) -> None:
    with listening(Family.IPV4) as server:
        link = await network.dial(endpoint(server, Family.IPV4), "127.0.0.9", 1)
        link.socket.close()
    assert link.source == "127.0.0.9"


async def test_refused(network: SystemNetwork, family: Family) -> None:
    with pytest.raises(NetworkError) as caught:
        await network.dial(Endpoint(LOOPBACK[family], closed_port(family), family), None, 1)
    assert (caught.value.failure, caught.value.icmp) == (Failure.REFUSED, None)
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)


async def test_a_full_backlog_times_out(network: SystemNetwork, family: Family) -> None:
    with full(family) as server, pytest.raises(NetworkError) as caught:
        await network.dial(endpoint(server, family), None, SOON)
    assert caught.value.failure is Failure.TIMEOUT
    assert caught.value.detail == "no answer within 0.05 s"


async def test_an_address_that_is_not_ours(network: SystemNetwork) -> None:
    target = Endpoint("::1", closed_port(Family.IPV6), Family.IPV6)
    with pytest.raises(NetworkError) as caught:
        await network.dial(target, "2001:db8::1", 1)
    assert caught.value.failure is Failure.NO_ROUTE


@pytest.mark.parametrize("bound", [None, "::1"])
async def test_a_mapped_address_does_not_go_out_over_ipv4(network: SystemNetwork, bound: str | None) -> None:
    with listening(Family.IPV4) as server:
        target = Endpoint("::ffff:127.0.0.1", server.getsockname()[1], Family.IPV6)
        with pytest.raises(NetworkError) as caught:
            await network.dial(target, bound, 1)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert caught.value.failure is Failure.NO_ROUTE


async def test_a_link_local_address_without_its_link(network: SystemNetwork) -> None:
    with pytest.raises(NetworkError) as caught:
        await network.dial(Endpoint("fe80::25", 25, Family.IPV6), None, SOON)
    assert caught.value.failure is Failure.NO_ROUTE


async def test_no_descriptor_left_to_open(network: SystemNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(socket, "socket", full)
    with pytest.raises(NetworkError) as caught:
        await network.dial(Endpoint("::1", 25, Family.IPV6), None, 1)
    assert caught.value.failure is Failure.NOT_TRIED


async def test_an_errno_without_a_word_is_a_bug(network: SystemNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    async def odd(*_: object) -> None:
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr(module, "connect", odd)
    with pytest.raises(OSError, match="Bad file descriptor"):
        await network.dial(Endpoint("::1", 25, Family.IPV6), None, 1)


async def test_cancelled_while_dialling(network: SystemNetwork) -> None:
    """The socket is closed, and the loop forgot it: its number can be used again at once (cpython issue 131728)."""
    with full(Family.IPV4) as server:
        before = descriptors()
        async with asyncio.TaskGroup() as group:
            dialling = group.create_task(network.dial(endpoint(server, Family.IPV4), None, 5))
            await asyncio.sleep(0.01)
            assert descriptors() > before
            dialling.cancel()
        assert descriptors() == before
        with listening(Family.IPV4) as other:
            async with asyncio.timeout(1):
                link = await network.dial(endpoint(other, Family.IPV4), None, 1)
                link.socket.close()


def test_source_for_asks_the_routing_table_alone(network: SystemNetwork, family: Family) -> None:
    assert network.source_for(LOOPBACK[family]).address == LOOPBACK[family]
    assert network.source_for("127.0.0.1", "127.0.0.9") == Source("127.0.0.9", None, None)


def test_source_for_says_why_not(network: SystemNetwork) -> None:
    with pytest.raises(NetworkError, match="no source address") as caught:
        network.source_for("::1", "2001:db8::1")
    assert caught.value.failure is Failure.NO_ROUTE


@pytest.mark.parametrize(
    ("flags", "temporary", "deprecated"),
    [("80", False, False), ("01", True, False), ("20", False, True), ("21", True, True)],
)
def test_flags_of_our_address(tmp_path: Path, flags: str, temporary: bool, deprecated: bool) -> None:
    other = "20010db8000000000000000000000009 02 40 00 21     eth0"
    mine = f"00000000000000000000000000000001 01 80 10 {flags}       lo"
    (tmp_path / "if_inet6").write_text(f"{other}\n{mine}\n")
    found = SystemNetwork(if_inet6=str(tmp_path / "if_inet6")).source_for("::1")
    assert found == Source("::1", temporary, deprecated)


def test_flags_not_known(tmp_path: Path) -> None:
    assert SystemNetwork(if_inet6=str(tmp_path / "absent")).source_for("::1") == Source("::1", None, None)


def test_nameservers_of_this_machine(tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    assert SystemNetwork(str(path)).nameservers() == (("127.0.0.1", 53),)
    assert SystemNetwork(str(path)).trust_ad() is False
    path.write_bytes(b"\xff\xfe\nnameserver 2001:db8::53\noptions trust-ad\n")
    assert SystemNetwork(str(path)).nameservers() == (("2001:db8::53", 53),)
    assert SystemNetwork(str(path)).trust_ad() is True


async def test_clock(network: SystemNetwork) -> None:
    assert network.now().tzinfo is UTC
    before, began = network.now(), network.monotonic()
    await network.sleep(0.001)
    assert network.monotonic() - began >= 0.001
    assert timedelta(0) < network.now() - before < timedelta(minutes=1)


class Echo(asyncio.DatagramProtocol):
    """A name server that sends what ``replies`` makes of each query."""

    def __init__(self, replies: Callable[[bytes], list[bytes]]) -> None:
        self.replies = replies
        self.asked: list[tuple[str, int]] = []
        self.reached = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.asked.append(addr)
        self.reached.set()
        for reply in self.replies(data):
            self.transport.sendto(reply, addr)


@contextlib.asynccontextmanager
async def udp_server(
    family: Family, replies: Callable[[bytes], list[bytes]]
) -> AsyncIterator[tuple[tuple[str, int], Echo]]:
    transport, echo = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Echo(replies), local_addr=(LOOPBACK[family], 0)
    )
    try:
        yield (LOOPBACK[family], transport.get_extra_info("sockname")[1]), echo
    finally:
        transport.close()
        await asyncio.sleep(0)  # closing takes a turn of the loop


async def test_udp(network: SystemNetwork, family: Family) -> None:
    async with udp_server(family, lambda _: [ANSWER]) as (server, echo):
        for _ in range(3):
            assert await network.exchange(server, QUERY, Transport.UDP, 1) == ANSWER
    assert len({address[1] for address in echo.asked}) > 1  # a new port each time


async def test_udp_waits_for_the_right_answer(network: SystemNetwork) -> None:
    wrong = [b"", b"x", b"\xff" * 500, QUERY, b"\x12\x35" + ANSWER[2:], ANSWER[:11]]
    async with udp_server(Family.IPV6, lambda _: [*wrong, ANSWER]) as (server, _):
        assert await network.exchange(server, QUERY, Transport.UDP, 1) == ANSWER


async def test_udp_hears_nobody_else(network: SystemNetwork) -> None:
    async with (
        udp_server(Family.IPV4, lambda _: []) as (server, echo),
        udp_server(Family.IPV4, lambda _: []) as (_, stranger),
        asyncio.TaskGroup() as group,
    ):
        asked = group.create_task(network.exchange(server, QUERY, Transport.UDP, 1))
        await echo.reached.wait()
        stranger.transport.sendto(ANSWER[:-1] + b"\xff", echo.asked[0])
        await asyncio.sleep(0.01)
        assert not asked.done()
        echo.transport.sendto(ANSWER, echo.asked[0])
    assert asked.result() == ANSWER


async def test_udp_the_largest_answer(network: SystemNetwork) -> None:
    large = ANSWER + bytes(65507 - len(ANSWER))
    async with udp_server(Family.IPV4, lambda _: [large]) as (server, _):
        assert await network.exchange(server, QUERY, Transport.UDP, 1) == large


async def test_udp_no_answer(network: SystemNetwork) -> None:
    async with udp_server(Family.IPV6, lambda _: [QUERY]) as (server, _):
        with pytest.raises(NetworkError) as caught:
            await network.exchange(server, QUERY, Transport.UDP, SOON)
    assert caught.value.failure is Failure.TIMEOUT


async def test_udp_a_flood_of_wrong_answers_does_not_outrun_the_timeout(
    network: SystemNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(*_: object) -> bytes:
        return b"wrong"

    async with udp_server(Family.IPV6, lambda _: []) as (server, _):
        monkeypatch.setattr(asyncio.get_running_loop(), "sock_recv", at_once)
        with pytest.raises(NetworkError) as caught:
            await network.exchange(server, QUERY, Transport.UDP, SOON)
    assert caught.value.failure is Failure.TIMEOUT


async def test_udp_a_dead_server_shows_at_once(network: SystemNetwork, family: Family) -> None:
    server = LOOPBACK[family], closed_port(family, socket.SOCK_DGRAM)
    with pytest.raises(NetworkError) as caught:
        await network.exchange(server, QUERY, Transport.UDP, 30)
    assert (caught.value.failure, caught.value.detail) == (Failure.REFUSED, "nothing listens on the port")


async def test_a_nameserver_with_a_zone(network: SystemNetwork) -> None:
    """A link-local name server is reached through the interface its zone names; here there is none of that name."""
    with pytest.raises(NetworkError) as caught:
        await network.exchange(("fe80::53%no-such-link", 53), QUERY, Transport.UDP, 1)
    assert caught.value.failure is Failure.NO_ROUTE


@contextlib.asynccontextmanager
async def tcp_server(family: Family, *parts: bytes) -> AsyncIterator[tuple[str, int]]:
    """Reads one framed query, sends ``parts`` one by one and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        (length,) = struct.unpack("!H", await reader.readexactly(2))
        assert await reader.readexactly(length) == QUERY
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.001)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, LOOPBACK[family], 0)
    async with server:
        yield LOOPBACK[family], server.sockets[0].getsockname()[1]
        await asyncio.sleep(0.005)


async def test_tcp(network: SystemNetwork, family: Family) -> None:
    framed = struct.pack("!H", len(ANSWER)) + ANSWER
    async with tcp_server(family, framed[:1], framed[1:7], framed[7:] + b"more") as server:
        assert await network.exchange(server, QUERY, Transport.TCP, 1) == ANSWER


async def test_tcp_the_largest_answer(network: SystemNetwork) -> None:
    async with tcp_server(Family.IPV6, b"\xff\xff" + bytes(70000)) as server:
        assert await network.exchange(server, QUERY, Transport.TCP, 1) == bytes(65535)


@pytest.mark.parametrize("parts", [[], [b"\0"], [b"\0\x20", b"half"]])
async def test_tcp_hangs_up_early(network: SystemNetwork, parts: list[bytes]) -> None:
    async with tcp_server(Family.IPV4, *parts) as server:
        with pytest.raises(NetworkError) as caught:
            await network.exchange(server, QUERY, Transport.TCP, 1)
    assert caught.value.failure is Failure.CLOSED


async def test_tcp_refused_and_silent(network: SystemNetwork) -> None:
    with pytest.raises(NetworkError) as caught:
        await network.exchange(("::1", closed_port(Family.IPV6)), QUERY, Transport.TCP, 1)
    assert caught.value.failure is Failure.REFUSED
    with listening(Family.IPV6) as server, pytest.raises(NetworkError) as caught:
        await network.exchange(("::1", server.getsockname()[1]), QUERY, Transport.TCP, SOON)
    assert caught.value.failure is Failure.TIMEOUT


def test_reads_no_more_of_a_file_than_it_should(tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    path.write_bytes(b"nameserver 2001:db8::53\n")
    os.truncate(path, 1 << 34)  # a sparse file: reading it whole would take all memory
    assert SystemNetwork(str(path)).nameservers() == (("2001:db8::53", 53),)


@pytest.mark.skipif(sys.platform != "linux", reason="TCP_INFO is Linux's")
async def test_a_connection_we_were_too_busy_to_see_is_told_to_be_late(
    network: SystemNetwork, family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = module.connect

    async def busy(sock: socket.socket, where: Any) -> None:
        await really(sock, where)
        time.sleep(SOON)  # noqa: ASYNC251 -- the very thing that is looked for

    monkeypatch.setattr(module, "connect", busy)
    monkeypatch.setattr(module, "_SENT_AGAIN", float("inf"))  # however slow this machine is today
    with listening(family) as server:
        link = await network.dial(Endpoint(LOOPBACK[family], server.getsockname()[1], family), None, 30)
    link.socket.close()
    assert link.late >= SOON * 0.9


@pytest.mark.parametrize(
    ("took", "info", "late"),
    [
        (0.150, TcpInfo(0.1, 0.05, 1440, 0), 0.05),
        (0.102, TcpInfo(0.1, 0.05, 1440, 0), 0.0),
        (1.150, TcpInfo(0.1, 0.05, 1440, 1), 0.0),
        (1.150, TcpInfo(0.1, 0.05, 1440, 0), 0.0),
        (0.150, TcpInfo(0.0, 0.25, 1440, 0), 0.0),
        (0.150, None, 0.0),
    ],
    ids=["late", "in time", "SYN sent again", "after a second", "no sample", "the system does not tell"],
)
def test_how_late_a_connection_was_seen(
    took: float, info: TcpInfo | None, late: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.tcpinfo, "read", lambda _socket: info)
    with socket.socket() as any_socket:
        assert module._late(any_socket, took) == pytest.approx(late)
