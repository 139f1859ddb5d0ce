"""IPv6 first; IPv4 only as a control, and only for what failed."""

from probe.lab.faults import Server
from probe.lab.zones import NS1_6, NS2_6, ROOT6
from probe.measure.inquiries.walk import inquire
from probe.model.walk import WalkEnd
from probe.model.words import Family
from tests.measure.lab_case import ADDRESS, case


async def test_where_all_is_well_ipv4_is_not_walked() -> None:
    here, network = await case()
    found = await inquire(here)
    assert found is not None
    assert [(item.name, item.family, item.end) for item in found] == [
        ("example.com", Family.IPV6, WalkEnd.ARRIVED),
        ("mx1.example.com", Family.IPV6, WalkEnd.ARRIVED),
    ]
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


async def test_without_a_root_it_ends_at_once() -> None:
    here, _ = await case(servers={ROOT6: Server(dead=True)})
    found = await inquire(here)
    assert found is not None
    assert [item.end for item in found] == [WalkEnd.NO_ROOT]


async def test_nothing_to_walk_to() -> None:
    here, _ = await case(target=ADDRESS)
    assert await inquire(here) is None
    here, network = await case(families=(Family.IPV4,))
    assert await inquire(here) is None
    assert {server for server, *_ in network.sent} == {"192.0.2.53"}
