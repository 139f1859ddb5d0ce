from dataclasses import replace

import pytest

from probe.measure.configuration.published import public, published, spf
from probe.measure.dns.lookups import Lookups
from probe.model.configuration import Configuration
from probe.model.settings import Settings
from probe.model.words import Family, Outcome
from tests.configurations import MAIN, postfix
from tests.measure.fakes_dns import FakeNetwork, Silent, Zone

ZONE = """
mx1.example.com. IN A 192.0.2.25
mx1.example.com. IN AAAA 2001:db8:25::25
example.com. IN MX 10 mx1.example.com.
example.com. IN MX 20 mx2.example.net.
example.com. IN TXT "v=spf1 ip4:192.0.2.25 " "-all"
example.com. IN TXT "something else"
mx2.example.net. IN A 198.51.100.25
relay.example.net. IN AAAA 2001:db8:7::25
two.example. IN TXT "v=spf1 -all"
two.example. IN TXT "v=spf1 mx -all"
"""


def lookups(script: object = None) -> Lookups:
    return Lookups(FakeNetwork(script or Zone(ZONE)), Settings())  # type: ignore[arg-type]


async def told(
    configuration: Configuration, domain: str | None = None
) -> dict[tuple[str, str, Family], tuple[str, ...]]:
    found = await published(lookups(), configuration, domain)
    return {(item.name, item.role, item.family): item.addresses for item in found}


async def test_the_name_of_the_server_and_the_mx_hosts_of_its_domain() -> None:
    assert await told(postfix(), "example.com") == {
        ("mx1.example.com", "myhostname", Family.IPV6): ("2001:db8:25::25",),
        ("mx1.example.com", "myhostname", Family.IPV4): ("192.0.2.25",),
        ("mx1.example.com", "mx", Family.IPV6): ("2001:db8:25::25",),
        ("mx1.example.com", "mx", Family.IPV4): ("192.0.2.25",),
        ("mx2.example.net", "mx", Family.IPV6): (),
        ("mx2.example.net", "mx", Family.IPV4): ("198.51.100.25",),
    }


@pytest.mark.parametrize("relayhost", ["[relay.example.net]:587", "[relay.example.net]", "relay.example.net:25"])
async def test_the_relay(relayhost: str) -> None:
    found = await told(postfix(f"{MAIN}relayhost = {relayhost}\n"))
    assert found["relay.example.net", "relayhost", Family.IPV6] == ("2001:db8:7::25",)
    assert found["relay.example.net", "relayhost", Family.IPV4] == ()


async def test_a_domain_as_relay_leads_to_its_mx_hosts() -> None:
    found = await told(postfix(f"{MAIN}relayhost = example.com\n"))
    assert {name for name, role, _ in found if role == "relayhost"} == {"mx1.example.com", "mx2.example.net"}


async def test_names_of_interfaces() -> None:
    found = await told(postfix(f"{MAIN}inet_interfaces = relay.example.net, localhost, 192.0.2.25\n"))
    assert {name for name, role, _ in found if role == "interface"} == {"relay.example.net"}


async def test_what_no_name_server_says_is_not_known() -> None:
    found = await published(lookups(Silent()), postfix(), None)
    assert {item.outcome for item in found} == {Outcome.TIMEOUT}


async def test_what_cannot_be_on_the_internet_is_not_asked_for() -> None:
    network = FakeNetwork(Zone(ZONE))
    bare = replace(postfix("myhostname = host.localdomain\nrelayhost = [192.0.2.1]\n"))
    assert await published(Lookups(network, Settings()), bare, "localdomain") == ()
    assert network.questions == []


@pytest.mark.parametrize(
    ("name", "answer"),
    [("mx1.example.com", True), ("localhost", False), ("192.0.2.1", False), ("/etc/mailname", False),
     ("a.local", False),
     ("$myhostname.example", False), ("", False), ("2001:db8::1", False)],
)  # fmt: skip
def test_names_the_dns_could_know(name: str, answer: bool) -> None:
    assert public(name) is answer


async def test_the_spf_record() -> None:
    assert await spf(lookups(), "example.com") == ("example.com", "v=spf1 ip4:192.0.2.25 -all")
    assert await spf(lookups(), "two.example") is None
    assert await spf(lookups(), "mx1.example.com") is None
    assert await spf(lookups(), None) is None
