"""From a target to addresses: whose look-ups decide what, which run at once, what is dialled."""

import asyncio
import subprocess
import sys
from dataclasses import replace

import dns.message
import dns.rcode
import dns.rdatatype
import pytest

from probe.address import reverse_name
from probe.measure.resolver import Resolver
from probe.model.dns import Resolved
from probe.model.network import Transport
from probe.model.settings import Record, Redirect, Settings, Target, TargetKind
from probe.model.words import AddressClass, Family, Outcome, Provenance
from tests.measure.fakes_dns import FakeNetwork, Script, Silent, Zone, fails

DOMAIN = Target("example.com", TargetKind.DOMAIN, "example.com")
HOST = Target("[mx1.example.com]", TargetKind.HOST, "mx1.example.com")
LAB = Settings(treat_global=("2001:db8::/32", "192.0.2.0/24"), seed=1)
HEALTHY = f"""
example.com. 3600 MX 10 mx1.example.com.
example.com. 3600 MX 20 mx2.example.com.
mx1.example.com. AAAA 2001:db8::25
mx1.example.com. A 192.0.2.25
mx2.example.com. AAAA 2001:db8::26
mx2.example.com. A 192.0.2.26
{reverse_name("2001:db8::25")}. PTR mx1.example.com.
{reverse_name("192.0.2.25")}. PTR mx1.example.com.
{reverse_name("2001:db8::26")}. PTR other.example.com.
"""


async def look(script: Script | str, target: Target = DOMAIN, settings: Settings = LAB) -> Resolved:
    return await Resolver(FakeNetwork(Zone(script) if isinstance(script, str) else script), settings).resolve(target)


def only(name: str, rrtype: str, ill: Script, zone: str = HEALTHY) -> Script:
    """A server that is ill for one question and well for the rest."""
    well = Zone(zone)

    def script(query: dns.message.Message, transport: Transport) -> object:
        question = query.question[0]
        asked = question.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(question.rdtype)
        return (ill if asked == (name, rrtype) else well)(query, transport)

    return script  # type: ignore[return-value]


def dialled(resolved: Resolved) -> list[str]:
    return [item.address for host in resolved.hosts for item in host.addresses if item.dial]


async def test_a_healthy_domain() -> None:
    network = FakeNetwork(Zone(HEALTHY))
    resolver = Resolver(network, LAB)
    found = await resolver.resolve(DOMAIN)
    assert found.mx is not None
    assert (found.mx.outcome, found.mx.ttl, found.mx.provenance) == (Outcome.ANSWER, 3600, Provenance.DNS)
    assert [(host.host, host.preference, host.implicit) for host in found.hosts] == [
        ("mx1.example.com", 10, False),
        ("mx2.example.com", 20, False),
    ]
    assert dialled(found) == ["2001:db8::25", "192.0.2.25", "2001:db8::26", "192.0.2.26"]
    assert found.nameservers == ("127.0.0.1",)
    assert sorted(network.questions) == sorted(
        [("example.com", "MX"), ("ipv4only.arpa", "AAAA")]
        + [(f"mx{number}.example.com", rrtype) for number in (1, 2) for rrtype in ("A", "AAAA")]
    )
    assert resolver.queries == 6
    assert await resolver.resolve(DOMAIN) == found
    assert resolver.queries == 6


async def test_reverse_names_are_confirmed_afterwards() -> None:
    resolver = Resolver(FakeNetwork(Zone(HEALTHY)), LAB)
    found = await resolver.confirm(await resolver.resolve(DOMAIN))
    said = {item.address: (item.ptr, item.fcrdns, item.ptr_outcome) for host in found.hosts for item in host.addresses}
    assert said == {
        "2001:db8::25": (("mx1.example.com",), True, Outcome.ANSWER),
        "192.0.2.25": (("mx1.example.com",), True, Outcome.ANSWER),
        "2001:db8::26": (("other.example.com",), False, Outcome.ANSWER),
        "192.0.2.26": ((), False, Outcome.NXDOMAIN),
    }


