"""Who is asked what, how often, and what is left out; the whole job is told by the lab's scenarios."""

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from probe.api import judge, measure, new_courtesy
from probe.lab.faults import Behaviour, Mail, PathFault, Say, Step, Wire
from probe.lab.scenario import Host, Scenario, pair
from probe.lab.world import world
from probe.lab.zones import HOME, MX4, MX6, REFERENCE, SECOND4, SECOND6, host, mx
from probe.measure.owner import smuggling
from probe.model.errors import UsageError
from probe.model.measurement import Measurement
from probe.model.settings import Target, TargetKind
from probe.model.smtp import Session
from probe.model.trials import OPTIONS, Trials
from probe.model.words import Failure, Family, Purpose, Stage, Verdict
from tests.measure.lab_call import PATIENT

TESTER = mx(f"10 {REFERENCE}.", domain="example.net")
TWO = mx("10 mx1.example.com.", "20 mx2.example.com.") + host("mx1.example.com", MX6, MX4)
TWO += host("mx2.example.com", SECOND6, SECOND4) + TESTER
_HARMLESS = tuple(purpose for purpose in OPTIONS if purpose is not Purpose.SMUGGLING)


async def ran(
    directory: Path,
    *trials: Purpose,
    hosts: tuple[Host, ...] | None = None,
    zone: str = HOME + TESTER,
    target: str = "example.com",
    **changes: Any,
) -> Measurement:
    made = Scenario(name="x", title="x", zone=zone, target=target, hosts=hosts or pair(), trials=trials, proofs=())
    async with world(made, directory) as place:
        settings = replace(place.settings, **({"pause": 0.0, "timeouts": PATIENT, "plain": True} | changes))
        return await measure(place.target, settings, network=place.network, memory=place)


def trials_of(measurement: Measurement) -> Trials:
    assert measurement.trials is not None
    return measurement.trials


def talks(measurement: Measurement) -> Counter[tuple[Purpose, str]]:
    return Counter((item.purpose, item.address) for item in trials_of(measurement).sessions)


def rcpts(sessions: tuple[Session, ...]) -> list[str]:
    return [step.command or "" for item in sessions for step in item.steps if step.stage is Stage.RCPT]


def two(behaviour: Behaviour | None = None) -> tuple[Host, ...]:
    second = Mail(names=("mx2.example.com",))
    return (*pair(), Host(SECOND6, behaviour or second), Host(SECOND4, second))


async def test_once_for_each_host_and_family_and_after_all_others(tmp_path: Path) -> None:
    found = await ran(tmp_path, *_HARMLESS, hosts=two(), zone=TWO)
    every = {(purpose, address) for purpose in _HARMLESS for address in (MX6, MX4, SECOND6, SECOND4)}
    every -= {(Purpose.CATCHALL, SECOND6), (Purpose.CATCHALL, SECOND4)}
    assert talks(found) == dict.fromkeys(every, 1)
    last = max(session.started for session in found.sessions)
    assert all(session.started > last for session in trials_of(found).sessions)
    assert {session.purpose for session in found.sessions} == {Purpose.CHECK}
    assert found.connections == len(found.sessions) + len(trials_of(found).sessions)


async def test_a_mailbox_nobody_has_is_asked_for_once_in_a_run(tmp_path: Path) -> None:
    found = rcpts(trials_of(await ran(tmp_path, Purpose.CATCHALL, hosts=two(), zone=TWO)).sessions)
    assert found.count("RCPT TO:<postmaster@example.com>") == 2
    assert len(found) == 3


async def test_no_test_but_one_comes_to_data(tmp_path: Path) -> None:
    found = await ran(tmp_path, *_HARMLESS)
    said = [line.text for item in trials_of(found).sessions for line in item.transcript if line.who == "C"]
    assert not [text for text in said if text.upper().startswith(("DATA", "BDAT"))]


async def test_the_relay_test_says_who_asks_and_takes_it_back(tmp_path: Path) -> None:
    found = await ran(tmp_path, Purpose.RELAY, hosts=pair(*[Mail(relays=True)] * 2))
    for session in trials_of(found).sessions:
        said = [line.text for line in session.transcript if line.who == "C"][-4:]
        assert said == ["MAIL FROM:<tester@example.net>", "RCPT TO:<tester@example.net>", "RSET", "QUIT"]
    found = await ran(tmp_path / "b", Purpose.RELAY, sender="me@example.org")
    assert {item.steps[-2].command for item in trials_of(found).sessions} == {"MAIL FROM:<me@example.org>"}


SHARED = HOME + TESTER + mx("10 mx1.example.com.", domain="example.org")
RENAMED = HOME + TESTER + mx("10 mail.example.org.", domain="example.org") + host("mail.example.org", MX6, MX4)


