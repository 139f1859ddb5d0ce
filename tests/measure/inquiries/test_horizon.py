"""Resolvers beside each other, when the user named several."""

from probe.lab.zones import NAMESERVER
from probe.measure.inquiries.horizon import inquire
from tests.measure.lab_case import case

OTHER = "192.0.2.55"


async def test_each_is_asked_alone() -> None:
    here, network = await case(nameservers=((NAMESERVER, 53), (OTHER, 53)))
    found = await inquire(here)
    assert found is not None
    asked = {(item.server, item.name, item.rrtype) for item in found}
    names = [("example.com", "MX"), ("mx1.example.com", "AAAA"), ("mx1.example.com", "A")]
    assert asked == {(server, *name) for server in (NAMESERVER, OTHER) for name in names}
    assert len(network.to(OTHER)) == len(names)


async def test_one_alone_is_not_compared() -> None:
    here, _ = await case()
    assert await inquire(here) is None
