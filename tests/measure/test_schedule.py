"""Who is called when: pauses, retries, 421, pools, the same address twice, and who carries the message."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from probe.measure import schedule
from probe.measure.frame import Frame
from probe.measure.schedule import Errand, Round, lanes_of, second_best
from probe.measure.session.diary import Call, untried
from probe.model.dns import Address, MxHost, Resolution
from probe.model.memory import Greylisted, Memory, Silenced, UnknownRecipient
from probe.model.settings import Redirect, Settings
from probe.model.smtp import Observation, Reply, Session, TcpInfo
from probe.model.words import AddressClass, Failure, Family, Outcome, Purpose, Stage
from tests.builders import tls
from tests.measure.scripted import ScriptedNetwork

V6, V4 = Family.IPV6, Family.IPV4


def host(name: str, *addresses: str, preference: int = 10) -> MxHost:
    found = tuple(Address(text, V6 if ":" in text else V4, AddressClass.GLOBAL) for text in addresses)
    none = Resolution(name, "AAAA", Outcome.NO_DATA)
    return MxHost(name, preference, implicit=False, ipv6=none, ipv4=none, addresses=found)


async def own_name() -> str:
    return "probe.example.net"


ERRAND = Errand(
    until=Stage.RCPT,
    sender="",
    recipient="postmaster@example.com",
    helo=lambda family: own_name,
    message=None,
    barred=lambda address: None,
)
POSTING = replace(ERRAND, until=Stage.DATA, message=lambda host, address: lambda helo: address.address.encode())


class Stage25:
    """Stands in for the connector: answers from a table, and watches who is talked to at the same time."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answers: dict[str, list[Callable[[Session], Session]]] = {}
        self.busy: list[tuple[str, Family]] = []
        self.together: set[frozenset[tuple[str, Family]]] = set()

    async def converse(self, call: Call, frame: Frame) -> Session:
        self.calls.append(call)
        lane = (call.mx, call.family)
        assert lane not in self.busy, "two conversations with one host and family at once"
        self.busy.append(lane)
        self.together.add(frozenset(self.busy))
        await asyncio.sleep(0.001)
        self.busy.remove(lane)
        fine = replace(
            untried(call, frame, Failure.NOT_TRIED, ""),
            failure=None,
            reached=call.until,
            capabilities=("SIZE",),
            steps=(Observation(Stage.BANNER, 0.0, 0.0, Reply(220, (f"{call.mx} ESMTP",))),),
        )
        waiting = self.answers.get(call.address)
        return waiting.pop(0)(fine) if waiting else fine


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage25:
    found = Stage25()
    monkeypatch.setattr(schedule, "converse", found.converse)
    return found


def frame(settings: Settings | None = None, deadline: float | None = None) -> Frame:
    network = ScriptedNetwork()
    now = network.monotonic()
    return Frame(network, settings or Settings(), now, None if deadline is None else now + deadline)


async def run(
    hosts: list[MxHost],
    errand: Errand = ERRAND,
    here: Frame | None = None,
    also: Sequence[str] = (),
) -> tuple[Round, ScriptedNetwork]:
    here = here or frame()
    heard: list[Session] = []

    async def also_asked(call: Call, session: Session) -> Sequence[str]:
        return [name for name in also if name != call.mx]

    visit = Round(here, heard.append, also_asked)
    await visit.run(lanes_of(hosts, errand, here))
    assert heard == visit.sessions
    assert isinstance(here.network, ScriptedNetwork)
    return visit, here.network


def fails(failure: Failure, reached: Stage, reply: Reply | None = None) -> Callable[[Session], Session]:
    step = Observation(reached, 0.0, 0.0, reply, failure)
    return lambda session: replace(session, failure=failure, reached=reached, steps=(step,), capabilities=())


async def test_families_and_hosts_run_side_by_side_addresses_one_after_the_other(stage: Stage25) -> None:
    hosts = [host("mx1", "2001:db8::1", "2001:db8::2", "192.0.2.1"), host("mx2", "2001:db8::3")]
    visit, network = await run(hosts)
    assert {session.address for session in visit.sessions} == {"2001:db8::1", "2001:db8::2", "192.0.2.1", "2001:db8::3"}
    assert frozenset({("mx1", V6), ("mx1", V4), ("mx2", V6)}) in stage.together
    assert network.slept == pytest.approx([1.0], abs=0.1)


