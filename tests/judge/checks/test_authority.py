from dataclasses import replace

from probe.model.measurement import Measurement
from probe.model.walk import Walk, WalkEnd
from probe.model.words import Failure, Outcome
from tests.builders import MX1, V4, V6
from tests.judge.checks.servers import (
    ALL,
    NS1,
    NS1_4,
    NS1_6,
    NS2,
    NS2_4,
    NS2_6,
    answers,
    asked,
    dead,
    error,
    place,
    refused_tcp,
    skipped,
    where,
    world,
)
from tests.judge.checks.table import WARNING, Row, findings, name, said

import pytest  # isort: skip

NO_EDNS = where(lambda _: True, lambda item: replace(item, without_edns=True))
ROOTS = tuple(Walk("example.com", family, WalkEnd.ARRIVED) for family in (V6, V4))
REFUSES = where(lambda _: True, error("REFUSED", Outcome.REFUSED_QUERY))
RECURSES = where(lambda _: True, error("NOERROR", Outcome.ANSWER))


def refuses(*addresses: str) -> list:  # type: ignore[type-arg]
    return [place(address, REFUSES) for address in addresses]


def aliased(*names: str) -> Measurement:
    """The world in which these servers' names are aliases."""
    given = world()
    assert given.inquiries is not None
    assert given.inquiries.zones is not None
    (zone,) = given.inquiries.zones
    servers = tuple(
        replace(server, cnames=("host.example.org",)) if server.name in names else server for server in zone.servers
    )
    return replace(given, inquiries=replace(given.inquiries, zones=(replace(zone, servers=servers),)))


CASES: list[Row] = [
    ("dns-ns-lame", "refuses at both addresses", world(refuses(NS2_6, NS2_4)), {(WARNING, None, NS2)}),
    ("dns-ns-lame", "refuses over IPv6", world(refuses(NS2_6)), {(WARNING, V6, NS2)}),
    ("dns-ns-lame", "a resolver, no authority", world([place(NS2_6, RECURSES)]), {(WARNING, V6, NS2)}),
    ("dns-ns-lame", "dead at both addresses", world([dead(NS2_6), dead(NS2_4)]), {(WARNING, None, NS2)}),
    ("dns-ns-lame", "dead at one is another matter", world([dead(NS2_6)]), set()),
    (
        "dns-ns-lame",
        "nobody has authority: somebody in between answers",
        world([place(one, RECURSES) for one in ALL]),
        set(),
    ),
    ("dns-ns-lame", "all refuse: it is about us", world(refuses(*ALL)), set()),
    ("dns-ns-lame", "not asked", world([skipped(NS2_6), skipped(NS2_4)]), set()),
    ("dns-ns-lame", "IPv6 does not work here", world([dead(NS1_6), dead(NS2_6)]), set()),
    ("dns-ns-lame", "well", world(), set()),
    ("dns-tcp-edns", "refused over IPv6", world([refused_tcp(NS1_6)]), {(WARNING, V6, NS1)}),
    (
        "dns-tcp-edns",
        "refused everywhere",
        world([refused_tcp(one) for one in ALL]),
        {(WARNING, None, NS1), (WARNING, None, NS2)},
    ),
    (
        "dns-tcp-edns",
        "silent, while others take it",
        world([refused_tcp(NS1_6, Failure.TIMEOUT), refused_tcp(NS1_4, Failure.TIMEOUT)]),
        {(WARNING, None, NS1)},
    ),
    (
        "dns-tcp-edns",
        "silent everywhere: it may be our network",
        world([refused_tcp(one, Failure.TIMEOUT) for one in ALL]),
        set(),
    ),
    ("dns-tcp-edns", "dead is another matter", world([dead(NS1_6)]), set()),
    (
        "dns-tcp-edns",
        "TCP was not asked for",
        world([place(NS1_6, tuple(item for item in answers() if item.transport == "udp"))]),
        set(),
    ),
    ("dns-tcp-edns", "drops EDNS over IPv6", world([place(NS1_6, NO_EDNS)]), {(WARNING, V6, NS1)}),
    (
        "dns-tcp-edns",
        "drops EDNS at both addresses",
        world([place(NS1_6, NO_EDNS), place(NS1_4, NO_EDNS)]),
        {(WARNING, None, NS1)},
    ),
    (
        "dns-tcp-edns",
        "all drop EDNS: it may be our network",
        world([place(one, NO_EDNS) for one in ALL]),
        set(),
    ),
    (
        "dns-tcp-edns",
        "all drop EDNS, and the root does not",
        world([place(one, NO_EDNS) for one in ALL], walk=ROOTS),
        {(WARNING, None, NS1), (WARNING, None, NS2)},
    ),
    (
        "dns-tcp-edns",
        "lost datagrams once",
        world([place(NS1_6, where(asked(MX1, "A"), lambda item: replace(item, without_edns=True)))]),
        set(),
    ),
    ("dns-ns-lame", "an alias", aliased(NS2), {(WARNING, None, NS2)}),
    ("dns-ns-lame", "aliases all", aliased(NS1, NS2), {(WARNING, None, NS1), (WARNING, None, NS2)}),
    ("dns-ns-lame", "drops EDNS", world([place(NS1_6, NO_EDNS)]), set()),
    ("dns-tcp-edns", "well", world(), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, given, expected = row
    assert said(given, code) == expected


def test_the_server_is_quoted() -> None:
    (finding,) = findings(world(refuses(NS2_6)), "dns-ns-lame")
    assert f"{NS2} [{NS2_6}]: example.com SOA over UDP: REFUSED (0.020 s)" in finding.evidence
    assert finding.fix is not None
    assert NS2_6 in finding.fix


@pytest.mark.parametrize(("names", "end"), [((NS2,), "ask the others."), ((NS1, NS2), "cannot find the zone.")])
def test_what_an_alias_costs_depends_on_the_others(names: tuple[str, ...], end: str) -> None:
    assert {
        finding.sentence.split("those that do not ")[1] for finding in findings(aliased(*names), "dns-ns-lame")
    } == {end}
