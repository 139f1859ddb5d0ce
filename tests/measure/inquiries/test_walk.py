"""Each family by itself, where it is asked for."""

from probe.lab.faults import Server
from probe.lab.zones import NS1_4, NS1_6, NS2_4, NS2_6, ROOT6
from probe.measure.inquiries.walk import inquire
from probe.model.walk import WalkEnd
from probe.model.words import Family
from tests.measure.lab_case import ADDRESS, case


async def test_where_all_is_well_both_families_arrive() -> None:
    here, _ = await case()
    found = await inquire(here)
    assert found is not None
    assert [(item.name, item.family, item.end) for item in found] == [
        (name, family, WalkEnd.ARRIVED) for family in Family for name in ("example.com", "mx1.example.com")
    ]


async def test_where_ipv6_alone_is_asked_for_ipv4_is_not_walked() -> None:
    here, network = await case(families=(Family.IPV6,))
    found = await inquire(here)
    assert found is not None
    assert [item.end for item in found] == [WalkEnd.ARRIVED] * 2
    assert all(":" in server for server, *_ in network.sent if server != "192.0.2.53")


async def test_what_fails_is_walked_over_ipv4() -> None:
    here, _ = await case(servers=dict.fromkeys((NS1_6, NS2_6), Server(dead=True)))
    found = await inquire(here)
    assert found is not None
    assert [(item.family, item.end) for item in found] == [
        (Family.IPV6, WalkEnd.STUCK),
        (Family.IPV6, WalkEnd.STUCK),
        (Family.IPV4, WalkEnd.ARRIVED),
        (Family.IPV4, WalkEnd.ARRIVED),
    ]


async def test_what_fails_over_ipv4_alone_is_seen() -> None:
    here, _ = await case(servers=dict.fromkeys((NS1_4, NS2_4), Server(dead=True)))
    found = await inquire(here)
    assert found is not None
    assert {(item.family, item.end) for item in found} == {
        (Family.IPV6, WalkEnd.ARRIVED),
        (Family.IPV4, WalkEnd.STUCK),
    }


async def test_without_a_root_it_ends_at_once() -> None:
    here, _ = await case(servers={ROOT6: Server(dead=True)})
    found = await inquire(here)
    assert found is not None
    assert [item.end for item in found if item.family is Family.IPV6] == [WalkEnd.NO_ROOT]


async def test_nothing_to_walk_to() -> None:
    here, _ = await case(target=ADDRESS)
    assert await inquire(here) is None
    here, network = await case(families=(Family.IPV4,))
    assert await inquire(here) is None
    assert {server for server, *_ in network.sent} == {"192.0.2.53"}