async def test_three_rounds_of_questions() -> None:
    """MX beside ipv4only.arpa, then every A and AAAA, then every PTR: nothing waits for what it does not need."""

    class Rounds(FakeNetwork):
        waiting = 0
        rounds: list[int]

        async def exchange(self, server: tuple[str, int], query: bytes, transport: Transport, timeout: float) -> bytes:
            self.waiting += 1
            for _ in range(20):  # all that can be asked now is asked before the first answer comes
                await asyncio.sleep(0)
            if self.waiting:
                self.rounds.append(self.waiting)
                self.waiting = 0
            return await super().exchange(server, query, transport, timeout)

    network = Rounds(Zone(HEALTHY))
    network.rounds = []
    resolver = Resolver(network, LAB)
    await resolver.confirm(await resolver.resolve(DOMAIN))
    assert network.rounds == [2, 4, 4, 1]  # the last: where other.example.com points


@pytest.mark.parametrize(
    ("ill", "outcome"),
    [
        (fails(dns.rcode.SERVFAIL), Outcome.SERVFAIL),
        (fails(dns.rcode.SERVFAIL, (6, "")), Outcome.BOGUS),
        (fails(dns.rcode.REFUSED), Outcome.REFUSED_QUERY),
        (fails(dns.rcode.NXDOMAIN), Outcome.NXDOMAIN),
        (Silent(), Outcome.TIMEOUT),
    ],
)
class TestFailures:
    async def test_mx(self, ill: Script, outcome: Outcome) -> None:
        found = await look(only("example.com", "MX", ill, HEALTHY + "example.com. A 192.0.2.80"))
        assert found.mx is not None
        assert (found.mx.outcome, found.hosts) == (outcome, ())

    async def test_one_family(self, ill: Script, outcome: Outcome) -> None:
        for rrtype, family in (("AAAA", Family.IPV6), ("A", Family.IPV4)):
            found = await look(only("mx1.example.com", rrtype, ill))
            host = found.hosts[0]
            assert host.resolution(family).outcome is outcome
            assert host.resolution(family.other).outcome is Outcome.ANSWER
            assert [item.family for item in host.addresses] == [family.other]
            assert len(found.hosts[1].addresses) == 2

    async def test_dns64(self, ill: Script, outcome: Outcome) -> None:
        found = await look(only("ipv4only.arpa", "AAAA", ill))
        assert found.dns64 == ()
        assert len(dialled(found)) == 4


async def test_implicit_mx() -> None:
    found = await look("example.com. AAAA 2001:db8::80\nexample.com. A 192.0.2.80")
    assert found.mx is not None
    assert found.mx.outcome is Outcome.NO_DATA
    (host,) = found.hosts
    assert (host.host, host.preference, host.implicit) == ("example.com", None, True)
    assert dialled(found) == ["2001:db8::80", "192.0.2.80"]


async def test_the_domain_does_not_stand_in_for_dead_mx_hosts() -> None:
    found = await look("example.com. MX 10 gone.example.com.\nexample.com. A 192.0.2.80")
    (host,) = found.hosts
    assert (host.ipv6.outcome, host.ipv4.outcome) == (Outcome.NXDOMAIN, Outcome.NXDOMAIN)
    assert host.addresses == ()


async def test_domain_that_does_not_exist() -> None:
    found = await look("example.org. A 192.0.2.1")
    assert found.mx is not None
    assert (found.mx.outcome, found.mx.ttl, found.hosts) == (Outcome.NXDOMAIN, 60, ())


async def test_alias_at_the_domain() -> None:
    found = await look(
        "example.com. CNAME example.net.\nexample.net. MX 10 mx.example.net.\nmx.example.net. A 192.0.2.1"
    )
    assert found.aliases == ("example.net",)
    assert [host.host for host in found.hosts] == ["mx.example.net"]
    implicit = await look("example.com. CNAME example.net.\nexample.net. A 192.0.2.1")
    assert [(host.host, host.implicit, host.cnames) for host in implicit.hosts] == [("example.net", True, ())]


