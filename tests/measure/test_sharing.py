"""Targets that have a mail host in common: it is called once, and each report stands for itself."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from probe.api import judge, measure, new_courtesy, prepare
from probe.archive import dump, load
from probe.grammar.target import parse_target
from probe.lab.faults import Mail, PathFault
from probe.lab.scenario import Scenario, pair
from probe.lab.scenarios import SCENARIOS
from probe.lab.world import World, world
from probe.lab.zones import HOME, authority
from probe.measure.sharing import asked
from probe.model.measurement import Measurement
from probe.model.memory import Memory, Question, UnknownRecipient
from probe.model.smtp import Observation, Session
from probe.model.words import Failure, Family, Purpose, Stage, Verdict

V6, V4 = Family.IPV6, Family.IPV4


class Run:
    """Domains that are measured together in a world where all of them have the one mail host."""

    def __init__(self, here: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = here
        self.dialled: Counter[str] = Counter()
        dial = here.network.dial

        async def counted(endpoint: Any, *rest: Any, **more: Any) -> Any:
            self.dialled[endpoint.address] += 1
            return await dial(endpoint, *rest, **more)

        monkeypatch.setattr(here.network, "dial", counted)

    async def measure(self, names: Sequence[str], at_once: int = 3, **changes: Any) -> list[Measurement]:
        memory = changes.pop("memory", None)
        usual = replace(self.world.settings, **({"until": Stage.RCPT, "proofs": ()} | changes))
        jobs = [(parse_target(name), replace(usual, recipient=f"postmaster@{name}")) for name in names]
        ready = await prepare(jobs, at_once=at_once, network=self.world.network, memory=memory)
        courtesy, turn = new_courtesy(), asyncio.Semaphore(at_once)

        async def one(place: int) -> Measurement:
            async with turn:
                target, settings = jobs[place]
                return await measure(
                    target, settings, network=self.world.network, courtesy=courtesy, prepared=ready[place]
                )

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(place)) for place in range(len(jobs))]
        return [task.result() for task in tasks]


def names(count: int) -> list[str]:
    return [f"d{number}.example" for number in range(count)]


def scenario(count: int, known: Sequence[str] | None = None, **changes: Any) -> Scenario:
    zone = HOME + "".join(f"{name}. 3600 IN MX 10 mx1.example.com.\n{authority(name)}" for name in names(count))
    with_one = names(count) if known is None else known
    mailboxes = tuple(f"{'postmaster' if name in with_one else 'somebody-else'}@{name}" for name in names(count))
    mail = Mail(mailboxes=mailboxes, **changes)
    return replace(SCENARIOS["healthy"], zone=zone, hosts=pair(mail, mail))


async def together(
    how: Scenario, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **changes: Any
) -> tuple[Run, list[Measurement]]:
    async with world(how, tmp_path) as here:
        run = Run(here, monkeypatch)
        return run, await run.measure(names(count), **changes)


def reached(measurement: Measurement) -> set[tuple[Stage, Stage, Failure | None]]:
    return {(session.until, session.reached, session.failure) for session in measurement.sessions}


@pytest.mark.parametrize(("count", "calls"), [(2, 1), (10, 1), (11, 2), (25, 3)])
async def test_ten_mailboxes_a_conversation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, calls: int
) -> None:
    run, found = await together(scenario(count), count, tmp_path, monkeypatch)
    assert set(run.dialled.values()) == {calls}
    for name, measurement in zip(names(count), found, strict=True):
        assert reached(measurement) == {(Stage.RCPT, Stage.RCPT, None)}
        assert judge(measurement).verdict is Verdict.OK
        assert {session.family for session in measurement.sessions} == {V6, V4}
        for session in measurement.sessions:
            told = " ".join(line.text for line in session.transcript)
            assert f"RCPT TO:<postmaster@{name}>" in told
            assert told.count("@d") == told.count(f"@{name}"), "another domain's mailbox is in this report"
            assert [step.stage for step in session.steps].count(Stage.RCPT) == 1
            assert session.started >= 0
        assert load(dump(measurement)) == measurement


async def test_up_to_starttls_all_share_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, found = await together(scenario(30), 30, tmp_path, monkeypatch, until=Stage.STARTTLS)
    assert set(run.dialled.values()) == {1}
    assert all(reached(item) == {(Stage.STARTTLS, Stage.STARTTLS, None)} for item in found)


async def test_two_unknown_mailboxes_are_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """d0 and d2 are unknown: nobody is asked for after them, in no further conversation either."""
    known = [name for name in names(25) if name not in {"d0.example", "d2.example"}]
    run, found = await together(scenario(25, known), 25, tmp_path, monkeypatch)
    assert set(run.dialled.values()) == {1}
    assert [next(iter(reached(item))) for item in found[:4]] == [
        (Stage.RCPT, Stage.RCPT, Failure.REJECTED),
        (Stage.RCPT, Stage.RCPT, None),
        (Stage.RCPT, Stage.RCPT, Failure.REJECTED),
        (Stage.MAIL, Stage.MAIL, None),
    ]
    assert all(reached(item) == {(Stage.MAIL, Stage.MAIL, None)} for item in found[3:])
    lines = [line.text for item in found[3:] for session in item.sessions for line in session.transcript]
    assert not any("RCPT" in line for line in lines)


async def test_a_host_that_refuses_one_family_is_called_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken IPv6 is broken for every one of them."""
    how = scenario(12)
    how = replace(how, hosts=(replace(how.hosts[0], behaviour=PathFault.REFUSED), how.hosts[1]))
    run, found = await together(how, 12, tmp_path, monkeypatch)
    assert run.dialled["2001:db8::25"] == 1
    for item in found:
        six = [session.failure for session in item.sessions if session.family is V6]
        assert six == [Failure.REFUSED]
        assert judge(item).verdict is Verdict.CRITICAL