async def test_an_address_under_two_names_is_visited_once_and_credited_to_both(stage: Stage25) -> None:
    visit, _ = await run([host("mx1", "2001:db8::1"), host("mx2", "2001:db8::1")])
    assert [(session.mx, session.names) for session in visit.sessions] == [("mx1", ("mx1", "mx2"))]


async def test_a_further_name_is_asked_by_in_a_conversation_of_its_own(stage: Stage25) -> None:
    stage.answers["2001:db8::1"] = [lambda session: replace(session, tls=tls(), source="2001:db8::9")]
    hosts = [host("mx1", "2001:db8::1"), host("mx2", "2001:db8::1"), host("mx3", "2001:db8::1")]
    visit, network = await run(hosts, also=["mx1", "mx3"])
    assert [(session.mx, session.purpose, session.until) for session in visit.sessions] == [
        ("mx1", Purpose.CHECK, Stage.RCPT),
        ("mx3", Purpose.NAME, Stage.STARTTLS),
    ]
    assert stage.calls[1].source == "2001:db8::9"
    assert stage.calls[1].message is None
    assert network.slept == pytest.approx([1.0], abs=0.1)


async def test_without_tls_no_further_name_is_asked_by(stage: Stage25) -> None:
    visit, _ = await run([host("mx1", "2001:db8::1"), host("mx2", "2001:db8::1")], also=["mx2"])
    assert [session.mx for session in visit.sessions] == ["mx1"]


async def test_one_machine_under_many_names_hears_one_target_after_the_other(stage: Stage25) -> None:
    shared = frame(Settings(pause=1.0))
    names = ["mx.one.example", "mx.two.example", "mx.three.example"]
    async with asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(run([host(name, "2001:db8::25", "192.0.2.25")], here=shared))
    assert sorted(call.mx for call in stage.calls) == sorted(names * 2)
    together = [[family for _, family in lanes] for lanes in stage.together]
    assert all(len(families) == len(set(families)) for families in together), together


async def test_a_connect_time_out_is_tried_once_more_after_three_seconds(stage: Stage25) -> None:
    stage.answers["2001:db8::1"] = [fails(Failure.TIMEOUT, Stage.CONNECT)] * 3
    visit, network = await run([host("mx1", "2001:db8::1")])
    assert [session.purpose for session in visit.sessions] == [Purpose.CHECK, Purpose.RETRY]
    assert network.slept == [3.0]


def group_fault(session: Session) -> Session:
    broken = fails(Failure.CLOSED, Stage.RCPT)(session)
    return replace(broken, group=("MAIL", "RCPT"), group_fault="no reply to RCPT")


async def test_a_group_that_went_wrong_is_followed_by_lock_step_once(stage: Stage25) -> None:
    stage.answers["2001:db8::1"] = [group_fault]
    visit, network = await run([host("mx1", "2001:db8::1", "2001:db8::2")])
    assert [(call.address, call.lockstep, call.purpose) for call in stage.calls] == [
        ("2001:db8::1", False, Purpose.CHECK),
        ("2001:db8::1", True, Purpose.RETRY),
        ("2001:db8::2", False, Purpose.CHECK),
    ]
    assert [session.failure for session in visit.sessions] == [Failure.CLOSED, None, None]
    assert network.slept == pytest.approx([1.0, 1.0], abs=0.1)  # courtesy between any two of them


async def test_the_message_goes_along_to_the_conversation_in_lock_step(stage: Stage25) -> None:
    stage.answers["2001:db8::1"] = [group_fault]
    await run([host("mx1", "2001:db8::1")], POSTING)
    assert [call.message is not None for call in stage.calls] == [True, True]


async def test_who_greylists_after_a_broken_group_is_asked_again_in_lock_step(stage: Stage25) -> None:
    later = fails(Failure.DEFERRED, Stage.RCPT, Reply(450, ("4.2.0 Greylisted, try again in 60 seconds",)))
    stage.answers["2001:db8::1"] = [group_fault, later]
    await run([host("mx1", "2001:db8::1")], here=frame(Settings(greylist=600.0)))
    assert [call.lockstep for call in stage.calls] == [False, True, True]


