"""Which source, usable or not and why, what it is called, and how we introduce ourselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.address import literal
from probe.measure.resolver import Resolver
from probe.measure.vantage import choose_helo, routes, survey, towards_internet
from probe.model.errors import NetworkError
from probe.model.measurement import Route, Vantage
from probe.model.network import Source
from probe.model.settings import Settings
from probe.model.words import AddressClass, Failure, Family
from tests.measure.fakes_dns import FakeNetwork, Zone

MX6, MX4 = "2a01:db8::25", "198.2.0.25"  # of the kind "global"; nothing is ever sent there
OURS6, OURS4 = "2a01:db8:9::9", "198.2.0.9"
NAT4 = "192.168.1.9"
PTR6 = "9" + ".0" * 19 + ".9.0.0.0.8.b.d.0.1.0.a.2.ip6.arpa."
PTR4 = "9.0.2.198.in-addr.arpa."
BOTH = f"probe.example.net. AAAA {OURS6}\nprobe.example.net. A {OURS4}\n"
NAMED = f"{PTR6} PTR probe.example.net.\n{PTR4} PTR probe.example.net.\n"


class OwnNetwork(FakeNetwork):
    """A machine with these sources; its name server knows ``zone``."""

    def __init__(self, zone: str = "", **sources: Source | str) -> None:
        super().__init__(Zone(zone))
        self.sources = sources
        self.bound: list[str | None] = []

    def source_for(self, address: str, bound: str | None = None) -> Source:
        self.bound.append(bound)
        source = self.sources.get("ipv6" if ":" in address else "ipv4", "this machine has no route to it")
        if isinstance(source, str):
            raise NetworkError(Failure.NO_ROUTE, source)
        return source


async def vantage(network: OwnNetwork, *addresses: str, settings: Settings | None = None) -> dict[Family, Vantage]:
    settings = settings or Settings()
    found = await survey(Resolver(network, settings), settings, routes(network, settings, addresses or (MX6, MX4)))
    assert tuple(item.family for item in found) == settings.families
    return {item.family: item for item in found}


def test_the_reverse_names_of_these_tests() -> None:
    from probe.address import reverse_name

    assert (reverse_name(OURS6) + ".", reverse_name(OURS4) + ".") == (PTR6, PTR4)


async def test_both_families_and_one_name() -> None:
    network = OwnNetwork(BOTH + NAMED, ipv6=Source(OURS6, temporary=False, deprecated=False), ipv4=Source(OURS4))
    found = await vantage(network)
    assert found[Family.IPV6] == Vantage(
        Family.IPV6,
        usable=True,
        source=OURS6,
        temporary=False,
        deprecated=False,
        ptr=("probe.example.net",),
        fcrdns=True,
        helo="probe.example.net",
        routes=(Route(MX6, Family.IPV6, OURS6, AddressClass.GLOBAL, True, temporary=False, deprecated=False),),
    )
    assert found[Family.IPV4].source == OURS4
    assert found[Family.IPV4].helo == "probe.example.net"
    assert sorted(network.questions) == sorted(set(network.questions))  # each question once
    assert network.bound == [None, None]


async def test_no_route_in_one_family_leaves_the_other() -> None:
    found = await vantage(OwnNetwork(BOTH + NAMED, ipv6="this machine has no route to it", ipv4=Source(OURS4)))
    assert found[Family.IPV6] == Vantage(
        Family.IPV6,
        usable=False,
        reason="this machine has no route to it",
        routes=(Route(MX6, Family.IPV6, failure=Failure.NO_ROUTE, reason="this machine has no route to it"),),
    )
    assert found[Family.IPV4].usable is True
    assert found[Family.IPV4].helo == "probe.example.net"


async def test_nothing_to_try() -> None:
    found = await vantage(OwnNetwork(ipv6=Source(OURS6), ipv4=Source(OURS4)), MX4)
    assert found[Family.IPV6] == Vantage(Family.IPV6)
    assert found[Family.IPV4].usable is True


async def test_only_the_family_asked_for() -> None:
    network = OwnNetwork(ipv6=Source(OURS6), ipv4=Source(OURS4))
    found = await vantage(network, settings=Settings(families=(Family.IPV6,), source6=OURS6))
    assert list(found) == [Family.IPV6]
    assert network.bound == [OURS6]


@pytest.mark.parametrize(
    ("target", "source", "words"),
    [
        (MX6, "fd00::9", "unique local"),
        (MX6, "fe80::9", "link-local"),
        (MX6, "fec0::9", "site-local"),
        (MX6, "::1", "loopback"),
        (MX6, "2002:c602:9::9", "6to4"),
        (MX6, "2001:0:c602:9::9", "Teredo"),
        (MX6, "2001:db8::9", "documentation"),
        (MX6, "ff02::1", "multicast"),
        (MX4, "169.254.0.9", "link-local"),
        (MX4, "127.0.0.1", "loopback"),
        ("::1", "fd00::9", "unique local"),
    ],
)
async def test_a_source_that_cannot_judge_the_target(target: str, source: str, words: str) -> None:
    network = OwnNetwork(ipv6=Source(source), ipv4=Source(source))
    (way,) = routes(network, Settings(), [target])
    assert (way.usable, way.nat, way.failure, way.source) == (False, False, Failure.NO_ROUTE, source)
    assert way.reason is not None
    assert way.reason.startswith(f"this machine would use {source}, a")
    assert words in way.reason
    found = (await vantage(network, target))[way.family]
    assert (found.usable, found.source, found.reason, found.helo) == (False, source, way.reason, None)
    assert network.questions == []


@pytest.mark.parametrize(
    ("target", "source"),
    [
        ("::1", "::1"),
        ("fd00::25", "fd00::9"),
        ("10.0.0.25", "10.0.0.9"),
        ("127.0.0.1", "127.0.0.1"),
        ("fd00::25", OURS6),
        ("10.0.0.25", OURS4),
        ("2001:db8::25", "2001:db8::9"),
    ],
)
def test_a_source_of_the_targets_own_kind(target: str, source: str) -> None:
    (way,) = routes(OwnNetwork(ipv6=Source(source), ipv4=Source(source)), Settings(), [target])
    assert (way.usable, way.nat, way.failure, way.reason) == (True, False, None, None)


def test_treat_global_makes_a_lab_a_world() -> None:
    network = OwnNetwork(ipv6=Source("2001:db8::9"))
    (way,) = routes(network, Settings(treat_global=("2001:db8::/32",)), ["2001:db8::25"])
    assert (way.usable, way.klass) == (True, AddressClass.GLOBAL)


@pytest.mark.parametrize("source", [NAT4, "10.0.0.9", "172.16.0.9", "100.64.0.9"])
async def test_behind_nat_is_usable_and_not_looked_up(source: str) -> None:
    network = OwnNetwork(BOTH + NAMED, ipv4=Source(source))
    found = (await vantage(network, MX4))[Family.IPV4]
    assert (found.usable, found.nat, found.source, found.fcrdns) == (True, True, source, None)
    assert found.helo == f"[{source}]"
    assert network.questions == []


async def test_behind_nat_the_name_of_the_other_family_serves() -> None:
    found = await vantage(OwnNetwork(BOTH + NAMED, ipv6=Source(OURS6), ipv4=Source(NAT4)))
    assert {item.helo for item in found.values()} == {"probe.example.net"}


async def test_a_name_without_forward_record() -> None:
    found = await vantage(OwnNetwork(NAMED, ipv6=Source(OURS6), ipv4=Source(OURS4)))
    assert {(item.ptr, item.fcrdns) for item in found.values()} == {(("probe.example.net",), False)}
    assert found[Family.IPV6].helo == f"[IPv6:{OURS6}]"
    assert found[Family.IPV4].helo == f"[{OURS4}]"


async def test_without_reverse_names() -> None:
    found = await vantage(OwnNetwork(BOTH, ipv6=Source(OURS6), ipv4=Source(OURS4)))
    assert {(item.ptr, item.fcrdns) for item in found.values()} == {((), False)}
    assert found[Family.IPV4].helo == f"[{OURS4}]"


async def test_a_name_each_is_no_common_name() -> None:
    names = f"{PTR6} PTR six.example.net.\n{PTR4} PTR four.example.net.\n"
    zone = f"{names}six.example.net. AAAA {OURS6}\nfour.example.net. A {OURS4}\n"
    found = await vantage(OwnNetwork(zone, ipv6=Source(OURS6), ipv4=Source(OURS4)))
    assert {item.fcrdns for item in found.values()} == {True}
    assert [item.helo for item in found.values()] == [f"[IPv6:{OURS6}]", f"[{OURS4}]"]


async def test_a_name_of_one_family_that_resolves_to_both_sources() -> None:
    found = await vantage(OwnNetwork(BOTH + f"{PTR6} PTR probe.example.net.\n", ipv6=Source(OURS6), ipv4=Source(OURS4)))
    assert {item.helo for item in found.values()} == {"probe.example.net"}
    assert [item.fcrdns for item in found.values()] == [True, False]


@pytest.mark.parametrize(
    "name", ["localhost.", r"evil\013\010QUIT.example.net.", "under_score.example.net.", "-.example.net."]
)
async def test_a_reverse_name_that_is_no_ehlo_name(name: str) -> None:
    zone = f"{PTR4} PTR {name}\n{name} A {OURS4}\n"
    found = (await vantage(OwnNetwork(zone, ipv4=Source(OURS4)), MX4))[Family.IPV4]
    assert (found.fcrdns, found.helo) == (True, f"[{OURS4}]")


async def test_the_users_name_wins() -> None:
    network = OwnNetwork(BOTH + NAMED, ipv6=Source(OURS6))
    found = await vantage(network, settings=Settings(helo="mail.example.org"))
    assert {item.helo for item in found.values()} == {"mail.example.org"}
    assert found[Family.IPV6].fcrdns is True  # still looked up: receivers do


async def test_a_target_on_loopback_needs_no_name() -> None:
    network = OwnNetwork(ipv6=Source("::1"), ipv4=Source("127.0.0.1"))
    found = await vantage(network, "::1", "127.0.0.1")
    assert [(item.usable, item.helo) for item in found.values()] == [(True, "[IPv6:::1]"), (True, "[127.0.0.1]")]
    assert network.questions == []


async def test_the_first_usable_route_speaks_for_the_family() -> None:
    network = OwnNetwork(ipv6=Source("::1"))
    found = (await vantage(network, MX6, "::1", MX6))[Family.IPV6]
    assert (found.usable, found.source, found.reason) == (True, "::1", None)
    assert [way.usable for way in found.routes] == [False, True, False]


SOURCES = {Family.IPV6: OURS6, Family.IPV4: OURS4}


@pytest.mark.parametrize(
    ("confirmed", "name"),
    [
        ({Family.IPV6: ["a.example", "b.example"], Family.IPV4: ["b.example", "a.example"]}, "a.example"),
        ({Family.IPV6: ["a.example", "b.example"], Family.IPV4: ["b.example"]}, "b.example"),
        ({Family.IPV6: ["a.example"], Family.IPV4: ["b.example"]}, None),
        ({Family.IPV6: ["a.example"], Family.IPV4: []}, None),
        ({Family.IPV6: ["a.example"]}, "a.example"),
        ({}, None),
    ],
)
def test_choice_of_the_ehlo_name(confirmed: dict[Family, list[str]], name: str | None) -> None:
    expected = {family: name or literal(source) for family, source in SOURCES.items()}
    assert choose_helo(SOURCES, confirmed) == expected


NAMES = st.lists(st.sampled_from(["a.example", "b.example", "c.example"]), unique=True)


@given(st.dictionaries(st.sampled_from(list(Family)), NAMES))
def test_one_name_for_all_or_a_literal_for_each(confirmed: dict[Family, list[str]]) -> None:
    chosen = choose_helo(SOURCES, confirmed)
    if chosen[Family.IPV6] == chosen[Family.IPV4]:
        assert all(chosen[Family.IPV6] in names for names in confirmed.values())
    else:
        assert chosen == {family: literal(source) for family, source in SOURCES.items()}
        assert not confirmed or not set.intersection(*map(set, confirmed.values()))


def test_our_own_addresses_towards_the_internet_and_which_of_them_nat_hides() -> None:
    assert towards_internet(OwnNetwork(ipv6=Source(OURS6), ipv4=Source(NAT4))) == ((OURS6, False), (NAT4, True))
    assert towards_internet(OwnNetwork(ipv4=Source(OURS4))) == ((OURS4, False),)
    assert towards_internet(OwnNetwork()) == ()
