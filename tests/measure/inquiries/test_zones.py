"""Every server of every zone, at every address: what is asked, what is spared, what is asked twice."""

import pytest

from probe.lab.faults import DnsFault, Server
from probe.lab.zones import (
    HOME,
    MX1,
    NS1_4,
    NS1_6,
    NS2_4,
    NS2_6,
    OWN4,
    alias,
    authority,
    host,
    mx,
    served,
)
from probe.measure.inquiries.zones import inquire
from probe.model.network import Transport
from probe.model.settings import Record
from probe.model.words import AddressClass, Family, Outcome
from probe.model.zones import ServerAddress, Zone
from tests.measure.lab_case import ADDRESS, HOST, Watched, case

ALL = [NS1_6, NS1_4, NS2_6, NS2_4]
AAAA = ("mx1.example.com", "AAAA")


async def asked(*args: object, **changes: object) -> tuple[tuple[Zone, ...], Watched]:
    here, network = await case(*args, **changes)  # type: ignore[arg-type]
    found = await inquire(here)
    assert found is not None
    return found, network


def place(zones: tuple[Zone, ...], address: str) -> ServerAddress:
    return next(item for zone in zones for _, item in zone.addresses() if item.address == address)


async def test_each_server_over_both_families_and_transports() -> None:
    (zone,), network = await asked()
    assert (zone.name, zone.names, zone.left_out, zone.finished) == (
        "example.com",
        ("example.com", "mx1.example.com"),
        0,
        True,
    )
    assert [server.name for server in zone.servers] == ["ns1.example.net", "ns2.example.net"]
    assert [item.address for _, item in zone.addresses()] == ALL
    questions = {("example.com", "SOA"), ("example.com", "MX"), AAAA, ("mx1.example.com", "A")}
    for address in ALL:
        sent = network.to(address)
        assert set(sent) == {(*question, transport) for question in questions for transport in Transport}
        assert len(sent) == len(set(sent))
        assert all(item.aa and item.outcome is Outcome.ANSWER for item in place((zone,), address).answers)


async def test_zones_of_others_are_asked_for_what_is_theirs() -> None:
    shop = authority("shop.com") + served("shop.com", "ns1.example.net") + host("mail.shop.com", "2001:db8::26")
    zones, _ = await asked(mx("10 mx1.example.com.", "20 mail.shop.com.") + MX1 + shop)
    assert [(zone.name, zone.names) for zone in zones] == [
        ("example.com", ("example.com", "mx1.example.com")),
        ("shop.com", ("mail.shop.com",)),
    ]
    assert not zones[1].servers[0].addresses[0].said("example.com", "MX")
    assert zones[1].servers[0].addresses[0].said("mail.shop.com", "AAAA")


async def test_a_host_alone_has_a_zone_and_an_address_none() -> None:
    (zone,), _ = await asked(target=HOST)
    assert zone.names == ("mx1.example.com",)
    here, _ = await case(target=ADDRESS)
    assert await inquire(here) is None


async def test_an_alias_starts_no_zone() -> None:
    zones, _ = await asked(mx("10 www.example.com.") + alias("www.example.com", "example.net"))
    assert [zone.name for zone in zones] == ["example.com"]


async def test_an_assumed_zone_is_not_asked() -> None:
    zones, _ = await asked(overlay=(Record("example.com", "NS", ("ns1.example.net.",)),))
    assert zones == ()


async def test_one_family_when_one_is_wanted() -> None:
    (zone,), network = await asked(families=(Family.IPV4,))
    assert [item.address for _, item in zone.addresses()] == [NS1_4, NS2_4]
    assert network.to(NS1_6) == []


async def test_without_a_way_it_is_not_asked_rather_than_dead() -> None:
    (zone,), network = await asked(sources={Family.IPV4: OWN4})
    skipped = {item.address: item.skipped for _, item in zone.addresses()}
    assert skipped[NS1_4] is None
    assert "no IPv6 route" in (skipped[NS1_6] or "")
    assert network.to(NS1_6) == []


