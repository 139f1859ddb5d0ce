from typing import Any

import pytest

from probe.model.measurement import Measurement
from probe.model.security import Secured, Security
from probe.model.words import AddressClass, Outcome
from probe.model.zones import ServerAddress
from tests.builders import (
    MX1,
    MX4,
    MX6,
    SECOND4,
    SECOND6,
    V4,
    V6,
    address,
    healthy,
    host,
    measurement,
    only,
    resolution,
    resolved,
    session,
)
from tests.judge.checks.servers import (
    ALL,
    NS1_6,
    UDP,
    answers,
    asked,
    dead,
    error,
    place,
    silent,
    where,
    world,
)
from tests.judge.checks.table import CRITICAL, UNKNOWN, WARNING, Row, findings, name, said

MX2 = "mx2.example.com"
FOUR = (session(V4),)
SIX_FAILED = resolution(MX1, "AAAA", outcome=Outcome.SERVFAIL, detail="192.0.2.53 answered SERVFAIL")
FOUR_FAILED = resolution(MX1, "A", outcome=Outcome.TIMEOUT)
SIX_UNKNOWN, SIX_BOGUS, DENIED_HERE = (
    measurement(*FOUR, hosts=[host(MX1, MX4, ipv6=resolution(MX1, "AAAA", outcome=outcome))])
    for outcome in (Outcome.SERVFAIL, Outcome.BOGUS, Outcome.NXDOMAIN)
)


SILENT = where(asked(MX1, "AAAA"), silent(4))
LOST = where(lambda item: asked(MX1, "AAAA")(item) and item.transport is UDP, silent(2))
DENYING = where(asked(MX1, "AAAA"), error("NXDOMAIN", Outcome.NXDOMAIN))
GONE = where(lambda item: item.name == MX1, error("NXDOMAIN", Outcome.NXDOMAIN))
NONE = answers({(MX1, "AAAA"): ()})


def refusing(*addresses: str) -> list[ServerAddress]:
    said = where(asked(MX1, "AAAA"), error("REFUSED", Outcome.REFUSED_QUERY))
    return [place(one, said) for one in addresses]


def special(text: str, klass: AddressClass, **changes: Any) -> Measurement:
    return measurement(*FOUR, hosts=[host(MX1, address(text, klass=klass, **{"dial": False, **changes}), MX4)])


