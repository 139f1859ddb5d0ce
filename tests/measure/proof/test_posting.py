"""What became of each message: accepted, refused, unknown after the dot; arrived, or not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from probe.measure.frame import Frame
from probe.measure.proof import posting as module
from probe.measure.proof.arrival import Watch
from probe.measure.proof.posting import Posting
from probe.model.bounce import Action, Bounce, BouncedRecipient
from probe.model.delivery import Arrival
from probe.model.network import Network
from probe.model.settings import Settings
from probe.model.smtp import Observation, Reply, Session
from probe.model.words import Failure, Family, Stage
from tests.measure.scripted import ScriptedNetwork
from tests.measure.test_schedule import host

ARRIVED = Arrival("maildir:/tmp/x", 0.4, 1, ())
ADDRESS = "2001:db8::1"


class Watching:
    name = "maildir:/tmp/x"


@pytest.fixture
async def group() -> AsyncIterator[asyncio.TaskGroup]:
    async with asyncio.TaskGroup() as group:
        yield group


def posting(group: asyncio.TaskGroup, *proofs: object) -> Posting:
    network = ScriptedNetwork()
    frame = Frame(network, Settings(recipient="user@example.com", until=Stage.DATA), network.monotonic(), None)
    return Posting(frame, proofs, group)  # type: ignore[arg-type]


def session(failure: Failure | None, *steps: Observation, family: Family = Family.IPV6) -> Session:
    return Session("mx1", ("mx1",), ADDRESS, 25, family, Stage.DATA, Stage.DATA, 0.0, 1.0, failure=failure, steps=steps)


START = Observation(Stage.DATA, 0.1, 0.1, Reply(354, ("go",)), command="DATA")
TAKEN = Observation(Stage.DATA, 0.2, 0.1, Reply(250, ("2.0.0 Ok: queued as 4Bz1",)), command=".")
REFUSED = Observation(Stage.DATA, 0.2, 0.1, Reply(550, ("5.7.1 spam",)), Failure.REJECTED, command=".")
SILENT = Observation(Stage.DATA, 0.2, 0.1, None, Failure.TIMEOUT, command=".")
NO_DATA = Observation(Stage.DATA, 0.1, 0.1, Reply(451, ("later",)), Failure.DEFERRED, command="DATA")


async def test_one_token_per_address_and_its_family_in_it() -> None:
    async with asyncio.TaskGroup() as group:
        post = posting(group)
    mine = host("mx1", ADDRESS, "192.0.2.1")
    first, second = (post.message(mine, address)("probe.example.net") for address in mine.addresses)
    assert post.tokens[ADDRESS].endswith("v6")
    assert post.tokens["192.0.2.1"].endswith("v4")
    assert post.tokens[ADDRESS].encode() in first
    assert post.tokens[ADDRESS].encode() not in second
    assert post.token(ADDRESS, Family.IPV6) == post.tokens[ADDRESS]  # the envelope has the name of its message


async def test_accepted_refused_and_unknown_are_three_things() -> None:
    async with asyncio.TaskGroup() as group:
        post = posting(group)
        sessions = [
            session(None, START, TAKEN),
            session(Failure.REJECTED, START, REFUSED),
            session(Failure.TIMEOUT, START, SILENT),
            session(Failure.DEFERRED, NO_DATA),
        ]
        for one in sessions:
            post.heard(one)
    accounts = post.accounts(sessions)
    assert [attempt.accepted for attempt in accounts] == [True, False, None, False]
    assert [attempt.session for attempt in accounts] == [0, 1, 2, 3]
    assert accounts[0].queue_id == "4Bz1"


async def test_a_conversation_without_data_is_no_attempt() -> None:
    async with asyncio.TaskGroup() as group:
        post = posting(group)
        post.heard(session(Failure.REJECTED, Observation(Stage.RCPT, 0.1, 0.1, Reply(550, ("no",)), Failure.REJECTED)))
    assert post.attempts == []
    assert post.spoken_for == set()


def report(action: Action) -> Bounce:
    return Bounce(standard=True, recipients=(BouncedRecipient(action),))


async def test_where_a_group_went_wrong_no_message_was_sent_and_another_conversation_may() -> None:
    async with asyncio.TaskGroup() as group:
        post = posting(group)
        first = replace(session(Failure.DEFERRED, NO_DATA), group=("MAIL", "RCPT", "DATA"), group_fault="no reply")
        post.heard(first)
        assert post.spoken_for == set()
        again = session(None, START, TAKEN)
        post.heard(again)
    assert [(attempt.session, attempt.accepted) for attempt in post.accounts([first, again])] == [(1, True)]


@pytest.mark.parametrize(
    ("seen", "failure"),
    [
        (Watch(ARRIVED, ("maildir:/tmp/x",)), None),
        (Watch(None, ("maildir:/tmp/x",)), Failure.NOT_ARRIVED),
        (Watch(None, ()), None),  # the proof could not look at the end: nobody knows
        (Watch(None, ("maildir:/tmp/x",), report(Action.FAILED)), Failure.NOT_ARRIVED),
        (Watch(None, ("maildir:/tmp/x",), report(Action.DELAYED)), Failure.NOT_ARRIVED),
        (Watch(None, ("maildir:/tmp/x",), report(Action.DELIVERED)), None),
    ],
)
async def test_an_accepted_message_is_followed(
    monkeypatch: pytest.MonkeyPatch, seen: Watch, failure: Failure | None
) -> None:
    async def await_arrival(
        network: Network, proofs: object, token: str, sent: float, patience: float, *, returns: bool
    ) -> Watch:
        assert returns is bool(post.frame.settings.sender)
        return seen

    monkeypatch.setattr(module, "await_arrival", await_arrival)
    one = session(None, START, TAKEN)
    async with asyncio.TaskGroup() as group:
        post = posting(group, Watching())
        post.heard(one)
    (attempt,) = post.accounts([one])
    assert (attempt.arrival, attempt.failure, attempt.watched) == (seen.arrival, failure, seen.by)
    assert attempt.bounce == seen.bounce


async def test_unknown_after_the_dot_counts_as_sent() -> None:
    async with asyncio.TaskGroup() as group:
        post = posting(group)
        post.heard(session(Failure.TIMEOUT, START, SILENT))
    assert post.spoken_for == {Family.IPV6}
