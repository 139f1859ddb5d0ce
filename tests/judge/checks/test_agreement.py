import pytest

from probe.model.measurement import Measurement
from probe.model.walk import Cut, Walk, WalkEnd
from probe.model.words import Family, Outcome
from probe.model.zones import DirectAnswer, ServerAddress
from tests.builders import MX1, MX4, MX6, V4, V6
from tests.judge.checks.servers import (
    ALL,
    NS1,
    NS1_4,
    NS1_6,
    NS2,
    NS2_4,
    NS2_6,
    SERIAL,
    again,
    answers,
    asked,
    error,
    place,
    where,
    world,
)
from tests.judge.checks.table import OK, WARNING, Row, findings, name, said

OTHER = {(MX1, "A"): ("192.0.2.99",)}
NO_AAAA: dict[tuple[str, str], tuple[str, ...]] = {(MX1, "AAAA"): ()}
OTHER_MX = {("example.com", "MX"): ("10 old.example.com.",)}
CODE = "dns-ns-different-answer"


def has(address: str, records: dict[tuple[str, str], tuple[str, ...]], ttl: int = 3600) -> ServerAddress:
    return place(address, again(answers(records, ttl)))


def serial(number: int, *addresses: str) -> list[ServerAddress]:
    return [has(address, {("example.com", "SOA"): (SERIAL.format(number),)}) for address in addresses]


def rotating(address: str) -> ServerAddress:
    """Another address each time."""
    first, second = answers({(MX1, "A"): (MX4,)}), answers(OTHER)
    return place(address, (*first, *second))


NXDOMAIN: tuple[DirectAnswer, ...] = where(asked(MX1, "AAAA"), error("NXDOMAIN", Outcome.NXDOMAIN))


def delegated(*servers: str, family: Family = V6) -> Measurement:
    """The good zone, and how a walk entered it."""
    cuts = (Cut("com", ("a.gtld-servers.net",)), Cut("example.com", servers))
    return world(walk=(Walk("example.com", family, WalkEnd.ARRIVED, cuts),))


NOTE = {(OK, None, "example.com")}
CASES: list[Row] = [
    (CODE, "the zone above knows one server less", delegated(NS1), NOTE),
    (CODE, "the zone above knows one more, over IPv4", delegated(NS1, NS2, "ns3.example.net", family=V4), NOTE),
    (CODE, "the zone above knows others", delegated("ns.old.example"), NOTE),
    (CODE, "the zone above knows the same", delegated(NS1, NS2), set()),
    (CODE, "the zone above was not walked to", world(walk=(Walk("example.com", V6, WalkEnd.NO_ROOT),)), set()),
    (CODE, "more than a walk keeps", delegated(*(f"ns{number}.example.org" for number in range(8))), set()),
    (CODE, "old copy over IPv6", world([has(NS1_6, OTHER)]), {(WARNING, V6, NS1)}),
    (CODE, "old copy over IPv4", world([has(NS1_4, OTHER)]), {(WARNING, V4, NS1)}),
    (CODE, "other mail hosts over IPv6", world([has(NS1_6, OTHER_MX)]), {(WARNING, V6, NS1)}),
    (CODE, "no AAAA over IPv6", world([has(NS1_6, NO_AAAA)]), {(WARNING, V6, NS1)}),
    (CODE, "each server its own", world([has(NS1_6, OTHER), has(NS1_4, OTHER)]), set()),
    (CODE, "another each time", world([rotating(NS1_6)]), set()),
    (CODE, "addresses of a minute", world([has(NS1_6, OTHER, 60), has(NS1_4, {}, 60)]), set()),
    (CODE, "some servers deny the AAAA", world([has(NS2_6, NO_AAAA), has(NS2_4, NO_AAAA)]), {(WARNING, None, MX1)}),
    (
        CODE,
        "some have other mail hosts",
        world([has(NS2_6, OTHER_MX), has(NS2_4, OTHER_MX)]),
        {(WARNING, None, "example.com")},
    ),
    (CODE, "NXDOMAIN beside an A has its own code", world([place(NS2_6, NXDOMAIN), place(NS2_4, NXDOMAIN)]), set()),
    (CODE, "serial numbers of which nobody knows the age", world(serial(2, NS2_6, NS2_4)), {(OK, None, "example.com")}),
    (
        CODE,
        "serial numbers of one day",
        world([*serial(2026112201, NS1_6, NS1_4), *serial(2026112202, NS2_6, NS2_4)]),
        {(OK, None, "example.com")},
    ),
    (
        CODE,
        "an old date beside a newer that is old too",
        world([*serial(2026080101, NS1_6, NS1_4), *serial(2026090101, NS2_6, NS2_4)]),
        {(WARNING, None, "example.com")},
    ),
    (
        CODE,
        "changed today",
        world([*serial(2026080101, NS1_6, NS1_4), *serial(2026112201, NS2_6, NS2_4)]),
        {(OK, None, "example.com")},
    ),
    (
        CODE,
        "seconds since 1970",
        world([*serial(1_790_000_000, NS1_6, NS1_4), *serial(1_780_000_000, NS2_6, NS2_4)]),
        {(WARNING, None, "example.com")},
    ),
    (CODE, "the same everywhere", world(), set()),
    (
        "dns-ttl-migration",
        "ten seconds",
        world([place(one, answers(ttl=10)) for one in ALL]),
        {(OK, None, "example.com"), (OK, None, MX1)},
    ),
    ("dns-ttl-migration", "a minute", world([place(one, answers(ttl=60)) for one in ALL]), set()),
    ("dns-ttl-migration", "an hour", world(), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, given, expected = row
    assert said(given, code) == expected


def test_both_answers_are_shown() -> None:
    (finding,) = findings(world([has(NS1_6, NO_AAAA)]), CODE)
    assert finding.evidence == (
        f"{NS1} [{NS1_6}]: {MX1} AAAA: no-data",
        f"{NS1} [{NS1_4}]: {MX1} AAAA: {MX6}",
    )


def test_where_the_zone_above_knows_nobody_in_common_it_is_said() -> None:
    (finding,) = findings(delegated("ns.old.example"), CODE)
    assert "none in common" in finding.sentence
    assert finding.evidence == ("above: ns.old.example", f"in the zone: {NS1}, {NS2}")
