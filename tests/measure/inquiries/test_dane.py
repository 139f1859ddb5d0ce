"""Which TLSA records are looked up, and where: through signed and unsigned aliases, with and without an answer."""

import pytest

from probe.lab.faults import DnsFault
from probe.lab.nameserver import Nameserver
from probe.lab.network import LabNetwork
from probe.lab.zones import ELSEWHERE, MX4, MX6, NAMESERVER, OWN4, OWN6, alias, host, mx
from probe.measure.case import Case
from probe.measure.frame import Frame
from probe.measure.inquiries.dane import inquire
from probe.measure.resolver import Resolver
from probe.model.policies import Dane
from probe.model.settings import Record, Settings, Target, TargetKind, Timeouts
from probe.model.words import Family, Outcome

TLSA = "3 1 1 " + "ab" * 32
DOMAIN = Target("example.com", TargetKind.DOMAIN, "example.com")
PLACE = "_25._tcp.mx1.example.com"
HOME = mx("10 mx1.example.com.") + host("mx1.example.com", MX6, MX4)


def record(name: str) -> str:
    return f"{name}. 300 IN TLSA {TLSA}\n"


async def found(
    zone: str,
    *,
    signed: tuple[str, ...] = ("example.com",),
    faults: dict[tuple[str, str], DnsFault] | None = None,
    target: Target = DOMAIN,
    trusted: bool = True,
    overlay: tuple[Record, ...] = (),
    late: bool = False,
) -> tuple[Dane | None, Resolver]:
    nameserver = Nameserver(ELSEWHERE + zone, faults, signed=signed)
    network = LabNetwork(nameserver, ((NAMESERVER, 53),), {Family.IPV6: OWN6, Family.IPV4: OWN4})
    settings = Settings(
        nameservers=((NAMESERVER, 53),),
        trust_ad=trusted,
        timeouts=Timeouts(dns=0.2),
        treat_global=("2001:db8::/32", "192.0.2.0/24"),
        overlay=overlay,
    )
    resolver = Resolver(network, settings)
    resolved = await resolver.resolve(target)
    deadline = network.monotonic() + (0.02 if late else 30)
    case = Case(Frame(network, settings, network.monotonic(), deadline), resolver, target, resolved)
    return await inquire(case), resolver


async def test_the_records_of_each_host() -> None:
    zone = HOME + mx("20 mx2.example.com.") + host("mx2.example.com", "192.0.2.26") + record(PLACE)
    answer, _ = await found(zone)
    assert answer is not None
    assert [(item.host, item.bases) for item in answer.hosts] == [
        ("mx1.example.com", ("mx1.example.com",)),
        ("mx2.example.com", ("mx2.example.com",)),
    ]
    first, second = (item.lookups[0] for item in answer.hosts)
    assert (first.name, first.outcome, first.records, first.ad) == (PLACE, Outcome.ANSWER, (TLSA,), True)
    assert second.outcome is Outcome.NXDOMAIN
    assert answer.root is None
    assert not answer.unfinished


async def test_another_port_has_records_of_its_own() -> None:
    target = Target("[mx1.example.com]:2525", TargetKind.HOST, "mx1.example.com", port=2525)
    answer, _ = await found(HOME + record("_2525._tcp.mx1.example.com"), target=target)
    assert answer is not None
    assert answer.hosts[0].lookups[0].outcome is Outcome.ANSWER


async def test_an_address_has_none() -> None:
    assert (await found(HOME, target=Target(f"[{MX4}]", TargetKind.ADDRESS, MX4)))[0] is None


@pytest.mark.parametrize(
    ("places", "bases"),
    [
        (("_25._tcp.real.example.com",), ("real.example.com",)),
        (("_25._tcp.real.example.com", PLACE), ("real.example.com",)),
        ((PLACE,), ("real.example.com", "mx1.example.com")),
        ((), ("real.example.com", "mx1.example.com")),
    ],
)
async def test_a_signed_alias_leads_to_the_records_of_its_end(places: tuple[str, ...], bases: tuple[str, ...]) -> None:
    zone = mx("10 mx1.example.com.") + alias("mx1.example.com", "real.example.com") + host("real.example.com", MX6, MX4)
    answer, _ = await found(zone + "".join(map(record, places)))
    assert answer is not None
    assert answer.hosts[0].bases == bases
    assert len(answer.hosts[0].lookups) == len(bases)
    assert answer.hosts[0].alias is None


async def test_of_an_alias_to_an_unsigned_host_the_alias_itself_counts() -> None:
    zone = mx("10 mx1.example.com.") + alias("mx1.example.com", "real.example.net") + host("real.example.net", MX6, MX4)
    answer, _ = await found(zone + record(PLACE) + record("_25._tcp.real.example.net"))
    assert answer is not None
    assert answer.hosts[0].bases == ("mx1.example.com",)
    assert answer.hosts[0].alias is not None
    assert answer.hosts[0].alias.ad
    assert answer.hosts[0].alias.records == ("real.example.net.",)


async def test_a_failing_look_up_is_the_answer() -> None:
    answer, _ = await found(HOME, faults={(PLACE, "TLSA"): DnsFault.SERVFAIL})
    assert answer is not None
    assert [item.outcome for item in answer.hosts[0].lookups] == [Outcome.SERVFAIL]
    assert answer.control is not None
    assert (answer.control.name, answer.control.rrtype, answer.control.outcome) == ("", "TLSA", Outcome.NO_DATA)


@pytest.mark.parametrize(("trusted", "signed", "ad"), [(True, True, True), (True, False, False), (False, True, False)])
async def test_the_root_is_asked_where_nothing_else_came_authenticated(trusted: bool, signed: bool, ad: bool) -> None:
    zone = mx("10 mx1.example.net.") + host("mx1.example.net", MX6, MX4) + record("_25._tcp.mx1.example.net")
    answer, _ = await found(zone, signed=("example.org",) if signed else (), trusted=trusted)
    assert answer is not None
    assert answer.root is not None
    assert answer.root.ad is ad


async def test_nobody_asks_the_root_where_it_would_not_matter() -> None:
    answer, resolver = await found(HOME, signed=(), trusted=False)
    assert answer is not None
    assert answer.root is answer.control is None
    assert resolver.queries == 5  # ipv4only.arpa, MX, AAAA, A and TLSA


async def test_the_end_of_the_run_is_the_end_of_the_inquiry() -> None:
    answer, _ = await found(HOME, faults={(PLACE, "TLSA"): DnsFault.TIMEOUT}, late=True)
    assert answer == Dane((), unfinished=True)


async def test_what_the_user_assumes_needs_no_name_server() -> None:
    answer, _ = await found(HOME, overlay=(Record(PLACE, "TLSA", (TLSA,)),), signed=())
    assert answer is not None
    assert answer.hosts[0].lookups[0].records == (TLSA,)
