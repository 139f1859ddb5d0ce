"""What is looked up about a domain that sends, in which bounds, and what is left when time runs out."""

import asyncio
from dataclasses import replace

import pytest

from probe.measure.case import Case
from probe.measure.frame import Frame
from probe.measure.inquiries.outbound import inquire
from probe.measure.resolver import Resolver
from probe.model.dns import Address, MxHost, Resolution, Resolved
from probe.model.outbound import Outbound
from probe.model.settings import Record, Settings, Target, TargetKind
from probe.model.words import AddressClass, Family, Outcome
from tests.builders import address, host, resolved
from tests.measure.scripted import OURS, ScriptedNetwork

DOMAIN = Target("example.com", TargetKind.DOMAIN, "example.com")
MX6, MX4 = "2001:db8::25", "192.0.2.25"
ZONE = (
    Record("example.com", "TXT", ('"v=spf1 include:spf.example.net " "mx -all"',)),
    Record("spf.example.net", "TXT", ('"v=spf1 ip6:2001:db8::/64 -all"',)),
    Record("example.com", "MX", ("10 mx1.example.com.",)),
    Record("mx1.example.com", "A", (MX4,)),
    Record("_dmarc.example.com", "TXT", ('"v=DMARC1; p=none"',)),
)


async def ask(
    target: Target = DOMAIN, found: Resolved | None = None, deadline: float | None = None, **more: object
) -> Outbound | None:
    network = ScriptedNetwork()
    settings = Settings(overlay=ZONE, treat_global=("203.0.113.0/24",), **more)  # type: ignore[arg-type]
    frame = Frame(network, settings, network.monotonic(), deadline)
    found = found if found is not None else resolved(host("mx1.example.com", MX6, MX4))
    return await inquire(Case(frame, Resolver(network, settings), target, found))


def names(looked_up: tuple[Resolution, ...]) -> set[str]:
    return {f"{item.name} {item.rrtype}" for item in looked_up}


async def test_all_an_evaluation_needs_is_looked_up_once() -> None:
    found = await ask()
    assert found is not None
    assert [(item.address, item.host, item.named) for item in found.senders] == [
        (MX6, "mx1.example.com", False),
        (MX4, "mx1.example.com", False),
    ]
    assert names(found.spf) == {"example.com TXT", "spf.example.net TXT", "example.com MX", "mx1.example.com A"}
    assert names(found.dmarc) == {"_dmarc.example.com TXT"}
    assert (found.own, found.listings, found.unfinished) == ((OURS,), (), False)


async def test_a_named_sender_takes_the_place_of_the_hosts_of_its_family() -> None:
    found = await ask(sender6=("2001:db8::77", MX6))
    assert found is not None
    assert [(item.address, item.host, item.named) for item in found.senders] == [
        ("2001:db8::77", None, True),
        (MX6, "mx1.example.com", True),
        (MX4, "mx1.example.com", False),
    ]


async def test_addresses_nobody_sends_from_are_left_out() -> None:
    inner = address("fd00::1", klass=AddressClass.ULA)
    made_up = address("64:ff9b::c000:219", synthesised=True)
    many = [f"192.0.2.{number}" for number in range(1, 9)]
    found = await ask(found=resolved(host("mx1.example.com", inner, made_up, *many)))
    assert found is not None
    assert [item.address for item in found.senders] == many[:4]


async def test_a_list_is_asked_about_the_domain_and_about_us() -> None:
    listed = Record("25.2.0.192.bl.example.net", "A", ("127.0.0.2",))
    reason = Record("25.2.0.192.bl.example.net", "TXT", ('"spam"',))
    network, settings = ScriptedNetwork(), Settings(overlay=(*ZONE, listed, reason), dnsbl=("bl.example.net",))
    settings = replace(settings, treat_global=("203.0.113.0/24",))
    case = Case(
        Frame(network, settings, network.monotonic(), None),
        Resolver(network, settings),
        DOMAIN,
        resolved(host("mx1.example.com", MX6, MX4)),
    )
    found = await inquire(case)
    assert found is not None
    assert [(item.address, item.own, item.answer.records, item.reason is not None) for item in found.listings] == [
        (MX4, False, ("127.0.0.2",), True),
        (MX6, False, (), False),
        (OURS, True, (), False),
    ]
    nibbles = "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2"
    assert found.listings[1].answer.name == f"{nibbles}.bl.example.net"


async def test_the_policy_of_the_organisation_is_climbed_to() -> None:
    below = Target("a.b.example.com", TargetKind.DOMAIN, "a.b.example.com")
    silent = tuple(Record(f"_dmarc.{name}", "TXT", ()) for name in ("a.b.example.com", "b.example.com"))
    network, settings = ScriptedNetwork(), Settings(overlay=(*ZONE, *silent))
    case = Case(Frame(network, settings, network.monotonic(), None), Resolver(network, settings), below, resolved())
    found = await inquire(case)
    assert found is not None
    assert [item.name for item in found.dmarc] == [
        "_dmarc.a.b.example.com",
        "_dmarc.b.example.com",
        "_dmarc.example.com",
    ]


async def test_the_domain_of_our_sender_is_asked_about_us() -> None:
    found = await ask(sender="probe@spf.example.net")
    assert found is not None
    assert "spf.example.net TXT" in names(found.spf)


async def test_the_key_we_sign_with_is_looked_up() -> None:
    found = await ask(dkim_selector="mail", dkim_domain="example.com")
    assert found is not None
    assert found.dkim is not None
    assert found.dkim.name == "mail._domainkey.example.com"


@pytest.mark.parametrize("outcome", [Outcome.NXDOMAIN, Outcome.SERVFAIL])
async def test_a_domain_that_cannot_be_found_is_not_asked_about(outcome: Outcome) -> None:
    assert await ask(found=Resolved(Resolution("example.com", "MX", outcome))) is None


async def test_a_host_sends_for_nobody_that_is_known() -> None:
    assert await ask(Target("[mx1.example.com]", TargetKind.HOST, "mx1.example.com")) is None


async def test_what_was_seen_when_time_ran_out_is_told() -> None:
    found = await ask(deadline=0.0)
    assert found is not None
    assert found.unfinished


async def test_time_runs_out_in_the_middle() -> None:
    class Silent(Resolver):
        async def lookup(self, name: str, rrtype: str) -> Resolution:
            if name.startswith("spf."):
                await asyncio.sleep(60)
            return await super().lookup(name, rrtype)

    network, settings = ScriptedNetwork(), Settings(overlay=ZONE)
    hosts = (
        MxHost(
            "mx1.example.com",
            10,
            False,
            Resolution("", "", Outcome.NO_DATA),
            Resolution("", "", Outcome.NO_DATA),
            (Address(MX6, Family.IPV6, AddressClass.GLOBAL),),
        ),
    )
    frame = Frame(network, settings, network.monotonic(), network.monotonic() + 0.05)
    found = await inquire(Case(frame, Silent(network, settings), DOMAIN, replace(resolved(), hosts=hosts)))
    assert found is not None
    assert found.unfinished
    assert names(found.spf) == {"example.com TXT"}
