"""Whose name servers are asked: those of names the DNS gave, not of names the user made up."""

from probe.lab.faults import DnsFault
from probe.lab.zones import MX1, MX6, host, mx
from probe.measure.mail_names import MOST_HOSTS, mail_domain, mail_hosts, mail_names
from probe.model.settings import Record
from tests.measure.lab_case import ADDRESS, HOST, case


async def test_a_domain_and_its_hosts() -> None:
    here, _ = await case()
    assert mail_names(here) == ("example.com", "mx1.example.com")


async def test_a_domain_that_is_its_own_host_counts_once() -> None:
    here, _ = await case(host("example.com", MX6))
    assert mail_names(here) == ("example.com",)


async def test_a_host_alone_and_an_address() -> None:
    here, _ = await case(target=HOST)
    assert (mail_domain(here), mail_names(here)) == (None, ("mx1.example.com",))
    here, _ = await case(target=ADDRESS)
    assert mail_names(here) == ()


async def test_what_the_user_assumes_is_no_matter_of_name_servers() -> None:
    here, _ = await case(overlay=(Record("example.com", "MX", ("10 mx1.example.com.",), option=True),))
    assert (mail_domain(here), mail_hosts(here)) == (None, ("mx1.example.com",))
    pinned = tuple(Record("mx1.example.com", rrtype, (), option=True) for rrtype in ("AAAA", "A"))
    here, _ = await case(overlay=pinned)
    assert mail_names(here) == ("example.com",)


async def test_a_resolver_that_is_silent_is_not_asked_more() -> None:
    here, _ = await case(faults={("example.com", "MX"): DnsFault.TIMEOUT})
    assert mail_names(here) == ()


async def test_hosts_that_are_none_and_more_than_enough() -> None:
    many = [f"{number} mx{number}.example.com." for number in range(1, 20)]
    here, _ = await case(mx(*many, "30 192.0.2.1.", "31 localhost.") + MX1)
    assert mail_hosts(here) == tuple(f"mx{number}.example.com" for number in range(1, MOST_HOSTS + 1))