async def test_a_host_that_says_421_is_not_asked_for_lock_step(stage: Stage25) -> None:
    busy = fails(Failure.DEFERRED, Stage.RCPT, Reply(421, ("busy",)))
    stage.answers["2001:db8::1"] = [lambda session: replace(busy(session), group_fault="no reply to RCPT")]
    await run([host("mx1", "2001:db8::1")])
    assert len(stage.calls) == 1


async def test_a_421_silences_its_host_for_the_run(stage: Stage25) -> None:
    stage.answers["2001:db8::1"] = [fails(Failure.DEFERRED, Stage.BANNER, Reply(421, ("busy",)))]
    visit, _ = await run([host("mx1", "2001:db8::1", "2001:db8::2"), host("mx2", "2001:db8::3")])
    told = {session.address: session.failure for session in visit.sessions}
    assert told == {"2001:db8::1": Failure.DEFERRED, "2001:db8::2": Failure.NOT_TRIED, "2001:db8::3": None}


async def test_a_421_silences_its_host_for_all_targets_of_the_process(stage: Stage25) -> None:
    stage.answers["2001:db8::1"] = [fails(Failure.DEFERRED, Stage.BANNER, Reply(421, ("busy",)))]
    here = frame()
    await run([host("mx1", "2001:db8::1")], here=here)
    visit, _ = await run([host("mx1", "192.0.2.1")], here=here)
    assert [session.failure for session in visit.sessions] == [Failure.NOT_TRIED]


async def test_different_faces_are_asked_again_before_a_family_is_blamed(stage: Stage25) -> None:
    stage.answers["2001:db8::1"] = [lambda session: replace(session, capabilities=("SIZE", "STARTTLS"))]
    visit, _ = await run([host("mx1", "2001:db8::1", "192.0.2.1")])
    repeats = [session for session in visit.sessions if session.purpose is Purpose.REPEAT]
    assert sorted((session.family, session.until) for session in repeats) == [
        (V4, Stage.STARTTLS),
        (V4, Stage.STARTTLS),
        (V6, Stage.STARTTLS),
        (V6, Stage.STARTTLS),
    ]


async def test_equal_faces_are_left_in_peace(stage: Stage25) -> None:
    visit, _ = await run([host("mx1", "2001:db8::1", "192.0.2.1")])
    assert [session.purpose for session in visit.sessions] == [Purpose.CHECK] * 2


async def test_no_more_addresses_than_allowed_and_the_rest_is_written_down(stage: Stage25) -> None:
    many = [f"2001:db8::{number:x}" for number in range(1, 12)]
    visit, _ = await run([host("mx1", *many)], here=frame(Settings(max_addresses=8)))
    assert [session.failure for session in visit.sessions] == [None] * 8 + [Failure.NOT_TRIED] * 3
    assert len(stage.calls) == 8


async def test_a_barred_address_is_written_down_and_not_dialled(stage: Stage25) -> None:
    errand = replace(ERRAND, barred=lambda address: (Failure.NOT_GLOBAL, "fd00::1 is ula"))
    visit, _ = await run([host("mx1", "fd00::1")], errand)
    assert [session.failure for session in visit.sessions] == [Failure.NOT_GLOBAL]
    assert stage.calls == []


async def test_an_address_our_own_resolver_made_up_is_nobodys(stage: Stage25) -> None:
    mine = host("mx1", "192.0.2.1")
    made = Address("64:ff9b::c000:201", V6, AddressClass.NAT64, synthesised=True, dial=False)
    visit, _ = await run([replace(mine, addresses=(*mine.addresses, made))])
    assert [session.family for session in visit.sessions] == [V4]


async def test_after_the_deadline_what_is_left_is_written_down(stage: Stage25) -> None:
    visit, _ = await run([host("mx1", "2001:db8::1", "2001:db8::2")], here=frame(deadline=-1.0))
    assert [session.failure for session in visit.sessions] == [Failure.DEADLINE] * 2


def carriers(hosts: list[MxHost], settings: Settings | None = None) -> list[str]:
    lanes = lanes_of(hosts, POSTING, frame(settings))
    return sorted(call.address for lane in lanes for call in lane.calls if call.message)