async def test_alias_at_the_mx_target() -> None:
    found = await look(
        "example.com. MX 10 mx.example.com.\nmx.example.com. CNAME h.example.net.\nh.example.net. A 192.0.2.1"
    )
    (host,) = found.hosts
    assert (host.host, host.cnames) == ("mx.example.com", ("h.example.net",))
    assert [item.address for item in host.addresses] == ["192.0.2.1"]


@pytest.mark.parametrize("rrtype", ["A", "AAAA"])
async def test_alias_seen_by_one_family_only(rrtype: str) -> None:
    zone = "mx1.example.com. CNAME h.example.\nh.example. A 192.0.2.1\nh.example. AAAA 2001:db8::1"
    found = await look(only("mx1.example.com", rrtype, fails(dns.rcode.SERVFAIL), zone), HOST)
    assert found.hosts[0].cnames == ("h.example",)


async def test_null_mx() -> None:
    found = await look("example.com. MX 0 .\nexample.com. A 192.0.2.1")
    assert (found.null_mx, found.null_mx_mixed, found.hosts) == (True, False, ())
    found = await look("example.com. MX 0 .\n" + HEALTHY.replace("mx2", "mx3"))
    assert (found.null_mx, found.null_mx_mixed, len(found.hosts)) == (False, True, 2)


async def test_targets_that_are_no_names() -> None:
    zone = "\n".join(
        f"example.com. MX {number}0 {host}." for number, host in enumerate(["192.0.2.1", "localhost", "mx"])
    )
    network = FakeNetwork(Zone(zone + "\nmx. A 192.0.2.25\nlocalhost. A 127.0.0.1"))
    found = await Resolver(network, LAB).resolve(DOMAIN)
    assert found.bad_targets == ("192.0.2.1", "localhost")
    assert dialled(found) == ["192.0.2.25"]
    bad = found.hosts[0]
    assert (bad.ipv4.outcome, bad.addresses) == (Outcome.NO_DATA, ())
    assert "address" in str(bad.ipv4.detail)
    assert not {"192.0.2.1", "localhost"} & {name for name, _ in network.questions}


async def test_ten_thousand_mx_records() -> None:
    records = tuple(f"{number} h{number}.example.com." for number in range(10_000))
    network = FakeNetwork(Zone(""))
    settings = replace(LAB, overlay=(Record("example.com", "MX", records),))
    found = await Resolver(network, settings).resolve(DOMAIN)
    assert found.mx is not None
    assert str(found.mx.detail).startswith("10000 MX hosts")
    assert len(found.hosts) == 50
    assert len(network.log) == 101


async def test_very_many_addresses() -> None:
    zone = "\n".join(f"mx1.example.com. AAAA 2001:db8::{number:x}" for number in range(1, 400))
    network = FakeNetwork(Zone(zone + "\nmx1.example.com. A 192.0.2.1"))
    resolver = Resolver(network, LAB)
    found = await resolver.confirm(await resolver.resolve(HOST))
    (host,) = found.hosts
    assert len(host.of(Family.IPV6)) == 64
    assert host.ipv6.detail == "399 addresses; only 64 are looked at"
    assert host.ipv4.detail is None
    assert sum(rrtype == "PTR" for _, rrtype in network.questions) == LAB.max_addresses + 1
    assert sum(item.ptr_outcome is not None for item in host.addresses) == LAB.max_addresses + 1


