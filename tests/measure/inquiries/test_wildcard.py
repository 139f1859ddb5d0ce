"""A name nobody made, the same again with the same seed."""

from probe.lab.zones import HOME, host
from probe.measure.inquiries.wildcard import inquire
from probe.model.words import Outcome
from tests.measure.lab_case import HOST, case


async def test_a_name_nobody_made() -> None:
    here, _ = await case()
    found = await inquire(here)
    assert found is not None
    assert [(item.rrtype, item.outcome) for item in found] == [
        ("MX", Outcome.NXDOMAIN),
        ("AAAA", Outcome.NXDOMAIN),
        ("A", Outcome.NXDOMAIN),
    ]
    (name,) = {item.name for item in found}
    again, _ = await case(HOME + host("*.example.com", "192.0.2.80", pointer=False))
    answered = await inquire(again)
    assert answered is not None
    assert {item.name for item in answered} == {name}
    assert [item.outcome for item in answered] == [Outcome.NO_DATA, Outcome.NO_DATA, Outcome.ANSWER]


async def test_a_host_has_no_names_below() -> None:
    here, _ = await case(target=HOST)
    assert await inquire(here) is None
