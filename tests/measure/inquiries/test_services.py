"""Which hosts are visited, and which never are."""

from collections.abc import Sequence

from probe.measure.case import Case
from probe.measure.frame import Frame
from probe.measure.inquiries.services import inquire
from probe.measure.resolver import Resolver
from probe.model.dns import MxHost, Resolution, Resolved
from probe.model.services import Services
from probe.model.settings import Record, Settings, Target, TargetKind
from probe.model.words import Outcome
from tests.measure.scripted import ScriptedNetwork

DOMAIN = Target("example.com", TargetKind.DOMAIN, "example.com")
NONE = tuple(Record(f"_{name}._tcp.example.com", "SRV", ()) for name in ("submission", "submissions", "imaps", "imap"))


def hosts(name: str, six: str, four: str) -> tuple[Record, ...]:
    return Record(name, "AAAA", (six,)), Record(name, "A", (four,))


async def asked(
    *records: Record, mx: Sequence[str] = (), target: Target = DOMAIN, services: bool = True
) -> tuple[Services | None, list[str]]:
    network = ScriptedNetwork()
    settings = Settings(
        overlay=(*(item for item in NONE if item.name not in {one.name for one in records}), *records),
        treat_global=("2001:db8::/32", "192.0.2.0/24"),
        services=services,
        pause=0.0,
    )
    none = Resolution("", "A", Outcome.NO_DATA)
    found = tuple(MxHost(name, 10, implicit=False, ipv6=none, ipv4=none) for name in mx)
    frame = Frame(network, settings, network.monotonic(), None)
    case = Case(frame, Resolver(network, settings), target, Resolved(None, found))
    return await inquire(case), network.dialled


async def test_nothing_without_the_option_and_nothing_for_a_host() -> None:
    assert await asked(services=False) == (None, [])
    assert await asked(target=Target("[mx1]", TargetKind.HOST, "mx1.example.com")) == (None, [])


async def test_srv_records_say_where() -> None:
    found, dialled = await asked(
        Record("_submission._tcp.example.com", "SRV", ("0 1 587 mail.provider.example.net.",)),
        Record("_imap._tcp.example.com", "SRV", ("0 0 0 .",)),
        *hosts("mail.provider.example.net", "2001:db8::25", "192.0.2.25"),
        mx=["mx1.example.com"],
    )
    assert found is not None
    assert sorted(dialled) == ["192.0.2.25", "2001:db8::25"]
    assert {(item.service.port, item.service.named) for item in found.knocks} == {(587, "_submission._tcp.example.com")}


async def test_without_them_the_mx_hosts_of_the_domain_itself_and_no_other() -> None:
    found, dialled = await asked(
        *hosts("mx1.example.com", "2001:db8::25", "192.0.2.25"), mx=["mx1.example.com", "mx.notexample.com"]
    )
    assert found is not None
    assert {item.service.host for item in found.knocks} == {"mx1.example.com"}
    assert {item.service.port for item in found.knocks} == {587, 465, 993, 143}
    assert len(dialled) == 8


async def test_an_address_nobody_reaches_is_left_out() -> None:
    found, dialled = await asked(*hosts("mx1.example.com", "fd00::25", "192.0.2.25"), mx=["mx1.example.com"])
    assert found is not None
    assert set(dialled) == {"192.0.2.25"}
    assert found.left_out == ("mx1.example.com [fd00::25]: ula, which no client on the Internet reaches",)


async def test_hosts_beyond_the_fourth_are_left_out_in_their_order() -> None:
    names = [f"mx{number}.example.com" for number in range(8)]
    records = [record for name in names for record in hosts(name, "fd00::25", "10.0.0.25")]
    found, _ = await asked(*records, mx=names)
    assert found is not None
    assert found.left_out[:4] == tuple(f"{name}: more than 4 hosts" for name in names[4:])
