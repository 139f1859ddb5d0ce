from dataclasses import replace
from typing import Any

import pytest

from probe.model.dns import Resolution
from probe.model.inquiries import Inquiries
from probe.model.measurement import Measurement
from probe.model.words import AddressClass, Outcome, Provenance
from probe.model.zones import ServerAddress
from tests.builders import MX1, MX4, MX6, V4, V6, address, healthy, host, measurement, resolution
from tests.judge.checks.servers import ALL, answers, asked, error, place, where, world
from tests.judge.checks.table import WARNING, Row, findings, name, said

CODE = "dns-split-horizon"
GLOBAL = ("2001:db8::/32", "192.0.2.0/24")


def seen(
    here: Measurement | None = None, there: dict[tuple[str, str], tuple[str, ...]] | None = None, **more: Any
) -> Measurement:
    """Our resolver's view beside that of all name servers."""
    given = here or healthy()
    given = replace(given, settings=replace(given.settings, treat_global=GLOBAL))
    return world([place(one, answers(there)) for one in ALL], given, **more)


def private(text: str = "10.0.0.25") -> Measurement:
    return measurement(hosts=[host(MX1, MX6, address(text, klass=AddressClass.PRIVATE, dial=False))])


def resolvers(*items: Resolution) -> Measurement:
    given = replace(healthy(), inquiries=Inquiries(horizon=items))
    return replace(given, settings=replace(given.settings, treat_global=GLOBAL))


def of(server: str, *records: str, outcome: Outcome | None = None) -> Resolution:
    return resolution(MX1, "AAAA", *records, outcome=outcome, server=server)


FAILING: list[ServerAddress] = [
    place(one, where(asked(MX1, "AAAA"), error("NXDOMAIN", Outcome.NXDOMAIN))) for one in ALL
]
PINNED = host(MX1, ipv4=resolution(MX1, "A", provenance=Provenance.OPTION), ipv6=resolution(MX1, "AAAA", MX6))

CASES: list[Row] = [
    (CODE, "private here, public there", seen(private()), {(WARNING, V4, MX1)}),
    (CODE, "hidden from us", seen(measurement(hosts=[host(MX1, MX4)])), {(WARNING, V6, MX1)}),
    (CODE, "gone there", seen(there={(MX1, "AAAA"): ()}), {(WARNING, V6, MX1)}),
    (CODE, "another public address", seen(there={(MX1, "A"): ("192.0.2.99",)}), set()),
    (CODE, "the same", seen(), set()),
    (
        CODE,
        "made up by our own DNS64",
        seen(measurement(hosts=[host(MX1, address("64:ff9b::1", synthesised=True), MX4)]), {(MX1, "AAAA"): ()}),
        set(),
    ),
    (CODE, "what the user says", seen(measurement(hosts=[PINNED])), set()),
    (CODE, "name servers that fail on AAAA have their own code", world(FAILING), set()),
    (CODE, "they do not agree themselves", world([place(ALL[0], answers({(MX1, "A"): ()}))], private()), set()),
    (CODE, "one resolver hides it", resolvers(of("a", MX6), of("b")), {(WARNING, V6, MX1)}),
    (CODE, "one resolver is inside", resolvers(of("a", MX6), of("b", "fd00::25")), {(WARNING, V6, MX1)}),
    (CODE, "two public addresses", resolvers(of("a", MX6), of("b", "2001:db8::99")), set()),
    (CODE, "one resolver fails", resolvers(of("a", MX6), of("b", outcome=Outcome.SERVFAIL)), set()),
    (CODE, "not asked", healthy(), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, given, expected = row
    assert said(given, code) == expected


def test_all_columns_are_shown() -> None:
    (finding,) = findings(seen(private()), CODE)
    assert finding.evidence[0] == f"our resolver (unknown): {MX1} A: 10.0.0.25"
    assert finding.evidence[1] == f"ns1.example.net [{ALL[0]}]: {MX1} A: {MX4}"