GREYLISTED = fails(Failure.DEFERRED, Stage.RCPT, Reply(450, ("4.2.0 Greylisted",), "4.2.0"))
OWN = "2001:db8:9::9"


def from_us(answer: Callable[[Session], Session]) -> Callable[[Session], Session]:
    return lambda session: replace(answer(session), source=OWN)


def remembering(memory: Memory, settings: Settings | None = None, deadline: float | None = None) -> Frame:
    return replace(frame(settings, deadline), memory=memory)


def greylisted(ahead: float, **changes: object) -> Memory:
    """A tuple of an earlier run that is due in ``ahead`` seconds."""
    now = datetime.now(UTC)
    built = Greylisted(V6, OWN, "", "postmaster@example.com", "2001:db8::1", now, now, now + timedelta(seconds=ahead))
    return Memory(greylisted=(replace(built, **changes),))  # type: ignore[arg-type]


async def test_a_greylisted_address_is_called_again_from_the_same_source(stage: Stage25) -> None:
    stage.answers["2001:db8::1"] = [from_us(GREYLISTED), from_us(GREYLISTED), from_us(lambda session: session)]
    visit, network = await run([host("mx1", "2001:db8::1")], here=frame(Settings(greylist=600.0)))
    assert [session.purpose for session in visit.sessions] == [Purpose.CHECK, Purpose.RETRY, Purpose.RETRY]
    assert [call.source for call in stage.calls] == [None, OWN, OWN]
    assert {(call.sender, call.recipient, call.helo) for call in stage.calls} == {
        ("", "postmaster@example.com", own_name)
    }
    assert network.slept == pytest.approx([60.0, 330.0], abs=0.1)


async def test_what_an_earlier_run_has_waited_is_not_waited_again(stage: Stage25) -> None:
    stage.answers["2001:db8::1"] = [from_us(GREYLISTED)]
    here = remembering(greylisted(12.0), Settings(greylist=30.0))
    visit, network = await run([host("mx1", "2001:db8::1")], here=here)
    assert [session.failure for session in visit.sessions] == [Failure.DEFERRED, None]
    assert network.slept == pytest.approx([12.0], abs=1.0)


@pytest.mark.parametrize(
    "memory",
    [
        greylisted(12.0, source="2001:db8:9::77"),
        greylisted(12.0, sender="me@example.net"),
        greylisted(12.0, passed=datetime.now(UTC)),
    ],
    ids=["another source", "another sender", "let in since"],
)
async def test_another_tuples_wait_is_not_ours(stage: Stage25, memory: Memory) -> None:
    stage.answers["2001:db8::1"] = [from_us(GREYLISTED)]
    visit, network = await run([host("mx1", "2001:db8::1")], here=remembering(memory, Settings(greylist=30.0)))
    assert [session.failure for session in visit.sessions] == [Failure.DEFERRED]
    assert network.slept == []


async def test_a_list_leaves_a_host_alone_that_was_busy_in_an_earlier_run(stage: Stage25) -> None:
    now = datetime.now(UTC)
    busy = Silenced("mx1", now - timedelta(minutes=1), now + timedelta(minutes=4))
    visit, _ = await run(
        [host("mx1", "2001:db8::1"), host("mx2", "2001:db8::2")],
        here=remembering(Memory(silenced=(busy,)), Settings(named=False)),
    )
    assert [call.mx for call in stage.calls] == ["mx2"]
    (left,) = [session for session in visit.sessions if session.mx == "mx1"]
    assert left.failure is Failure.NOT_TRIED
    assert "answered 421 at" in (left.steps[0].detail or "")
    over = replace(busy, until=now - timedelta(seconds=1))
    await run([host("mx1", "2001:db8::1")], here=remembering(Memory(silenced=(over,))))
    assert [call.mx for call in stage.calls] == ["mx2", "mx1"]


@pytest.mark.parametrize(("ago", "waited"), [(10.0, [20.0]), (45.0, [])], ids=["too soon", "soon enough"])
async def test_who_names_a_target_hears_of_it_after_a_pause(stage: Stage25, ago: float, waited: list[float]) -> None:
    at = datetime.now(UTC) - timedelta(seconds=ago)
    busy = Silenced("mx1", at, at + timedelta(minutes=1))
    visit, network = await run([host("mx1", "2001:db8::1")], here=remembering(Memory(silenced=(busy,))))
    assert [session.failure for session in visit.sessions] == [None]
    assert network.slept == pytest.approx(waited, abs=5.0)


