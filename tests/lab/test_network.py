import asyncio
import socket
import time

import dns.message
import pytest

from probe.lab.faults import PathFault
from probe.lab.nameserver import Nameserver
from probe.lab.network import LOOPBACK, LabNetwork, Place
from probe.lab.zones import DEAD_NAMESERVER, HOME, MX4, MX6, NAMESERVER, OWN4, OWN6
from probe.model.errors import NetworkError
from probe.model.network import Endpoint, Icmp, Transport
from probe.model.words import Failure, Family

SERVERS = ((DEAD_NAMESERVER, 53), (NAMESERVER, 53))


@pytest.fixture
def network() -> LabNetwork:
    sources = {Family.IPV6: OWN6, Family.IPV4: OWN4}
    return LabNetwork(Nameserver(HOME), SERVERS, sources, frozenset({DEAD_NAMESERVER}))


async def failing(network: LabNetwork, address: str, family: Family, port: int = 25) -> NetworkError:
    with pytest.raises(NetworkError) as caught:
        await network.dial(Endpoint(address, port, family), None, 0.05)
    return caught.value


@pytest.mark.parametrize(
    ("fault", "address", "failure", "icmp"),
    [
        (PathFault.REFUSED, MX6, Failure.REFUSED, None),
        (PathFault.BLACKHOLE, MX6, Failure.TIMEOUT, None),
        (PathFault.UNREACHABLE, MX6, Failure.UNREACHABLE, Icmp(1, 3, "2001:db8:fe::1")),
        (PathFault.PROHIBITED, MX6, Failure.PROHIBITED, Icmp(1, 1, "2001:db8:fe::1")),
        (PathFault.UNREACHABLE, MX4, Failure.UNREACHABLE, Icmp(3, 1, "192.0.2.254")),
        (PathFault.PROHIBITED, MX4, Failure.PROHIBITED, Icmp(3, 13, "192.0.2.254")),
        (PathFault.NO_ROUTE, MX6, Failure.NO_ROUTE, None),
    ],
)
async def test_a_fault_on_the_way(
    network: LabNetwork, fault: PathFault, address: str, failure: Failure, icmp: Icmp | None
) -> None:
    network.put(address, 25, Place(fault))
    caught = await failing(network, address, Family.IPV6 if ":" in address else Family.IPV4)
    assert (caught.failure, caught.icmp) == (failure, icmp)


async def test_a_black_hole_takes_all_the_time_there_is(network: LabNetwork) -> None:
    network.put(MX6, 25, Place(PathFault.BLACKHOLE))
    started = time.monotonic()
    await failing(network, MX6, Family.IPV6)
    assert time.monotonic() - started >= 0.05


async def test_another_port_of_a_known_host_refuses_and_an_unknown_host_is_silent(network: LabNetwork) -> None:
    network.put(MX6, 25, Place(PathFault.UNREACHABLE))
    assert (await failing(network, MX6, Family.IPV6, port=587)).failure is Failure.REFUSED
    assert (await failing(network, "2001:db8::77", Family.IPV6)).failure is Failure.TIMEOUT


async def test_the_ends_of_a_link_are_logical_and_the_listener_knows_its_client(network: LabNetwork) -> None:
    seen: asyncio.Queue[str] = asyncio.Queue()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.put_nowait(network.client_of(writer.get_extra_info("peername")))
        writer.close()

    server = await asyncio.start_server(connected, LOOPBACK[Family.IPV4], 0)
    network.put(MX6, 25, Place(server.sockets[0].getsockname()))
    network.put(MX4, 25, Place(server.sockets[0].getsockname()))
    for address, source in ((MX6, OWN6), (MX4, OWN4)):
        link = await network.dial(Endpoint(address, 25, Family.IPV6 if ":" in address else Family.IPV4), None, 60.0)
        assert (link.source, link.peer) == (source, address)
        assert not link.socket.getblocking()
        assert await seen.get() == source
        link.socket.close()
    server.close()
    await server.wait_closed()


async def test_a_limit_on_segments_is_set_on_the_real_connection(network: LabNetwork) -> None:
    with socket.create_server((LOOPBACK[Family.IPV4], 0)) as server:
        network.put(MX4, 25, Place(server.getsockname()))
        link = await network.dial(Endpoint(MX4, 25, Family.IPV4), None, 5.0, max_segment=1220)
        theirs, _ = server.accept()
        with link.socket, theirs:
            assert link.max_segment == 1220
            assert theirs.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG) <= 1220


def test_a_stranger_is_who_it_is(network: LabNetwork) -> None:
    assert network.client_of(("::1", 4711, 0, 0)) == "::1"
    with pytest.raises(TypeError):
        network.client_of("/run/socket")


async def test_a_slow_way_delays_the_connection(network: LabNetwork) -> None:
    network.put(MX6, 25, Place(PathFault.REFUSED, delay=0.03))
    started = time.monotonic()
    assert (await failing(network, MX6, Family.IPV6)).failure is Failure.REFUSED
    assert time.monotonic() - started >= 0.03
    network.put(MX6, 25, Place(PathFault.REFUSED, delay=9.0))
    assert (await failing(network, MX6, Family.IPV6)).failure is Failure.TIMEOUT


def test_a_family_we_do_not_have_has_no_source() -> None:
    network = LabNetwork(Nameserver(HOME), SERVERS, {Family.IPV4: OWN4})
    assert network.source_for(MX4).address == OWN4
    with pytest.raises(NetworkError) as caught:
        network.source_for(MX6)
    assert caught.value.failure is Failure.NO_ROUTE


def test_a_temporary_address_is_ipv6s() -> None:
    sources = {Family.IPV6: OWN6, Family.IPV4: OWN4}
    network = LabNetwork(Nameserver(HOME), SERVERS, sources, temporary=True)
    assert network.source_for(MX6).temporary is True
    assert network.source_for(MX4).temporary is False


def test_only_our_own_address_can_be_bound(network: LabNetwork) -> None:
    assert network.source_for(MX6, "2001:DB8:9:0::9").address == OWN6
    with pytest.raises(NetworkError) as caught:
        network.source_for(MX6, "2001:db8:9::10")
    assert caught.value.failure is Failure.NO_ROUTE


@pytest.mark.parametrize("transport", Transport)
async def test_queries_are_answered_in_process(network: LabNetwork, transport: Transport) -> None:
    query = dns.message.make_query("example.com", "MX")
    answer = dns.message.from_wire(await network.exchange((NAMESERVER, 53), query.to_wire(), transport, 1.0))
    assert query.is_response(answer)
    assert answer.answer[0][0].to_text() == "10 mx1.example.com."


@pytest.mark.parametrize("server", [DEAD_NAMESERVER, "192.0.2.99"])
async def test_a_dead_name_server_is_silent(network: LabNetwork, server: str) -> None:
    query = dns.message.make_query("example.com", "MX").to_wire()
    with pytest.raises(NetworkError) as caught:
        await network.exchange((server, 53), query, Transport.UDP, 0.02)
    assert caught.value.failure is Failure.TIMEOUT


async def test_pauses_are_short_and_clocks_are_real(network: LabNetwork) -> None:
    started, at = time.monotonic(), network.monotonic()
    await network.sleep(2.0)
    assert 0.02 <= time.monotonic() - started < 1.0
    assert network.monotonic() - at >= 0.02
    assert network.now().utcoffset() is not None
    assert network.nameservers() == SERVERS
    assert network.trust_ad() is False