@pytest.mark.parametrize(
    ("address", "klass", "dial"),
    [
        ("2a00:1450::25", AddressClass.GLOBAL, True),
        ("2001:db8::25", AddressClass.DOCUMENTATION, False),
        ("fd00::25", AddressClass.ULA, False),
        ("::ffff:192.0.2.1", AddressClass.MAPPED, False),
        ("2002:c000:201::1", AddressClass.SIX_TO_FOUR, False),
        ("fe80::1", AddressClass.LINK_LOCAL, False),
        ("::1", AddressClass.LOOPBACK, False),
    ],
)
async def test_special_addresses_are_kept_and_not_dialled(address: str, klass: AddressClass, dial: bool) -> None:
    zone = f"mx1.example.com. AAAA {address}\nmx1.example.com. A 10.0.0.25"
    network = FakeNetwork(Zone(zone))
    resolver = Resolver(network, Settings())
    found = await resolver.confirm(await resolver.resolve(HOST))
    six, four = found.hosts[0].addresses
    assert (six.address, six.klass, six.dial) == (address, klass, dial)
    assert (four.klass, four.dial) == (AddressClass.PRIVATE, False)
    assert any(rrtype == "PTR" for _, rrtype in network.questions) is dial
    lab = await look(zone, HOST, Settings(treat_global=("::/0", "10.0.0.0/8")))
    assert dialled(lab) == [address, "10.0.0.25"]


async def test_what_the_users_words_make_dialled() -> None:
    private = "mx1.example.com. A 10.0.0.25"
    assert dialled(await look(private, HOST, Settings())) == []
    pinned = Record("mx1.example.com", "A", ("10.0.0.26",), option=True)
    assert dialled(await look(private, HOST, Settings(overlay=(pinned,)))) == ["10.0.0.26"]
    planned = Record("mx1.example.com", "A", ("10.0.0.26",))
    found = await look(private, HOST, Settings(overlay=(planned,)))
    assert found.hosts[0].ipv4.provenance is Provenance.OVERLAY
    assert dialled(found) == []


@pytest.mark.parametrize(
    ("host", "port", "written", "dial"),
    [
        ("mx1.example.com", 25, None, True),
        ("10.0.0.25", 25, None, True),
        ("mx1.example.com", 26, None, False),
        ("mx1.example.com", 26, 26, True),
        ("mx1.example.com", 25, 26, False),
        ("mx2.example.com", 25, None, False),
    ],
)
async def test_dialled_elsewhere(host: str, port: int, written: int | None, dial: bool) -> None:
    settings = Settings(redirects=(Redirect(host, port, "192.0.2.1", 2525),))
    found = await look("mx1.example.com. A 10.0.0.25", replace(HOST, port=written), settings)
    assert bool(dialled(found)) is dial


async def test_only_the_families_asked_for_are_dialled_but_both_are_looked_up() -> None:
    found = await look(HEALTHY, settings=replace(LAB, families=(Family.IPV4,)))
    assert dialled(found) == ["192.0.2.25", "192.0.2.26"]
    assert [host.ipv6.outcome for host in found.hosts] == [Outcome.ANSWER] * 2


DNS64 = "ipv4only.arpa. AAAA 64:ff9b::c000:aa\nipv4only.arpa. AAAA 64:ff9b::c000:ab\n"


async def test_dns64() -> None:
    found = await look(
        DNS64
        + "mx1.example.com. A 192.0.2.25\n"
        + "mx1.example.com. AAAA 64:ff9b::192.0.2.25\n"
        + "mx1.example.com. AAAA 2001:db8::25",
        HOST,
        replace(LAB, treat_global=("::/0", "0.0.0.0/0")),
    )
    assert found.dns64 == ("64:ff9b::/96",)
    marks = {item.address: (item.synthesised, item.dial) for item in found.hosts[0].addresses}
    assert marks == {
        "64:ff9b::c000:219": (True, False),
        "2001:db8::25": (False, True),
        "192.0.2.25": (False, True),
    }


async def test_an_assumed_aaaa_never_passed_our_dns64() -> None:
    pinned = Record("mx1.example.com", "AAAA", ("64:ff9b::c000:219",), option=True)
    found = await look(DNS64 + "mx1.example.com. A 192.0.2.25", HOST, replace(LAB, overlay=(pinned,)))
    assert [item.synthesised for item in found.hosts[0].addresses] == [False, False]
    assert "64:ff9b::c000:219" in dialled(found)


