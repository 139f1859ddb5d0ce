from probe.address import reverse_name
from probe.measure.configuration.sources import sources
from probe.measure.dns.lookups import Lookups
from probe.model.configuration import Source
from probe.model.errors import NetworkError
from probe.model.network import Source as Own
from probe.model.settings import Settings
from probe.model.words import Failure, Family
from tests.configurations import MAIN, here, postfix
from tests.measure.fakes_dns import FakeNetwork, Zone

SIX, FOUR = "2001:db8:25::25", "192.0.2.25"
SETTINGS = Settings(treat_global=("2001:db8::/32", "192.0.2.0/24"))
ZONE = f"""
{reverse_name(SIX)}. IN PTR mx1.example.com.
{reverse_name(FOUR)}. IN PTR elsewhere.example.com.
mx1.example.com. IN AAAA {SIX}
"""


class Routed(FakeNetwork):
    """A machine with these addresses."""

    def __init__(self, **own: str) -> None:
        super().__init__(Zone(ZONE))
        self.own = own

    def source_for(self, address: str, bound: str | None = None) -> Own:
        found = self.own.get("six" if ":" in address else "four")
        if found is None:
            raise NetworkError(Failure.NO_ROUTE, "no route")
        return Own(found)


async def told(configuration, settings: Settings = SETTINGS, **own: str) -> list[Source]:  # type: ignore[no-untyped-def]
    network = Routed(**own)
    return list(await sources(network, Lookups(network, settings), settings, configuration))


async def test_by_the_routing_table() -> None:
    assert await told(here(), six=SIX, four=FOUR) == [
        Source(Family.IPV6, SIX, "routing", ("mx1.example.com",), True),
        Source(Family.IPV4, FOUR, "routing", ("elsewhere.example.com",), False),
    ]


async def test_a_bound_address_comes_first() -> None:
    (six,) = await told(here(f"{MAIN}smtp_bind_address6 = {SIX}\n"), six="2001:db8:25::99")
    assert (six.address, six.because) == (SIX, "smtp_bind_address6")


async def test_the_only_address_that_is_listened_at_is_bound_too() -> None:
    (six,) = await told(here(f"{MAIN}inet_interfaces = {SIX}\n"), six="2001:db8:25::99")
    assert (six.address, six.because) == (SIX, "inet_interfaces")


async def test_loopback_is_no_source() -> None:
    (six,) = await told(here(f"{MAIN}inet_interfaces = loopback-only\n"), six=SIX)
    assert six.because == "routing"
    (six,) = await told(here(f"{MAIN}inet_interfaces = ::1\n"), six=SIX)
    assert six.because == "routing"


async def test_a_family_that_is_not_used_has_none() -> None:
    found = await told(here(f"{MAIN}inet_protocols = ipv4\n"), six=SIX, four=FOUR)
    assert [item.family for item in found] == [Family.IPV4]


async def test_a_private_address_has_no_name_to_ask_for() -> None:
    assert await told(here(), Settings(), six="fd00::2", four="10.0.0.2") == []


async def test_a_file_of_another_machine_has_none() -> None:
    assert await told(postfix(), six=SIX, four=FOUR) == []