async def test_no_pause_is_made_that_outlasts_the_run(stage: Stage25) -> None:
    now = datetime.now(UTC)
    busy = Silenced("mx1", now, now + timedelta(minutes=1))
    here = replace(frame(deadline=5.0), memory=Memory(silenced=(busy,)))
    visit, network = await run([host("mx1", "2001:db8::1")], here=here)
    assert (stage.calls, network.slept) == ([], [])
    (left,) = visit.sessions
    assert left.failure is Failure.NOT_TRIED
    assert "answered 421 at" in (left.steps[0].detail or "")


NOW = datetime.now(UTC)
NOBODY = UnknownRecipient("2001:db8::1", "postmaster@example.com", "550 5.1.1 no", NOW, NOW + timedelta(days=7))


def test_a_list_does_not_ask_again_for_a_mailbox_that_is_not_there() -> None:
    here = remembering(Memory(unknown=(NOBODY,)), Settings(named=False))
    hosts = [host("mx1", "2001:db8::1", "192.0.2.1")]
    furthest = {call.address: call.until for lane in lanes_of(hosts, ERRAND, here) for call in lane.calls}
    assert furthest == {"2001:db8::1": Stage.MAIL, "192.0.2.1": Stage.RCPT}
    calls = [call for lane in lanes_of(hosts, POSTING, here) for call in lane.calls]
    assert [(call.until, call.message is None) for call in calls] == [(Stage.MAIL, True), (Stage.DATA, False)]


def test_a_mailbox_named_by_a_person_is_asked_for() -> None:
    here = remembering(Memory(unknown=(NOBODY,)))
    (lane,) = lanes_of([host("mx1", "2001:db8::1")], ERRAND, here)
    assert lane.calls[0].until is Stage.RCPT


def test_the_message_goes_to_the_best_host_that_has_both_families() -> None:
    one = host("mx1", "192.0.2.1", preference=10)
    two = host("mx2", "192.0.2.2", "2001:db8::2", "2001:db8::22", preference=20)
    assert carriers([one, two]) == ["192.0.2.2", "2001:db8::2"]


def test_where_no_host_has_both_each_familys_best_carries_it() -> None:
    assert carriers([host("mx1", "192.0.2.1"), host("mx2", "2001:db8::2")]) == ["192.0.2.1", "2001:db8::2"]
    assert carriers([host("mx1", "192.0.2.1"), host("mx2", "192.0.2.2")]) == ["192.0.2.1"]


def test_every_address_when_asked() -> None:
    hosts = [host("mx1", "192.0.2.1", "192.0.2.2"), host("mx2", "2001:db8::2")]
    assert carriers(hosts, Settings(every_address=True)) == ["192.0.2.1", "192.0.2.2", "2001:db8::2"]


def test_only_an_envelope_with_a_message_has_a_name() -> None:
    errand = replace(POSTING, token=lambda address, family: f"{address} {family}")
    lanes = lanes_of([host("mx1", "2001:db8::1", "2001:db8::2", "192.0.2.1")], errand, frame())
    assert {call.address: call.envid for lane in lanes for call in lane.calls} == {
        "2001:db8::1": "2001:db8::1 ipv6",
        "2001:db8::2": None,
        "192.0.2.1": "192.0.2.1 ipv4",
    }


def test_who_does_not_carry_stops_at_rcpt() -> None:
    lanes = lanes_of([host("mx1", "2001:db8::1", "2001:db8::2")], POSTING, frame())
    assert [call.until for call in lanes[0].calls] == [Stage.DATA, Stage.RCPT]


def accepted(mx: str, address: str, family: Family) -> Session:
    return Session(mx, (mx,), address, 25, family, Stage.RCPT, Stage.RCPT, 0.0, 0.1)


def test_second_best_is_where_both_families_were_accepted() -> None:
    sessions = [accepted("mx1", "192.0.2.1", V4), accepted("mx2", "192.0.2.2", V4), accepted("mx2", "2001:db8::2", V6)]
    assert [session.address for session in second_best(sessions, [V6, V4])] == ["2001:db8::2", "192.0.2.2"]
    assert [session.address for session in second_best(sessions[:1], [V6, V4])] == ["192.0.2.1"]


