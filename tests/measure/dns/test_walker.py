"""The way from the root over one family: where it leads, where it ends, and what is not said."""

from collections.abc import Mapping

import dns.message
import dns.rrset
import pytest

from probe.lab.faults import DnsFault, Server
from probe.lab.zones import (
    MX1,
    NS1_6,
    NS2_6,
    OWN4,
    ROOT4,
    ROOT6,
    TOP4,
    TOP6,
    authority,
    host,
    mx,
    served,
)
from probe.measure.dns.walker import Walker
from probe.model.network import Transport
from probe.model.walk import Barrier, Walk, WalkEnd
from probe.model.words import Family
from tests.measure.lab_case import Watched, case

V6, V4 = Family.IPV6, Family.IPV4
SHOP6 = "2001:db8:e::1"
SHOP = authority("shop.com") + served("shop.com", "ns1.shop.com") + mx("10 mx1.example.com.", domain="shop.com") + MX1
SHOP_NS4 = host("ns1.shop.com", "192.0.2.71", pointer=False)
SHOP_NS = SHOP_NS4 + host("ns1.shop.com", SHOP6, pointer=False)


async def walk(
    zone: str = SHOP + SHOP_NS,
    name: str = "shop.com",
    family: Family = V6,
    servers: Mapping[str, Server] | None = None,
) -> tuple[Walk, Watched]:
    here, network = await case(zone, servers=servers)
    return await Walker(here, family).walk(name), network


def zones(found: Walk) -> list[str]:
    return [cut.zone for cut in found.cuts]


@pytest.mark.parametrize("family", Family)
async def test_from_the_root_by_way_of_names_elsewhere(family: Family) -> None:
    found, network = await walk(name="example.com", family=family)  # its servers are below net
    assert (found.end, zones(found)) == (WalkEnd.ARRIVED, [".", "com", "example.com"])
    assert found.cuts[-1].servers == ("ns1.example.net", "ns2.example.net")
    assert {":" in server for server, *_ in network.sent if server != "192.0.2.53"} == {family is V6}


async def test_what_is_known_is_not_asked_again() -> None:
    here, network = await case()
    walker = Walker(here, V6)
    await walker.walk("example.com")
    root = len(network.to(ROOT6))
    found = await walker.walk("mx1.example.com")
    assert zones(found) == [".", "com", "example.com"]
    assert len(network.to(ROOT6)) == root


async def test_servers_without_an_address_of_the_family() -> None:
    found, _ = await walk(SHOP + SHOP_NS4)
    assert (found.end, found.stuck, found.barrier) == (WalkEnd.STUCK, "shop.com", Barrier.NO_ADDRESS)
    assert zones(found) == [".", "com"]
    assert found.tried == ("ns1.shop.com: no AAAA record in the parent zone",)
    assert (await walk(SHOP + SHOP_NS4, family=V4))[0].end is WalkEnd.ARRIVED


async def test_an_address_the_zone_above_does_not_tell() -> None:
    found, _ = await walk(servers=dict.fromkeys((TOP6, TOP4), Server(lacks=(("ns1.shop.com", "AAAA"),))))
    assert (found.stuck, found.barrier) == ("shop.com", Barrier.NO_GLUE)


async def test_dead_servers() -> None:
    found, network = await walk(servers={SHOP6: Server(dead=True)})
    assert (found.stuck, found.barrier) == ("shop.com", Barrier.SILENT)
    assert len(network.to(SHOP6)) == 4  # once, and thrice more when nobody else could help, the last without EDNS
    assert SHOP6 in found.tried[0]


@pytest.mark.parametrize("server", [Server(lame=True), Server(dns={("shop.com", "SOA"): DnsFault.SERVFAIL})])
async def test_servers_that_do_not_know_the_zone(server: Server) -> None:
    found, _ = await walk(servers={SHOP6: server})
    assert (found.stuck, found.barrier) == ("shop.com", Barrier.LAME)


async def test_addresses_that_are_not_of_the_internet_are_left_alone() -> None:
    found, network = await walk(SHOP + SHOP_NS4 + host("ns1.shop.com", "fd00::53", pointer=False))
    assert (found.stuck, found.barrier) == ("shop.com", Barrier.NOT_GLOBAL)
    assert network.to("fd00::53") == []


async def test_names_of_servers_that_cannot_be_looked_up() -> None:
    found, _ = await walk(name="example.com", servers=dict.fromkeys((NS1_6, NS2_6), Server(dead=True)))
    assert (found.stuck, found.barrier) == ("example.com", Barrier.NAMES)
    assert found.tried[0] == "ns1.example.net: cannot be looked up, no server of example.net answers"


async def test_one_good_server_is_enough() -> None:
    found, _ = await walk(name="example.com", servers={NS1_6: Server(dead=True)})
    assert found.end is WalkEnd.ARRIVED
    assert found.cuts[-1].answered == NS2_6


async def test_names_that_lead_in_a_circle() -> None:
    one, other = "one.com", "other.com"
    zone = authority(one, other) + served(one, "ns.other.com") + served(other, "ns.one.com")
    addresses = host("ns.one.com", "2001:db8:e::1", pointer=False) + host(
        "ns.other.com", "2001:db8:f::1", pointer=False
    )
    lacks = Server(lacks=(("ns.one.com", "AAAA"), ("ns.other.com", "AAAA")))
    found, _ = await walk(zone + addresses + MX1, one, servers=dict.fromkeys((TOP6, TOP4), lacks))
    assert (found.end, found.stuck) == (WalkEnd.STUCK, one)
    assert len(found.tried) < 10


@pytest.mark.parametrize("server", [Server(dead=True), Server(lame=True)])
async def test_without_a_root_nothing_is_known(server: Server) -> None:
    found, network = await walk(servers={ROOT6: server})
    assert found == Walk("shop.com", V6, WalkEnd.NO_ROOT)
    assert len(network.to(ROOT6)) == 1


async def test_without_the_family_nobody_is_asked() -> None:
    here, network = await case(sources={V4: OWN4})
    assert (await Walker(here, V6).walk("example.com")).end is WalkEnd.NO_ROOT
    assert {server for server, *_ in network.sent} == {"192.0.2.53"}
    assert (await Walker(here, V4).walk("example.com")).end is WalkEnd.ARRIVED
    assert network.to(ROOT4)


async def test_out_of_time() -> None:
    here, _ = await case(left=0.0301)
    walker = Walker(here, V6)
    await here.frame.network.sleep(1.5)  # the lab's hundredth of it
    assert (await walker.walk("example.com")).end in {WalkEnd.NO_ROOT, WalkEnd.UNFINISHED}


async def test_records_of_another_class_are_not_glue(monkeypatch: pytest.MonkeyPatch) -> None:
    """An A record of class CH (RFC 1035 3.2.4) holds a name and an octal number, not an address."""
    original = Watched.exchange

    async def exchange(
        self: Watched, server: tuple[str, int], query: bytes, transport: Transport, timeout: float
    ) -> bytes:
        answer = await original(self, server, query, transport, timeout)
        if server[0] != TOP4:
            return answer
        message = dns.message.from_wire(answer)
        for rrset in message.authority:
            odd = dns.rrset.from_text(rrset[0].to_text(), 60, "CH", "A", "chaos. 0123")
            message.additional = [odd]
        return message.to_wire()

    monkeypatch.setattr(Watched, "exchange", exchange)
    found, _ = await walk(family=V4)
    assert (found.end, found.stuck) == (WalkEnd.STUCK, "shop.com")