CASES: list[Row] = [
    ("dns-mx-no-aaaa", "nowhere", measurement(*FOUR, hosts=[host(MX1, MX4)]), {(WARNING, V6, "example.com")}),
    ("dns-mx-no-aaaa", "under -6", only(V6, measurement(hosts=[host(MX1, MX4)])), {(CRITICAL, V6, "example.com")}),
    ("dns-mx-no-aaaa", "under -4", only(V4, measurement(*FOUR, hosts=[host(MX1, MX4)])), set()),
    (
        "dns-mx-no-aaaa",
        "at a host that was named",
        measurement(*FOUR, resolved=resolved(host(MX1, MX4, preference=None), mx=None)),
        {(WARNING, V6, MX1)},
    ),
    ("dns-mx-no-aaaa", "the look-up failed", measurement(*FOUR, hosts=[host(MX1, MX4, ipv6=SIX_FAILED)]), set()),
    (
        "dns-mx-no-aaaa",
        "one of two look-ups failed",
        measurement(*FOUR, hosts=[host(MX1, MX4, ipv6=SIX_FAILED), host(MX2, SECOND4)]),
        set(),
    ),
    ("dns-mx-no-aaaa", "our resolver alone hides it", world(given=measurement(*FOUR, hosts=[host(MX1, MX4)])), set()),
    (
        "dns-mx-no-aaaa",
        "one name server has none either",
        world([place(NS1_6, NONE)], measurement(*FOUR, hosts=[host(MX1, MX4)])),
        {(WARNING, V6, "example.com")},
    ),
    ("dns-mx-no-aaaa", "no address at all has its own code", measurement(hosts=[host(MX1)]), set()),
    (
        "dns-mx-partial-aaaa",
        "on the backup alone",
        measurement(
            *FOUR, session(V6, mx=MX2, names=(MX2,)), hosts=[host(MX1, MX4), host(MX2, SECOND6, SECOND4, preference=20)]
        ),
        {(WARNING, V6, "example.com")},
    ),
    ("dns-mx-partial-aaaa", "everywhere", healthy(), set()),
    ("dns-mx-partial-aaaa", "nowhere is not partial", measurement(*FOUR, hosts=[host(MX1, MX4)]), set()),
    (
        "dns-mx-partial-aaaa",
        "the other look-up failed",
        measurement(session(V6), session(V4), hosts=[host(MX1, MX6, MX4), host(MX2, SECOND4, ipv6=SIX_FAILED)]),
        set(),
    ),
    ("dns-aaaa-special", "unique local", special("fd00::25", AddressClass.ULA), {(CRITICAL, V6, f"{MX1} [fd00::25]")}),
    (
        "dns-aaaa-special",
        "mapped",
        special("::ffff:192.0.2.25", AddressClass.MAPPED),
        {(CRITICAL, V6, f"{MX1} [::ffff:192.0.2.25]")},
    ),
    (
        "dns-aaaa-special",
        "6to4",
        special("2002:c000:219::25", AddressClass.SIX_TO_FOUR),
        {(WARNING, V6, f"{MX1} [2002:c000:219::25]")},
    ),
    ("dns-aaaa-special", "the user wants it dialled", special("fd00::25", AddressClass.ULA, dial=True), set()),
    (
        "dns-aaaa-special",
        "made up by our own DNS64",
        special("64:ff9b::1", AddressClass.NAT64, synthesised=True),
        set(),
    ),
    ("dns-aaaa-special", "loopback has its own code", special("::1", AddressClass.LOOPBACK), set()),
    (
        "dns-aaaa-servfail",
        "fails while A works",
        measurement(*FOUR, hosts=[host(MX1, MX4, ipv6=SIX_FAILED)]),
        {(CRITICAL, V6, MX1)},
    ),
    (
        "dns-aaaa-servfail",
        "NXDOMAIN beside an A record",
        measurement(*FOUR, hosts=[host(MX1, MX4, ipv6=resolution(MX1, "AAAA", outcome=Outcome.NXDOMAIN))]),
        {(CRITICAL, V6, MX1)},
    ),
    (
        "dns-aaaa-servfail",
        "both fail",
        measurement(hosts=[host(MX1, ipv6=SIX_FAILED, ipv4=FOUR_FAILED)]),
        {(UNKNOWN, None, MX1)},
    ),
    ("dns-aaaa-servfail", "at our resolver alone", world(given=SIX_UNKNOWN), {(UNKNOWN, V6, MX1)}),
    ("dns-aaaa-servfail", "our resolver alone denies the name", world(given=DENIED_HERE), {(UNKNOWN, V6, MX1)}),
    ("dns-aaaa-servfail", "the signature is wrong", world(given=SIX_BOGUS), {(CRITICAL, V6, MX1)}),
    (
        "dns-aaaa-servfail",
        "the check of the signature fails",
        world(given=SIX_UNKNOWN, dnssec=(Secured(MX1, "AAAA", Security.BOGUS, Outcome.SERVFAIL),)),
        {(CRITICAL, V6, MX1)},
    ),
    (
        "dns-aaaa-servfail",
        "at our resolver, and at one name server",
        world(refusing(NS1_6), SIX_UNKNOWN),
        {(CRITICAL, V6, MX1)},
    ),
    ("dns-aaaa-servfail", "A alone fails", measurement(session(V6), hosts=[host(MX1, MX6, ipv4=FOUR_FAILED)]), set()),
    ("dns-aaaa-servfail", "one name server refuses", world(refusing(NS1_6)), {(WARNING, V6, MX1)}),
    ("dns-aaaa-servfail", "all of them do", world(refusing(*ALL)), {(CRITICAL, V6, MX1)}),
    ("dns-aaaa-servfail", "one is silent, four times", world([place(NS1_6, SILENT)]), {(WARNING, V6, MX1)}),
    ("dns-aaaa-servfail", "one datagram was lost", world([place(NS1_6, LOST)]), set()),
    ("dns-aaaa-servfail", "silent for A too", world([dead(NS1_6)]), set()),
    ("dns-aaaa-servfail", "NXDOMAIN has its own code", world([place(NS1_6, DENYING)]), set()),
    ("dns-aaaa-servfail", "nobody asks for IPv6", only(V4, world(refusing(*ALL))), set()),
    ("dns-aaaa-nxdomain-mismatch", "one server denies", world([place(NS1_6, DENYING)]), {(WARNING, V6, MX1)}),
    (
        "dns-aaaa-nxdomain-mismatch",
        "all of them do",
        world([place(one, DENYING) for one in ALL]),
        {(CRITICAL, V6, MX1)},
    ),
    ("dns-aaaa-nxdomain-mismatch", "the name is gone for A too", world([place(NS1_6, GONE)]), set()),
    ("dns-aaaa-nxdomain-mismatch", "NODATA is the right answer", world([place(NS1_6, NONE)]), set()),
    ("dns-aaaa-servfail", "NODATA is the right answer", measurement(*FOUR, hosts=[host(MX1, MX4)]), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_table_shows_which_host_has_what() -> None:
    world = measurement(hosts=[host(MX1, MX4), host(MX2, SECOND6, SECOND4, preference=20)])
    (finding,) = findings(world, "dns-mx-partial-aaaa")
    assert finding.evidence == (
        f"10 {MX1}: AAAA no-data; A {MX4}",
        f"20 {MX2}: AAAA {SECOND6}; A {SECOND4}",
    )
