from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from probe.measure.arrival import PAUSES, SETTLE, Found, await_arrival, open_proofs
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

    def __init__(self, name: str, answers: Iterable[Found | None]) -> None:
        self.name = name
        self.answers = list(answers)
        self.asked: list[str] = []

    async def find(self, token: str) -> Found | None:
        self.asked.append(token)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def clock() -> Clock:
    return Clock()


def network(clock: Clock) -> Network:
    return clock


def found(copies: int = 1, where: str = "here") -> Found:
    return Found(HEADERS, copies, where)


async def test_mail_that_is_there_at_once_is_an_arrival(clock: Clock) -> None:
    arrival = await await_arrival(network(clock), [Script("p", [found()])], "t", sent=999.75, patience=60)
    assert arrival is not None
    assert (arrival.where, arrival.seconds, arrival.copies) == ("here", 0.25, 1)
    assert [hop.address for hop in arrival.hops] == ["2001:db8::9"]
    assert clock.slept == [SETTLE]


async def test_mail_that_was_there_before_the_reply_came_took_no_negative_time(clock: Clock) -> None:
    arrival = await await_arrival(network(clock), [Script("p", [found()])], "t", sent=1000.5, patience=60)
    assert arrival is not None
    assert arrival.seconds == 0.0


async def test_every_proof_is_asked_until_one_has_seen_it(clock: Clock) -> None:
    proofs = [Script("a", [None]), Script("b", [None, None, found(where="b"), found(where="b")])]
    arrival = await await_arrival(network(clock), proofs, "token", sent=1000.0, patience=60)
    assert arrival is not None
    assert arrival.where == "b"
    assert arrival.seconds == pytest.approx(sum(PAUSES[:2]))
    assert proofs[0].asked == ["token"] * 3
    assert proofs[1].asked == ["token"] * 4


async def test_a_second_copy_a_little_later_is_counted_and_a_vanished_one_too(clock: Clock) -> None:
    later = await await_arrival(network(clock), [Script("p", [found(), found(2)])], "t", sent=1000.0, patience=60)
    gone = await await_arrival(network(clock), [Script("p", [found(3), None])], "t", sent=1000.0, patience=60)
    assert (later and later.copies, gone and gone.copies) == (2, 3)


async def test_what_does_not_come_is_waited_for_as_long_as_patience_lasts_and_no_longer(clock: Clock) -> None:
    proof = Script("p", [None])
    assert await await_arrival(network(clock), [proof], "t", sent=1000.0, patience=70.0) is None
    assert clock.time == pytest.approx(1070.0)
    assert clock.slept[: len(PAUSES)] == list(PAUSES)
    assert len(proof.asked) == len(clock.slept) + 1  # the last look is when patience has ended


async def test_without_patience_there_is_one_look(clock: Clock) -> None:
    proof = Script("p", [None])
    assert await await_arrival(network(clock), [proof], "t", sent=1000.0, patience=0.0) is None
    assert (len(proof.asked), clock.slept) == (1, [])


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
