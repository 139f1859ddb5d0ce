from dataclasses import replace

import pytest

from probe.model.inquiries import Inquiries
from probe.model.measurement import Measurement
from probe.model.walk import Barrier, Cut, Walk, WalkEnd
from probe.model.words import Family
from tests.builders import MX1, MX4, MX6, V4, V6, healthy, host, measurement, session
from tests.judge.checks.servers import ALL, NS1, NS1_4, NS1_6, NS2, NS2_4, NS2_6, dead, skipped, world
from tests.judge.checks.table import OK, WARNING, Row, findings, name, said

CODE = "dns-ns-family"
CUTS = (Cut(".", (), "2001:db8:a::1"), Cut("com", ("a.gtld-servers.net",), "2001:db8:b::1"))
ONLY4 = measurement(session(V4), hosts=[host(MX1, MX4)])
ONLY6 = measurement(session(V6), hosts=[host(MX1, MX6)])


def walk(end: WalkEnd, family: Family = V6, barrier: Barrier | None = None, to: str = "example.com") -> Walk:
    stuck = "example.com" if end is WalkEnd.STUCK else None
    return Walk(to, family, end, CUTS, stuck, barrier, ("ns1.example.com: no AAAA record in the parent zone",))


def walked(*walks: Walk, given: Measurement | None = None) -> Measurement:
    return replace(given or healthy(), inquiries=Inquiries(walk=walks))


def stuck(barrier: Barrier, given: Measurement | None = None, control: WalkEnd = WalkEnd.ARRIVED) -> Measurement:
    return walked(walk(WalkEnd.STUCK, V6, barrier), walk(control, V4), given=given)


def mirrored(barrier: Barrier, given: Measurement | None = None, control: WalkEnd = WalkEnd.ARRIVED) -> Measurement:
    """The same where IPv4 is barred."""
    return walked(walk(control), walk(WalkEnd.STUCK, V4, barrier), given=given)


BARRED4 = {(WARNING, V4, "example.com")}
BARRED = {(WARNING, V6, "example.com")}
CASES: list[Row] = [
    *((CODE, f"barred: {barrier}", stuck(barrier), BARRED) for barrier in Barrier),
    *((CODE, f"barred over IPv4: {barrier}", mirrored(barrier), BARRED4) for barrier in Barrier),
    (CODE, "nobody claims IPv4", mirrored(Barrier.NO_ADDRESS, ONLY6), {(OK, V4, "example.com")}),
    (CODE, "barred over IPv4, no root over IPv6", mirrored(Barrier.SILENT, control=WalkEnd.NO_ROOT), set()),
    (CODE, "nobody claims IPv6", stuck(Barrier.NO_ADDRESS, ONLY4), {(OK, V6, "example.com")}),
    (CODE, "claimed and dead, mail over IPv4 alone", stuck(Barrier.SILENT, ONLY4), BARRED),
    (CODE, "barred over IPv4 too: the zone is broken", stuck(Barrier.SILENT, control=WalkEnd.STUCK), set()),
    (CODE, "IPv4 could not be tried", stuck(Barrier.SILENT, control=WalkEnd.NO_ROOT), set()),
    (CODE, "no control", walked(walk(WalkEnd.STUCK, V6, Barrier.SILENT)), set()),
    (CODE, "no root here", walked(walk(WalkEnd.NO_ROOT)), set()),
    (CODE, "no time", walked(walk(WalkEnd.UNFINISHED)), set()),
    (CODE, "arrived", walked(walk(WalkEnd.ARRIVED)), set()),
    (CODE, "one address is dead", world([dead(NS2_6)]), {(WARNING, V6, f"{NS2} [{NS2_6}]")}),
    (CODE, "one IPv4 address is dead", world([dead(NS2_4)]), {(WARNING, V4, f"{NS2} [{NS2_4}]")}),
    (CODE, "all IPv6 addresses are: perhaps it is us", world([dead(NS1_6), dead(NS2_6)]), set()),
    (
        CODE,
        "all IPv6 addresses are, and the root is not",
        world([dead(NS1_6), dead(NS2_6)], walk=(walk(WalkEnd.ARRIVED),)),
        {(WARNING, V6, f"{NS1} [{NS1_6}]"), (WARNING, V6, f"{NS2} [{NS2_6}]")},
    ),
    (
        CODE,
        "said once: the way is barred by them",
        world(
            [dead(NS1_6), dead(NS2_6)],
            walk=(walk(WalkEnd.STUCK, V6, Barrier.SILENT), walk(WalkEnd.ARRIVED, V4)),
        ),
        BARRED,
    ),
    (CODE, "dead over both has its own code", world([dead(NS2_6), dead(NS2_4)]), set()),
    (CODE, "not asked", world([skipped(one) for one in ALL[::2]]), set()),
    (CODE, "well", world(), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, given, expected = row
    assert said(given, code) == expected


def test_the_way_is_shown() -> None:
    given = walked(
        *(walk(WalkEnd.STUCK, V6, Barrier.NO_GLUE, to) for to in ("example.com", MX1)),
        *(walk(WalkEnd.ARRIVED, V4, to=to) for to in ("example.com", MX1)),
    )
    (finding,) = findings(given, CODE)
    assert finding.evidence[0] == "over IPv6 from the root: . > com > example.com"
    assert f"example.com, {MX1}" in finding.sentence


def test_the_way_over_ipv4_is_shown() -> None:
    (finding,) = findings(mirrored(Barrier.NO_ADDRESS), CODE)
    assert finding.evidence[0] == "over IPv4 from the root: . > com > example.com"
    assert "none of its name servers has an IPv4 address. Over IPv6 the same way is open" in finding.sentence
    assert "NAMESERVER. A IPv4-ADDRESS" in str(finding.fix)


def test_what_a_dead_address_did_is_shown() -> None:
    (finding,) = findings(world([dead(NS1_6)]), CODE)
    assert f"{NS1} [{NS1_6}]: example.com SOA over UDP: no answer within 1 s in 2 tries" in finding.evidence
    assert NS1_4 not in " ".join(finding.evidence)