async def test_a_server_whose_name_is_an_alias() -> None:
    (zone,), _ = await asked(
        HOME + served("example.com", "ns3.example.com") + alias("ns3.example.com", "ns1.example.net")
    )
    assert {server.name: server.cnames for server in zone.servers} == {
        "ns1.example.net": (),
        "ns2.example.net": (),
        "ns3.example.com": ("ns1.example.net",),
    }
    assert [item.address for item in zone.servers[-1].addresses] == [NS1_6, NS1_4]


async def test_addresses_that_are_not_of_the_internet_are_left_alone() -> None:
    inner = served("example.com", "ns3.example.com") + host("ns3.example.com", "10.0.0.53", pointer=False)
    (zone,), network = await asked(HOME + inner)
    found = place((zone,), "10.0.0.53")
    assert (found.klass, found.skipped, found.answers) == (AddressClass.PRIVATE, "a private address", ())
    assert network.to("10.0.0.53") == []


async def test_the_dead_are_not_asked_more() -> None:
    zones, network = await asked(servers={NS2_6: Server(dead=True)})
    assert network.to(NS2_6).count(("example.com", "SOA", Transport.UDP)) == 3  # the last without EDNS
    assert {question[:2] for question in network.to(NS2_6)} == {("example.com", "SOA")}
    assert not place(zones, NS2_6).heard()


async def test_silence_to_one_question_is_tried_in_two_rounds() -> None:
    zones, network = await asked(servers={NS1_6: Server(dns={AAAA: DnsFault.TIMEOUT})})
    [udp] = place(zones, NS1_6).said(*AAAA, Transport.UDP)
    assert (udp.heard, udp.tries) == (False, 4)
    assert network.to(NS1_6).count((*AAAA, Transport.UDP)) == 4
    assert [item.heard for item in place(zones, NS1_6).said(*AAAA, Transport.TCP)] == [False]


async def test_what_does_not_fit_is_asked_over_tcp() -> None:
    zones, _ = await asked(
        mx("10 mx1.example.com.", "20 mx2.example.com.") + MX1 + host("mx2.example.com", "2001:db8::26"),
        servers={NS1_6: Server(dns={("mx2.example.com", "AAAA"): DnsFault.TRUNCATED})},
    )
    udp, tcp = place(zones, NS1_6).said("mx2.example.com", "AAAA")
    assert (udp.transport, udp.truncated, tcp.transport, tcp.records) == (
        Transport.UDP,
        True,
        Transport.TCP,
        ("2001:db8::26",),
    )


async def test_families_that_contradict_each_other_are_asked_again() -> None:
    zones, _ = await asked(servers={NS1_6: Server(lacks=(AAAA,))})
    assert [item.outcome for item in place(zones, NS1_6).said(*AAAA, Transport.UDP)] == [Outcome.NO_DATA] * 2
    assert [item.outcome for item in place(zones, NS1_4).said(*AAAA, Transport.UDP)] == [Outcome.ANSWER] * 2
    assert len(place(zones, NS2_6).said(*AAAA, Transport.UDP)) == 1


async def test_many_servers_and_many_hosts_are_cut() -> None:
    names = [f"ns{number}.example.com" for number in range(10, 20)]
    crowd = served("example.com", *names) + "".join(host(name, "192.0.2.61", pointer=False) for name in names)
    hosts = mx(*(f"{number} mx{number}.example.com." for number in range(1, 7)))
    more = "".join(host(f"mx{number}.example.com", f"192.0.2.{number}", pointer=False) for number in range(1, 7))
    (zone,), network = await asked(hosts + more + crowd)
    assert (len(zone.servers), zone.left_out) == (8, 4)
    kinds = {name for name, rrtype, _ in network.to(NS1_4) if rrtype == "A"}
    assert kinds == {"mx1.example.com", "mx2.example.com", "mx3.example.com"}


@pytest.mark.parametrize("left", [0.0, 0.001])
async def test_without_time_it_says_that_it_is_unfinished(left: float) -> None:
    zones, _ = await asked(left=left)
    assert all(not zone.finished for zone in zones)
    assert all(item.answers == () for zone in zones for _, item in zone.addresses())
