"""The policy over each family: who is asked, and who is not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from probe.lab.faults import PathFault, Web
from probe.lab.scenario import Host, Scenario, pair
from probe.lab.scenarios.policies import ANNOUNCED, HOME, POLICY_HOST, POLICY_ZONE, TESTING, served
from probe.lab.world import World, world
from probe.lab.zones import OWN4, POLICY4, POLICY6, host, txt
from probe.measure.case import Case
from probe.measure.frame import Frame
from probe.measure.inquiries.mtasts import inquire
from probe.measure.resolver import Resolver
from probe.model.dns import Resolved
from probe.model.policies import MtaSts
from probe.model.settings import Redirect, Settings, Target, TargetKind
from probe.model.words import Failure, Family, Outcome

DOMAIN = Target("example.com", TargetKind.DOMAIN, "example.com")
GOOD = Scenario(name="test", title="test", zone=POLICY_ZONE, hosts=(*pair(), *served()))


@asynccontextmanager
async def running(scenario: Scenario, directory: Path) -> AsyncIterator[tuple[World, Settings]]:
    async with world(scenario, directory) as place:
        yield place, place.settings


async def answer(place: World, settings: Settings, target: Target = DOMAIN, left: float = 10.0) -> MtaSts:
    network = place.network
    frame = Frame(network, settings, network.monotonic(), network.monotonic() + left)
    found = await inquire(Case(frame, Resolver(network, settings), target, Resolved(None)))
    assert found is not None
    return found


async def test_each_family_is_asked_by_itself(tmp_path: Path) -> None:
    async with running(GOOD, tmp_path) as (place, settings):
        found = await answer(place, settings)
    assert found.host == "mta-sts.example.com"
    assert [(item.family, item.address) for item in found.fetches] == [(Family.IPV6, POLICY6), (Family.IPV4, POLICY4)]
    assert all((item.status, item.media_type, item.body) == (200, "text/plain", TESTING.body) for item in found.fetches)
    assert not found.unfinished


async def test_only_families_that_are_wanted_are_asked(tmp_path: Path) -> None:
    async with running(GOOD, tmp_path) as (place, settings):
        found = await answer(place, replace(settings, families=(Family.IPV4,)))
    assert [item.family for item in found.fetches] == [Family.IPV4]


@pytest.mark.parametrize("zone", [HOME, HOME + POLICY_HOST, HOME + txt("_mta-sts.example.com", "v=spf1 -all")])
async def test_nobody_is_asked_without_an_announcement(zone: str, tmp_path: Path) -> None:
    async with running(replace(GOOD, zone=zone, hosts=pair()), tmp_path) as (place, settings):
        found = await answer(place, settings)
    assert (found.ipv6, found.ipv4, found.fetches) == (None, None, ())


async def test_a_host_has_no_policy(tmp_path: Path) -> None:
    target = Target("[mx1.example.com]", TargetKind.HOST, "mx1.example.com")
    async with running(GOOD, tmp_path) as (place, settings):
        frame = Frame(place.network, settings, 0.0, None)
        assert await inquire(Case(frame, Resolver(place.network, settings), target, Resolved(None))) is None


async def test_a_policy_host_without_addresses(tmp_path: Path) -> None:
    async with running(replace(GOOD, zone=HOME + ANNOUNCED, hosts=pair()), tmp_path) as (place, settings):
        found = await answer(place, settings)
    assert found.ipv6 is not None
    assert found.ipv6.outcome is Outcome.NXDOMAIN
    assert found.fetches == ()


async def test_the_next_address_has_its_turn_when_the_first_is_silent(tmp_path: Path) -> None:
    dead = "192.0.2.44"
    zone = POLICY_ZONE + host("mta-sts.example.com", dead, pointer=False)
    hosts = (*pair(), *served(), Host(dead, PathFault.REFUSED, port=443))
    async with running(replace(GOOD, zone=zone, hosts=hosts), tmp_path) as (place, settings):
        found = await answer(place, settings)
    four = [(item.address, item.failure) for item in found.fetches if item.family is Family.IPV4]
    assert four in [[(dead, Failure.REFUSED), (POLICY4, None)], [(POLICY4, None)]]


async def test_who_answers_badly_has_answered(tmp_path: Path) -> None:
    other = "192.0.2.44"
    zone = POLICY_ZONE + host("mta-sts.example.com", other, pointer=False)
    bad = Web(b"", 500)
    hosts = (*pair(), *served(bad, bad), Host(other, bad, port=443))
    async with running(replace(GOOD, zone=zone, hosts=hosts), tmp_path) as (place, settings):
        found = await answer(place, settings)
    assert [item.status for item in found.fetches] == [500, 500]


async def test_an_address_that_is_not_global_is_not_asked(tmp_path: Path) -> None:
    async with running(GOOD, tmp_path) as (place, settings):
        found = await answer(place, replace(settings, treat_global=()))
    assert [(item.failure, item.elapsed) for item in found.fetches] == [(Failure.NOT_GLOBAL, 0.0)] * 2


async def test_a_family_this_machine_does_not_have_is_not_asked(tmp_path: Path) -> None:
    async with running(replace(GOOD, own=(OWN4,)), tmp_path) as (place, settings):
        found = await answer(place, settings)
    assert [item.failure for item in found.fetches] == [Failure.NO_ROUTE, None]


async def test_when_the_time_is_up_nobody_is_asked(tmp_path: Path) -> None:
    async with running(GOOD, tmp_path) as (place, settings):
        found = await answer(place, settings, left=0.0)
    assert found.unfinished
    assert all(item.failure is Failure.DEADLINE for item in found.fetches)


async def test_connect_to_leads_elsewhere(tmp_path: Path) -> None:
    async with running(GOOD, tmp_path) as (place, settings):
        redirect = Redirect("mta-sts.example.com", 443, POLICY4, 443)
        found = await answer(place, replace(settings, redirects=(redirect,), families=(Family.IPV6,)))
    assert [(item.family, item.address, item.status) for item in found.fetches] == [(Family.IPV6, POLICY6, 200)]