@pytest.mark.parametrize("side_by_side", [True, False], ids=["side by side", "one after the other"])
@pytest.mark.parametrize(("zone", "name"), [(SHARED, "mx1.example.com"), (RENAMED, "mail.example.org")])
async def test_a_host_of_two_targets_is_asked_once_whether_it_relays(
    zone: str, name: str, side_by_side: bool, tmp_path: Path
) -> None:
    made = Scenario(name="x", title="x", zone=zone, hosts=pair(), trials=(Purpose.RELAY,), proofs=())
    domains = ["example.com", "example.org"]
    async with world(made, tmp_path) as place:
        settings = replace(place.settings, pause=0.0, timeouts=PATIENT, plain=True, until=Stage.STARTTLS)
        courtesy = new_courtesy()

        async def one(domain: str) -> Measurement:
            target = Target(domain, TargetKind.DOMAIN, domain)
            return await measure(target, settings, network=place.network, courtesy=courtesy)

        if side_by_side:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(domain)) for domain in domains]
            found = [task.result() for task in tasks]
        else:
            found = [await one(domain) for domain in domains]
    every = [session for item in found for session in trials_of(item).sessions]
    assert Counter(session.family for session in every if not session.shared) == dict.fromkeys(Family, 1)
    for item, host_name in zip(found, ["mx1.example.com", name], strict=True):
        assert talks(item) == {(Purpose.RELAY, MX6): 1, (Purpose.RELAY, MX4): 1}
        assert {session.mx for session in trials_of(item).sessions} == {host_name}
        assert {session.failure for session in trials_of(item).sessions} == {Failure.REJECTED}
        told = {(said.code, said.verdict) for said in judge(item).findings if said.code.startswith("relay-")}
        assert told == {("relay-open", Verdict.OK)}
        mine = [session for session in (*item.sessions, *trials_of(item).sessions) if not session.shared]
        assert item.connections == len(mine)


async def test_another_mailbox_elsewhere_is_another_question(tmp_path: Path) -> None:
    made = Scenario(name="x", title="x", zone=HOME + TESTER, hosts=pair(), trials=(Purpose.RELAY,), proofs=())
    async with world(made, tmp_path) as place:
        settings = replace(place.settings, pause=0.0, timeouts=PATIENT, plain=True, until=Stage.STARTTLS)
        courtesy = new_courtesy()
        for mailbox in ("tester@example.net", "other@example.net"):
            asking = replace(settings, relay_to=mailbox)
            found = await measure(place.target, asking, network=place.network, courtesy=courtesy)
            assert not [session for session in trials_of(found).sessions if session.shared]


async def test_a_literal_is_the_address_we_come_from(tmp_path: Path) -> None:
    found = trials_of(await ran(tmp_path, Purpose.LITERAL)).sessions
    assert {item.helo for item in found} == {"[IPv6:2001:db8:9::9]", "[203.0.113.9]"}


async def test_who_did_not_greet_is_not_tried_again(tmp_path: Path) -> None:
    found = trials_of(await ran(tmp_path, Purpose.RELAY, hosts=pair(ipv6=PathFault.REFUSED))).sessions
    told = {item.family: item.failure for item in found}
    assert told == {Family.IPV6: Failure.NOT_TRIED, Family.IPV4: Failure.REJECTED}
    [untried] = [item for item in found if item.family is Family.IPV6]
    assert untried.steps[-1].detail == "no address of it greeted us over this family"


async def test_a_421_ends_it_for_the_host(tmp_path: Path) -> None:
    busy = Wire({Step.RCPT: (Say(b"421 4.7.0 too busy\r\n"),)})
    found = trials_of(await ran(tmp_path, Purpose.RELAY, Purpose.LITERAL, hosts=pair(busy, busy), until=Stage.STARTTLS))
    relay = [item.failure for item in found.sessions if item.purpose is Purpose.RELAY]
    assert Failure.DEFERRED in relay
    literal = [item.failure for item in found.sessions if item.purpose is Purpose.LITERAL]
    assert set(literal) == {Failure.NOT_TRIED}


async def test_an_end_that_is_found_is_the_last_one_tried(tmp_path: Path) -> None:
    hosts = pair(ipv6=Wire(ends=(b"\n.\r\n",)))
    found = await ran(tmp_path, Purpose.SMUGGLING, hosts=hosts, target="user@example.com")
    assert talks(found) == {(Purpose.SMUGGLING, MX6): 2, (Purpose.SMUGGLING, MX4): len(smuggling.SEQUENCES)}


async def test_nothing_follows_a_message_whose_fate_is_unknown(tmp_path: Path) -> None:
    lost = Wire({Step.DATA: (Say(b"451 4.3.0 later\r\n"),)})
    found = await ran(tmp_path, Purpose.SMUGGLING, hosts=pair(lost, lost), target="user@example.com")
    assert talks(found) == {(Purpose.SMUGGLING, MX6): 1, (Purpose.SMUGGLING, MX4): 1}


@pytest.mark.parametrize("purpose", OPTIONS)
async def test_without_leave_nobody_is_called(purpose: Purpose, tmp_path: Path) -> None:
    called: list[Session] = []
    async with world(Scenario(name="x", title="x", zone=HOME + TESTER, trials=(purpose,)), tmp_path) as place:
        settings = replace(place.settings, owned=False)
        with pytest.raises(UsageError, match=OPTIONS[purpose]):
            await measure(place.target, settings, network=place.network, memory=place, progress=called.append)
    assert called == []