@pytest.mark.parametrize("name", ["mx1", "2001:db8::1"])
def test_connect_to_takes_a_name_or_an_address(name: str) -> None:
    settings = Settings(redirects=(Redirect(name, 25, "::1", 2525),))
    lanes = lanes_of([host("mx1", "2001:db8::1")], ERRAND, frame(settings))
    assert lanes[0].calls[0].dial_to == ("::1", 2525)
    other = Settings(redirects=(Redirect(name, 26, "::1", 2525),))
    assert lanes_of([host("mx1", "2001:db8::1")], ERRAND, frame(other))[0].calls[0].dial_to is None


HUNG = Observation(Stage.STARTTLS, 0.0, 30.0, Reply(220, ("go",)), Failure.TIMEOUT)


def hung(session: Session) -> Session:
    """The TLS handshake stood still."""
    return replace(session, reached=Stage.STARTTLS, failure=Failure.TIMEOUT, steps=(*session.steps, HUNG))


def as_far_as_asked(session: Session) -> Session:
    return replace(session, reached=session.until)


async def test_a_handshake_that_stalls_is_tried_with_small_segments_and_with_large_ones_again(stage: Stage25) -> None:
    stage.answers["2001:db8::25"] = [hung, as_far_as_asked, hung]
    found, network = await run([host("mx1.example.com", "2001:db8::25")])
    assert [call.purpose for call in stage.calls] == [Purpose.CHECK, Purpose.NARROW, Purpose.RETRY]
    assert [call.max_segment for call in stage.calls] == [None, 1220, None]
    assert [call.until for call in stage.calls] == [Stage.RCPT, Stage.STARTTLS, Stage.RCPT]
    assert network.slept == pytest.approx([1.0, 1.0], abs=0.5)  # one at a time, with a pause between two
    assert len(found.sessions) == 3


async def test_where_small_segments_stall_too_there_is_nothing_more_to_learn(stage: Stage25) -> None:
    stage.answers["2001:db8::25"] = [hung, hung]
    await run([host("mx1.example.com", "2001:db8::25")])
    assert [call.purpose for call in stage.calls] == [Purpose.CHECK, Purpose.NARROW]


async def test_nor_where_the_host_asks_to_be_left_alone(stage: Stage25) -> None:
    def busy(session: Session) -> Session:
        step = Observation(Stage.BANNER, 0.0, 0.0, Reply(421, ("busy",)), Failure.DEFERRED)
        return replace(session, reached=Stage.BANNER, failure=Failure.DEFERRED, steps=(step,))

    stage.answers["2001:db8::25"] = [hung, busy]
    await run([host("mx1.example.com", "2001:db8::25")])
    assert [call.purpose for call in stage.calls] == [Purpose.CHECK, Purpose.NARROW]


async def test_no_second_try_that_the_deadline_would_cut_short(stage: Stage25) -> None:
    stage.answers["2001:db8::25"] = [hung, as_far_as_asked]
    await run([host("mx1.example.com", "2001:db8::25")], here=frame(deadline=25.0))
    assert [call.purpose for call in stage.calls] == [Purpose.CHECK, Purpose.NARROW]


async def test_a_message_that_stalled_is_not_sent_again(stage: Stage25) -> None:
    def unacknowledged(session: Session) -> Session:
        tcp = TcpInfo(0.02, 0.01, 1428, 6, own_mss=1440, unacked=2980)
        dot = Observation(Stage.DATA, 0.0, 20.0, None, Failure.TIMEOUT, command=".")
        return replace(session, reached=Stage.DATA, failure=Failure.TIMEOUT, steps=(*session.steps, dot), tcp=tcp)

    stage.answers["2001:db8::25"] = [unacknowledged, as_far_as_asked, unacknowledged]
    await run([host("mx1.example.com", "2001:db8::25")], POSTING)
    assert [call.purpose for call in stage.calls] == [Purpose.CHECK, Purpose.NARROW, Purpose.NARROW]
    assert [call.max_segment for call in stage.calls] == [None, 1220, None]
    assert [call.unfinished for call in stage.calls] == [False, True, True]
