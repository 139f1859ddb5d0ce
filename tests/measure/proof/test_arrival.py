from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from probe.measure.proof.arrival import (
    LAG,
    MAILBOX_LAG,
    PAUSES,
    SETTLE,
    BlindError,
    Found,
    Means,
    await_arrival,
    open_proofs,
)
from probe.model.bounce import Action, Bounce, BouncedRecipient
from probe.model.delivery import Arrival, LogTrace, WatchedLog
from probe.model.errors import UsageError
from probe.model.network import Network

HEADERS = b"Received: from a.example ([IPv6:2001:db8::9]) by b.example with ESMTP; Sun, 22 Nov 2026 18:00:01 +0000"


class Clock:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 22, 18, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"waiting asks the network for {name}")


class Script:
    """A proof that says what it was told to say, then the last thing for ever."""

    def __init__(self, name: str, answers: Iterable[Found | BlindError | None]) -> None:
        self.name = name
        self.answers = list(answers)
        self.asked: list[str] = []

    async def find(self, token: str) -> Found | None:
        self.asked.append(token)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BlindError):
            raise answer
        return answer


class Returns(Script):
    """The same in a mailbox to which bounces come."""

    def __init__(self, bounces: Iterable[Bounce | None]) -> None:
        super().__init__("mailbox", [None])
        self.bounces = list(bounces)

    async def returned(self, token: str) -> Bounce | None:
        return self.bounces.pop(0) if len(self.bounces) > 1 else self.bounces[0]


class Logged(Script):
    """The same as a mail log."""

    def expect(self, token: str, queue_id: str | None = None) -> None:
        """Nothing is told apart here."""

    def trace(self, token: str) -> LogTrace:
        return LogTrace(self.name)

    async def watched(self, sources: Sequence[str]) -> WatchedLog:
        return WatchedLog(self.name)


def bounce(action: Action) -> Bounce:
    return Bounce(standard=True, recipients=(BouncedRecipient(action),), returned="Message-ID: <x>")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def network(clock: Clock) -> Network:
    return clock


def found(copies: int = 1, where: str = "here") -> Found:
    return Found(HEADERS, copies, where)


async def arrival_of(
    clock: Clock, proofs: list[Script], sent: float = 1000.0, patience: float = 60.0
) -> Arrival | None:
    return (await await_arrival(network(clock), proofs, "token", sent=sent, patience=patience)).arrival


async def test_mail_that_is_there_at_once_is_an_arrival(clock: Clock) -> None:
    arrival = await arrival_of(clock, [Script("p", [found()])], sent=999.75)
    assert arrival is not None
    assert (arrival.where, arrival.seconds, arrival.copies) == ("here", 0.25, 1)
    assert [hop.address for hop in arrival.hops] == ["2001:db8::9"]
    assert clock.slept == [SETTLE]


async def test_mail_that_was_there_before_the_reply_came_took_no_negative_time(clock: Clock) -> None:
    arrival = await arrival_of(clock, [Script("p", [found()])], sent=1000.5)
    assert arrival is not None
    assert arrival.seconds == 0.0


async def test_every_proof_is_asked_until_one_has_seen_it(clock: Clock) -> None:
    proofs = [Script("a", [None]), Script("b", [None, None, found(where="b"), found(where="b")])]
    arrival = await arrival_of(clock, proofs)
    assert arrival is not None
    assert arrival.where == "b"
    assert arrival.seconds == pytest.approx(sum(PAUSES[:2]))
    assert proofs[0].asked[:3] == ["token"] * 3
    assert sum(clock.slept[2:]) == pytest.approx(SETTLE + LAG)  # the other one is asked for a while more
    assert proofs[1].asked == ["token"] * 4


async def test_a_mailbox_is_given_time_to_show_what_a_log_calls_delivered(clock: Clock) -> None:
    late = [None] * 20
    proofs = [Script("box", [*late, found(where="box")]), Logged("log", [found(where="log")])]
    watch = await await_arrival(network(clock), proofs, "token", sent=1000.0, patience=60.0)
    assert watch.seen == ("box", "log")
    assert LAG < clock.time - 1000.0 < MAILBOX_LAG


async def test_it_is_not_given_for_ever_nor_given_to_logs(clock: Clock) -> None:
    log = Logged("log", [found(where="log")])
    box = await await_arrival(network(clock), [Script("box", [None]), log], "token", sent=1000.0, patience=60.0)
    assert (box.seen, box.by) == (("log",), ("box", "log"))
    assert clock.time - 1000.0 == pytest.approx(SETTLE + MAILBOX_LAG)
    began = clock.time
    logs = await await_arrival(network(clock), [log, Logged("other", [None])], "token", sent=began, patience=60.0)
    assert logs.seen == ("log",)
    assert clock.time - began == pytest.approx(SETTLE + LAG)


async def test_a_second_copy_a_little_later_is_counted_and_a_vanished_one_too(clock: Clock) -> None:
    later = await arrival_of(clock, [Script("p", [found(), found(2)])])
    gone = await arrival_of(clock, [Script("p", [found(3), None])])
    assert (later and later.copies, gone and gone.copies) == (2, 3)


async def test_what_does_not_come_is_waited_for_as_long_as_patience_lasts_and_no_longer(clock: Clock) -> None:
    proof = Script("p", [None])
    assert await arrival_of(clock, [proof], patience=70.0) is None
    assert clock.time == pytest.approx(1070.0)
    assert clock.slept[: len(PAUSES)] == list(PAUSES)
    assert len(proof.asked) == len(clock.slept) + 1  # the last look is when patience has ended


