"""The story of an audit, with the files of a test and name servers that play a script."""

from pathlib import Path

import pytest

from probe.measure.audit import Request, _placed, audit
from probe.measure.configuration.machine import Place
from probe.measure.configuration.proc import Proc
from probe.measure.configuration.servers import postfix
from probe.model.configuration import Binding, Configuration, Learned, Machine, Mta, Prefix
from probe.model.settings import Settings, TargetKind
from probe.model.words import Family, Outcome
from tests.measure.fakes_dns import FakeNetwork, Zone

MAIN = "compatibility_level = 3.6\nmyhostname = mx1.example.com\nmyorigin = example.com\n"
ZONE = "mx1.example.com. IN AAAA 2001:db8:25::25\nexample.com. IN MX 10 mx1.example.com.\n"
V6 = Family.IPV6


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(postfix, "found", lambda name: None)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/main.cf").write_text(MAIN)
    return tmp_path


async def told(request: Request) -> tuple[Configuration, FakeNetwork]:
    network = FakeNetwork(Zone(ZONE))
    measurement = await audit(request, Settings(), network)
    assert measurement.target.kind is TargetKind.CONFIGURATION
    assert measurement.configuration is not None
    assert (measurement.sessions, measurement.connections) == ((), 0)
    assert measurement.queries == len(network.log)
    return measurement.configuration, network


def request(place: Path, **changes: object) -> Request:
    where = Place(Proc(str(place / "proc")), str(place / "etc"), ())
    return Request(Mta.POSTFIX, str(place / "etc"), where=where, **changes)  # type: ignore[arg-type]


async def test_a_file_of_nobody_here_is_read_and_nobody_is_asked(place: Path) -> None:
    configuration, network = await told(request(place))
    assert (configuration.machine, configuration.published) == (None, None)
    assert configuration.apart == "it is not the configuration of a server of this machine"
    assert network.questions == []


async def test_a_domain_asks_the_dns(place: Path) -> None:
    configuration, network = await told(request(place, domain="example.com"))
    assert configuration.published is not None
    assert [(item.name, item.role, item.outcome) for item in configuration.published if item.family is V6] == [
        ("mx1.example.com", "myhostname", Outcome.ANSWER),
        ("mx1.example.com", "mx", Outcome.ANSWER),
    ]
    assert ("example.com", "TXT") in network.questions


async def test_the_machines_own_is_looked_at_and_the_dns_is_asked(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postfix, "_usual", lambda: str(place / "etc"))
    asked = request(place)
    configuration, network = await told(
        Request(asked.mta, None, where=asked.where, lan=("2001:db8::/64",)),
    )
    assert configuration.machine is not None
    assert configuration.apart is None
    assert configuration.published is not None
    assert configuration.lan == ("2001:db8::/64",)
    assert [item.path for item in configuration.machine.files] == [f"{place}/etc/main.cf"]
    assert ("example.com", "MX") in network.questions


async def test_names_among_the_interfaces_get_their_addresses(place: Path) -> None:
    (place / "etc/main.cf").write_text(f"{MAIN}inet_interfaces = $myhostname, localhost\n")
    configuration, _ = await told(request(place, domain="example.com"))
    assert {item.family: item.addresses for item in configuration.bindings} == {
        V6: ("2001:db8:25::25", "::1"),
        Family.IPV4: ("127.0.0.1",),
    }
    configuration, _ = await told(request(place))
    assert {item.unknown for item in configuration.bindings} == {("mx1.example.com",)}


async def test_standard_input(place: Path) -> None:
    configuration, _ = await told(Request(Mta.POSTFIX, "-", stdin=lambda: MAIN.encode()))
    assert (configuration.place, configuration.value("myhostname")) == ("-", "mx1.example.com")


def test_the_machine_tells_the_addresses_of_its_interfaces() -> None:
    cards = (Prefix("eth0", "2001:db8::1", 64, V6), Prefix("eth0", "2001:db8::2", 64, V6))
    machine = Machine((), cards, (), ipv6=True)
    there = [Binding("smtp", 25, family, (), "f:1", ("eth0",)) for family in Family]
    other = Binding("smtp", 25, V6, ("::1",), "f:2", ("mx.example.com",))
    configuration = Configuration(Mta.OPENSMTPD, "f", Learned.READ, bindings=(*there, other))
    assert list(_placed(configuration, machine)) == [
        Binding("smtp", 25, V6, ("2001:db8::1", "2001:db8::2"), "f:1"),
        other,
    ]
