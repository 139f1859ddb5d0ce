"""What is not in the DNS yet, tested against the lab: the names stay right, whatever is assumed."""

from dataclasses import replace
from pathlib import Path

import pytest

from probe.api import compare, judge, measure, read_overlay
from probe.lab.faults import Mail, PathFault
from probe.lab.scenario import Host, Scenario, pair
from probe.lab.world import World, world
from probe.lab.zones import MX4, MX6
from probe.model.change import Changes
from probe.model.settings import Record, Settings
from probe.model.words import Family, Provenance, Verdict

NEW6, NEW4 = "2001:db8:2::25", "198.51.100.26"
PLANNED = Scenario(
    "planned",
    "the same name at new addresses, not published yet; IPv6 is not let in there",
    hosts=(*pair(), Host(NEW6, PathFault.REFUSED), Host(NEW4, Mail())),
)
GOOD = replace(PLANNED, hosts=(*pair(), Host(NEW6, Mail()), Host(NEW4, Mail())))


async def both(place: World, settings: Settings) -> Changes:
    old = await measure(place.target, place.settings, network=place.network)
    new = await measure(place.target, settings, network=place.network)
    return compare(judge(old), judge(new))


def overlay(place: World) -> Settings:
    zone = f"mx1 AAAA {NEW6}\nmx1 A {NEW4}\n"
    return replace(place.settings, overlay=read_overlay(zone, "example.com", "new.zone"))


async def test_planned_beside_published(tmp_path: Path) -> None:
    async with world(PLANNED, tmp_path) as place:
        changes = await both(place, overlay(place))
    assert changes.broke == (Family.IPV6,)
    assert changes.verdict is Verdict.CRITICAL
    moved = {(item.family, item.before, item.after) for item in changes.changes if item.what == "addresses"}
    assert moved == {(Family.IPV6, MX6, NEW6), (Family.IPV4, MX4, NEW4)}


async def test_a_plan_that_is_good_is_good(tmp_path: Path) -> None:
    async with world(GOOD, tmp_path) as place:
        changes = await both(place, overlay(place))
    assert changes.broke == ()
    assert {item.what for item in changes.changes} <= {"addresses", "reverse name confirmed", "reverse names"}


def pinned(name: str) -> tuple[Record, ...]:
    return (Record(name, "AAAA", (NEW6,), option=True), Record(name, "A", (NEW4,), option=True))


@pytest.mark.parametrize("how", ["overlay", "mx", "resolve", "server"])
async def test_the_name_stays_in_the_certificate_and_the_comparison(tmp_path: Path, how: str) -> None:
    """The host is talked to at the address that was assumed, and asked for its own name all the same."""
    async with world(GOOD, tmp_path) as place:
        mx1 = "mx1.example.com"
        settings = {
            "overlay": overlay(place),
            "mx": replace(
                place.settings,
                overlay=(Record("example.com", "MX", (f"10 {mx1}.",), option=True), *pinned(mx1)),
            ),
            "resolve": replace(place.settings, overlay=pinned(mx1)),
            "server": replace(place.settings, server=mx1, overlay=pinned(mx1)),
        }[how]
        found = await measure(place.target, settings, network=place.network)
    assert {(session.mx, session.address) for session in found.sessions} == {(mx1, NEW6), (mx1, NEW4)}
    assert {session.tls.name_matches for session in found.sessions if session.tls is not None} == {True}
    assert {item.ipv6.provenance for item in found.resolved.hosts} <= {Provenance.OVERLAY, Provenance.OPTION}
    report = judge(found)
    assert [item.host for item in report.comparisons] == [mx1]