async def test_a_silent_host_is_tried_twice_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    how = scenario(6)
    how = replace(how, hosts=(replace(how.hosts[0], behaviour=PathFault.BLACKHOLE), how.hosts[1]))
    run, found = await together(how, 6, tmp_path, monkeypatch)
    assert run.dialled["2001:db8::25"] == 2
    for item in found:
        six = [session for session in item.sessions if session.family is V6]
        assert [session.failure for session in six] == [Failure.TIMEOUT, Failure.TIMEOUT]
        assert [session.purpose for session in six] == [Purpose.CHECK, Purpose.RETRY]


async def test_a_mailbox_that_was_unknown_lately_is_not_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Past:
        def recall(self, question: Question) -> Memory:
            now = datetime.now(UTC)
            gone = [
                UnknownRecipient(address, "postmaster@d1.example", "no", now.replace(year=2020), now.replace(year=2099))
                for address in question.addresses
            ]
            return Memory(unknown=tuple(gone) if question.recipient == "postmaster@d1.example" else ())

    _, found = await together(scenario(3), 3, tmp_path, monkeypatch, memory=Past(), named=False)
    assert [next(iter(reached(item)))[0] for item in found] == [Stage.RCPT, Stage.MAIL, Stage.RCPT]


async def test_a_message_is_nobody_elses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, found = await together(scenario(2), 2, tmp_path, monkeypatch, until=Stage.DATA)
    assert set(run.dialled.values()) == {2}
    assert all(len(item.attempts) == 2 for item in found)


async def test_a_mail_program_of_another_name_is_another_conversation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is in SNI and in the certificate."""
    how = scenario(2)
    extra = "d1.example. 3600 IN MX 5 mx.d1.example.\nmx.d1.example. 300 IN AAAA 2001:db8::25\n"
    run, found = await together(replace(how, zone=how.zone + extra), 2, tmp_path, monkeypatch)
    assert run.dialled["2001:db8::25"] == 2
    assert {session.mx for session in found[1].sessions if session.family is V6} == {"mx.d1.example"}


def transaction(name: str, code: int | None) -> tuple[Observation, Observation]:
    from probe.model.smtp import Reply

    reply = None if code is None else Reply(code, ("x",))
    return (
        Observation(Stage.MAIL, 0.1, 0.1, Reply(250, ("ok",)), command="MAIL FROM:<>"),
        Observation(Stage.RCPT, 0.2, 0.1, reply, command=f"RCPT TO:<{name}>"),
    )


@pytest.mark.parametrize("code", [None, 421])
def test_what_breaks_later_is_not_blamed_on_the_mailbox(code: int | None) -> None:
    """The server may have had enough of those before; the one that comes first has nobody before it."""
    session = Session(
        mx="mx", names=(), address="::1", port=25, family=V6, until=Stage.RCPT, reached=Stage.RCPT, started=0.0,
        elapsed=1.0, steps=(*transaction("a@x", 250), *transaction("b@x", code)),
    )  # fmt: skip
    assert set(asked(session)) == {"a@x"}
    assert set(asked(replace(session, steps=transaction("b@x", code)))) == {"b@x"}


async def test_a_shared_conversation_is_counted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counts of all reports together are the connections that were made."""
    run, found = await together(scenario(3), 3, tmp_path, monkeypatch)
    assert sum(one.connections for one in found) == sum(run.dialled.values())
    assert sorted(sum(session.shared for session in one.sessions) for one in found) == [0, 2, 2]
    assert all(
        session.shared is load(dump(one)).sessions[place].shared
        for one in found
        for place, session in enumerate(one.sessions)
    )


async def test_who_waits_for_its_turn_has_all_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the look-ups before it nor a conversation that was held for another are the beginning of its time."""
    async with world(scenario(2), tmp_path) as here:
        usual = replace(here.settings, until=Stage.RCPT, proofs=())
        jobs = [(parse_target(name), replace(usual, recipient=f"postmaster@{name}")) for name in names(2)]
        alone = await measure(*jobs[1], network=here.network)
        waited, steady = [0.0], here.network.monotonic
        monkeypatch.setattr(here.network, "monotonic", lambda: steady() + sum(waited))
        ready = await prepare(jobs, network=here.network)
        found, courtesy = [], new_courtesy()
        for job, known in zip(jobs, ready, strict=True):
            waited.append(1000.0)  # longer than any deadline
            found.append(await measure(*job, network=here.network, courtesy=courtesy, prepared=known))
    assert [item.shared for item in found[1].sessions] == [True, True]
    for item in found:
        assert item.inquiries is not None
        assert all(place.answers for zone in item.inquiries.zones for one in zone.servers for place in one.addresses)
        assert [(one.helo, one.fcrdns) for one in item.vantage] == [(one.helo, one.fcrdns) for one in alone.vantage]
        assert {one.code for one in judge(item).findings} == {one.code for one in judge(alone).findings}