async def test_without_patience_there_is_one_look(clock: Clock) -> None:
    proof = Script("p", [None])
    assert await arrival_of(clock, [proof], patience=0.0) is None
    assert (len(proof.asked), clock.slept) == (1, [])


async def test_a_proof_that_cannot_look_does_not_keep_the_others_from_looking(clock: Clock) -> None:
    blind, seeing = Script("blind", [BlindError("gone")]), Script("seeing", [None, found(where="seeing")])
    watch = await await_arrival(network(clock), [blind, seeing], "t", sent=1000.0, patience=60)
    assert watch.arrival is not None
    assert (watch.arrival.where, watch.by) == ("seeing", ("seeing",))


async def test_who_could_look_at_the_end_watched_and_nobody_else(clock: Clock) -> None:
    lost = Script("lost", [None, BlindError("gone")])
    back = Script("back", [None, BlindError("gone"), None])
    watch = await await_arrival(network(clock), [lost, back], "t", sent=1000.0, patience=1)
    assert (watch.arrival, watch.by) == (None, ("back",))


async def test_a_slow_proof_does_not_take_the_last_look_from_the_others(clock: Clock) -> None:
    class Slow(Script):
        async def find(self, token: str) -> Found | None:
            await clock.sleep(90)
            return await super().find(token)

    quick = Script("quick", [None, found(where="quick")])
    watch = await await_arrival(network(clock), [quick, Slow("slow", [None])], "t", sent=1000.0, patience=60)
    assert watch.arrival is not None
    assert watch.arrival.where == "quick"


async def test_what_was_seen_stays_seen_when_the_second_look_fails(clock: Clock) -> None:
    watch = await await_arrival(
        network(clock), [Script("p", [found(2), BlindError("gone")])], "t", sent=1000.0, patience=60
    )
    assert watch.arrival is not None
    assert (watch.arrival.copies, watch.by) == (2, ("p",))


def test_a_password_does_not_show_where_means_are_printed() -> None:
    assert "hush" not in repr(Means({"imap": "hush"}))


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("maildirs:/x", "nearest: maildir"),
        ("pigeon:/x", "known: "),
        ("maildir", "such as maildir:"),
        ("__init__:/x", "known: "),
        ("..arrival:/x", "known: "),
        ("", "such as maildir:"),
    ],
)
async def test_a_proof_nobody_offers_is_a_usage_error(spec: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        async with open_proofs([spec]):
            raise AssertionError("opened")
    assert said in str(caught.value)
    assert "maildir" in str(caught.value)


async def test_proofs_are_opened_by_their_word_in_order(tmp_path: Path) -> None:
    specs = [f"maildir:{tmp_path / name}" for name in ("a", "b")]
    for name in ("a/new", "a/cur", "b/new", "b/cur"):
        (tmp_path / name).mkdir(parents=True)
    async with open_proofs(specs) as proofs:
        assert [proof.name for proof in proofs] == specs
    async with open_proofs([]) as proofs:
        assert proofs == ()


async def test_one_proof_that_cannot_look_stops_the_run_before_it_begins(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "cur").mkdir()
    with pytest.raises(UsageError, match="does not exist"):
        async with open_proofs([f"maildir:{tmp_path}", f"maildir:{tmp_path}/none"]):
            raise AssertionError("opened")


@pytest.mark.parametrize("action", [Action.FAILED, Action.DELIVERED, Action.RELAYED])
async def test_a_report_of_the_end_ends_the_waiting_after_one_more_look(clock: Clock, action: Action) -> None:
    proof = Returns([None, None, bounce(action), None])
    watch = await await_arrival(network(clock), [Script("log", [None]), proof], "token", 1000.0, 60.0, returns=True)
    assert watch.arrival is None
    assert watch.bounce is not None
    assert (watch.bounce.action, watch.bounce.returned) == (action, None)
    assert clock.slept == [*PAUSES[:2], SETTLE]


async def test_a_delay_does_not_and_is_remembered(clock: Clock) -> None:
    proof = Returns([bounce(Action.DELAYED), None])
    watch = await await_arrival(network(clock), [proof], "token", 1000.0, 5.0, returns=True)
    assert watch.arrival is None
    assert watch.bounce is not None
    assert watch.bounce.action == "delayed"
    assert clock.time == pytest.approx(1005.0)


async def test_nothing_comes_back_to_the_null_reverse_path(clock: Clock) -> None:
    watch = await await_arrival(network(clock), [Returns([bounce(Action.FAILED)])], "token", 1000.0, 1.0)
    assert watch.bounce is None


async def test_what_receivers_wrote_about_their_checks_is_kept(clock: Clock) -> None:
    headers = HEADERS + b"\nAuthentication-Results: b.example; spf=pass\nReceived-SPF: fail\n"
    watch = await await_arrival(
        network(clock), [Script("a", [Found(headers, 1, "a", junk=True)])], "token", 1000.0, 1.0
    )
    assert watch.arrival is not None
    assert watch.arrival.junk
    assert [(one.above, one.results is None, one.spf is None) for one in watch.arrival.verified] == [
        (1, False, True),
        (1, True, False),
    ]


@pytest.mark.parametrize(("first", "then", "expected"), [(False, True, True), (True, None, True), (None, None, None)])
async def test_the_second_look_at_the_text_counts_since_a_file_may_grow(
    clock: Clock, first: bool | None, then: bool | None, expected: bool | None
) -> None:
    looks = [Found(HEADERS, 1, "a", unchanged=one) for one in (first, then)]
    arrival = await arrival_of(clock, [Script("a", looks)])
    assert arrival is not None
    assert arrival.unchanged is expected
