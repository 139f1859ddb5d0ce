"""The matrix, the walk and the states of DNSSEC, a line each."""

from dataclasses import replace

import pytest

from probe.model.inquiries import Inquiries
from probe.model.measurement import Measurement
from probe.model.security import Secured, Security
from probe.model.walk import Barrier, Cut, Walk, WalkEnd
from probe.model.words import Failure, Outcome
from probe.report.text.layout import Paper
from probe.report.text.nameservers import name_servers
from tests.builders import MX1, V6, healthy
from tests.judge.checks.servers import NS1_4, NS1_6, NS2_4, NS2_6, dead, refused_tcp, skipped, world


def lines(given: Measurement) -> list[str]:
    return list(name_servers(given, Paper(2000)))


def test_nothing_asked_nothing_said() -> None:
    assert lines(healthy()) == []
    assert lines(replace(healthy(), inquiries=Inquiries())) == []


def test_each_address_on_a_line() -> None:
    found = lines(world([dead(NS1_4), refused_tcp(NS2_6), skipped(NS2_4)]))
    assert found[1:3] == ["Name servers", "  zone example.com: 2 name servers"]
    good, silent, closed, alone = found[3:]
    assert good == (
        f"    ns1.example.net [{NS1_6}]: UDP 4 of 4 answered, at most 20 ms; TCP 4 of 4 answered, at most 20 ms; "
        f"SOA answer (TTL 3600); MX answer (TTL 3600); {MX1} AAAA answer (TTL 3600); {MX1} A answer (TTL 3600)"
    )
    assert silent.endswith("UDP no answer within 1 s; TCP no answer within 1 s")
    assert f"TCP {Failure.REFUSED}" in closed
    assert alone.endswith("not asked: no route")


def test_what_was_left_out_is_said() -> None:
    given = world()
    assert given.inquiries is not None
    (zone,) = given.inquiries.zones or ()
    cut = replace(zone, left_out=3, finished=False)
    found = lines(replace(given, inquiries=Inquiries(zones=(cut,))))
    assert found[2] == "  zone example.com: 2 name servers, 3 more not asked, and no time to ask them everything"


CUTS = (Cut(".", ()), Cut("com", ("a.gtld-servers.net",)))


@pytest.mark.parametrize(
    ("walk", "expected"),
    [
        (Walk("example.com", V6, WalkEnd.ARRIVED, CUTS), ". > com"),
        (
            Walk("example.com", V6, WalkEnd.STUCK, CUTS, "example.com", Barrier.NO_GLUE),
            ". > com; not into example.com (no-glue)",
        ),
        (Walk("example.com", V6, WalkEnd.NO_ROOT), "no root server answers here"),
        (Walk("example.com", V6, WalkEnd.UNFINISHED), "there was no time"),
    ],
)
def test_the_way_from_the_root(walk: Walk, expected: str) -> None:
    found = lines(replace(healthy(), inquiries=Inquiries(walk=(walk,))))
    assert found[2:] == [f"  example.com from the root over IPv6: {expected}"]


def test_the_state_of_each_record_set() -> None:
    item = Secured("example.com", "MX", Security.SECURE, Outcome.ANSWER)
    assert lines(replace(healthy(), inquiries=Inquiries(dnssec=(item,))))[2:] == ["  DNSSEC example.com MX: secure"]


def test_hostile_names_stay_on_their_line() -> None:
    walk = Walk("a\nb", V6, WalkEnd.STUCK, (Cut("x\x1b[31m", ()),), "\n", Barrier.SILENT)
    assert all(line.isprintable() for line in lines(replace(healthy(), inquiries=Inquiries(walk=(walk,)))))
