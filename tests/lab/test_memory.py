"""Several runs against one lab, with a state between them: what the first pays for, the second has."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from probe.api import judge, learn, load, measure, save
from probe.lab.faults import Mail
from probe.lab.scenario import Scenario, pair
from probe.lab.scenarios import SCENARIOS
from probe.lab.world import World, world
from probe.model.report import Report
from probe.model.words import Failure, Family, Parity, Verdict
from probe.store import Store

# The delay never ends, and then it is over: how fast this machine is does not decide.
GREYLISTED, SETTLED = (
    Scenario("greylist-twice", "", target="user@example.com", hosts=pair(*[Mail(greylist=delay)] * 2), greylist=0.0)
    for delay in (86400.0, 0.0)
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    said: list[str] = []
    made = Store(tmp_path / "state" / "state.sqlite", said.append)
    yield made
    made.close()
    assert said == []


async def run(place: World, store: Store) -> Report:
    found = await measure(place.target, place.settings, network=place.network, secrets=place.secrets, memory=store)
    store.keep(learn(found))
    assert load(save(found)) == found  # what was remembered travels with the measurement
    return judge(found)


def sentences(report: Report, code: str) -> list[str]:
    return [item.sentence for item in report.findings if item.code == code]


async def test_greylisting_is_paid_for_once(store: Store, tmp_path: Path) -> None:
    async with world(GREYLISTED, tmp_path / "delay") as place:
        first = await run(place, store)
        second = await run(place, store)
    async with world(SETTLED, tmp_path / "settled") as place:
        third = await run(place, store)
        fourth = await run(place, store)
    assert "so the answer is pending" in sentences(first, "rcpt-greylisted")[0]
    assert "is still in its delay" in sentences(second, "rcpt-greylisted")[0]
    assert "lets us in now" in sentences(third, "rcpt-greylisted")[0]
    assert sentences(fourth, "rcpt-greylisted") == []
    tuples = fourth.measurement.memory.greylisted
    assert {(item.family, item.tries, item.passed is not None) for item in tuples} == {
        (Family.IPV6, 2, True),
        (Family.IPV4, 2, True),
    }
    assert {(item.accepted, item.arrival is not None) for item in third.measurement.attempts} == {(True, True)}


async def test_a_421_is_heeded_by_the_next_run(store: Store, tmp_path: Path) -> None:
    async with world(SCENARIOS["rate-limited-v6"], tmp_path) as place:
        first, second = await run(place, store), await run(place, store)
    assert sum(item.failure is Failure.DEFERRED for item in first.measurement.sessions) == 1
    assert {item.failure for item in second.measurement.sessions} == {Failure.NOT_TRIED}
    assert second.verdict is Verdict.UNKNOWN
    assert second.measurement.connections == 0


async def test_a_refusal_after_a_success_is_perhaps_a_ban(store: Store, tmp_path: Path) -> None:
    async with world(SCENARIOS["healthy"], tmp_path / "a") as place:
        await run(place, store)
    async with world(SCENARIOS["v6-refused"], tmp_path / "b") as place:
        banned = await run(place, store)
    assert "its service has stopped, or this probe is perhaps banned" in sentences(banned, "tcp-refused")[0]


async def test_a_greeting_an_hour_ago_proves_port_25(store: Store, tmp_path: Path) -> None:
    """The reference is asked in the first run, and needs no asking in the second."""
    async with world(SCENARIOS["v6-blackhole"], tmp_path / "a") as place:
        await run(place, store)
    async with world(SCENARIOS["v6-blackhole-unproven"], tmp_path / "b") as place:
        again = await run(place, store)
    assert (again.parity, again.verdict) == (Parity.IPV6_BROKEN, Verdict.CRITICAL)
    assert again.measurement.references == ()


async def test_a_list_asks_for_a_missing_mailbox_once_a_week(store: Store, tmp_path: Path) -> None:
    async with world(SCENARIOS["unknown-user-both"], tmp_path) as place:
        first = await run(place, store)
        listed = replace(place, settings=replace(place.settings, named=False))
        spared, named = await run(listed, store), await run(place, store)
    codes = [{item.code: item.verdict for item in report.findings} for report in (first, spared, named)]
    assert [found.get("rcpt-unknown-both") for found in codes] == [Verdict.CRITICAL] * 3
    commands = [
        [step.command for session in report.measurement.sessions for step in session.steps if step.command]
        for report in (first, spared, named)
    ]
    assert [any(text.startswith("RCPT") for text in said) for said in commands] == [True, False, True]