async def test_host_target_and_server_option() -> None:
    for target, settings in ((HOST, LAB), (DOMAIN, replace(LAB, server="MX1.example.com"))):
        network = FakeNetwork(Zone(HEALTHY))
        found = await Resolver(network, settings).resolve(target)
        assert found.mx is None
        assert [(host.host, host.preference, host.implicit) for host in found.hosts] == [
            ("mx1.example.com", None, False)
        ]
        assert dialled(found) == ["2001:db8::25", "192.0.2.25"]
        assert ("example.com", "MX") not in network.questions


async def test_server_option_does_not_move_a_host_that_was_named() -> None:
    found = await look(
        HEALTHY, Target("mx2", TargetKind.HOST, "mx2.example.com"), replace(LAB, server="mx1.example.com")
    )
    assert found.hosts[0].host == "mx2.example.com"


@pytest.mark.parametrize("families", [(Family.IPV6, Family.IPV4), (Family.IPV4,)])
async def test_address_target_is_always_dialled(families: tuple[Family, ...]) -> None:
    network = FakeNetwork(Zone(f"{reverse_name('fd00::25')}. PTR mx.example.\nmx.example. AAAA fd00::25"))
    resolver = Resolver(network, Settings(families=families))
    resolved = await resolver.resolve(Target("[fd00::25]", TargetKind.ADDRESS, "fd00::25"))
    assert network.log == []
    found = await resolver.confirm(resolved)
    (host,) = found.hosts
    (address,) = host.addresses
    assert (host.host, host.ipv6.provenance, host.ipv6.records) == ("fd00::25", Provenance.OPTION, ("fd00::25",))
    assert host.ipv4.outcome is Outcome.NO_DATA
    assert (address.klass, address.dial, address.ptr, address.fcrdns) == (AddressClass.ULA, True, ("mx.example",), True)


async def test_server_option_with_an_address() -> None:
    found = await look(HEALTHY, DOMAIN, Settings(server="[192.0.2.99]"))
    assert found.mx is None
    assert [host.host for host in found.hosts] == ["192.0.2.99"]
    assert dialled(found) == ["192.0.2.99"]


async def test_assumed_mx_records() -> None:
    plan = Record("example.com", "MX", ("10 mx2.example.com.",), option=True)
    found = await look(HEALTHY, settings=replace(LAB, overlay=(plan,)))
    assert found.mx is not None
    assert found.mx.provenance is Provenance.OPTION
    assert dialled(found) == ["2001:db8::26", "192.0.2.26"]


async def test_assumed_reverse_name() -> None:
    plan = Record(reverse_name("192.0.2.25"), "PTR", ("mx1.example.com.",))
    resolver = Resolver(FakeNetwork(Zone("mx1.example.com. A 192.0.2.25")), replace(LAB, overlay=(plan,)))
    found = await resolver.confirm(await resolver.resolve(HOST))
    assert found.hosts[0].addresses[0].fcrdns is True


async def test_names_with_odd_characters() -> None:
    found = await look(
        "example.com. MX 10 we\\032ird\\.\\007\\255.example.\nwe\\032ird\\.\\007\\255.example. A 192.0.2.1"
    )
    assert [host.host for host in found.hosts] == ["we\\032ird\\.\\007\\255.example"]
    assert dialled(found) == ["192.0.2.1"]


async def test_two_hosts_with_one_address() -> None:
    zone = (
        "example.com. MX 10 a.example.\nexample.com. MX 20 b.example.\na.example. A 192.0.2.1\nb.example. A 192.0.2.1"
    )
    network = FakeNetwork(Zone(zone))
    resolver = Resolver(network, LAB)
    found = await resolver.confirm(await resolver.resolve(DOMAIN))
    assert dialled(found) == ["192.0.2.1", "192.0.2.1"]
    assert {host.addresses[0].ptr_outcome for host in found.hosts} == {Outcome.NXDOMAIN}
    assert network.questions.count((reverse_name("192.0.2.1"), "PTR")) == 1


def test_the_dns_library_is_loaded_by_the_first_question_only() -> None:
    code = "import sys, probe.measure.resolver; sys.exit(any(name.split('.')[0] == 'dns' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
