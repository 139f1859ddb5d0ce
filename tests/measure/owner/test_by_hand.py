"""The steps of a conversation by hand: what is written down, and how it ends."""

from dataclasses import replace

import pytest

from probe.measure.frame import Frame
from probe.measure.owner import by_hand
from probe.measure.owner.rough import Rough
from probe.measure.session.diary import Diary
from probe.model.settings import Settings
from probe.model.smtp import Reply, Session
from probe.model.words import Failure, Family, Stage
from tests.measure.lab_call import CALL, PATIENT
from tests.measure.scripted import ScriptedNetwork, answering, serving

MX = "192.0.2.25"
FOUR = replace(CALL, address=MX, family=Family.IPV4)
EHLO = b"250-mx1.example.com\r\n250 SIZE 1000\r\n"


async def _opening(diary: Diary, talk: Rough) -> None:
    await by_hand.greeting(diary, talk)
    await by_hand.hello(diary, talk)
    await by_hand.starttls(diary, talk)
    SAID.append(await by_hand.goodbye(diary, talk))


SAID: list[list[Reply] | None] = []


async def held(*replies: bytes) -> Session:
    SAID.clear()
    network = ScriptedNetwork()
    frame = Frame(network, Settings(timeouts=PATIENT), network.monotonic(), None)
    async with serving(network, MX, answering(*replies)):
        return await by_hand.converse(_opening, FOUR, frame)


async def test_the_straight_way_without_tls() -> None:
    session = await held(b"220 mx1 ESMTP\r\n", EHLO, b"221 bye\r\n")
    assert (session.failure, session.reached, session.capabilities) == (None, Stage.EHLO, ("SIZE 1000",))
    assert [step.stage for step in session.steps] == [Stage.CONNECT, Stage.BANNER, Stage.EHLO]
    assert SAID == [[]]


async def test_a_goodbye_tells_what_was_still_unanswered() -> None:
    await held(b"220 mx1 ESMTP\r\n", EHLO, b"250 late\r\n500 later\r\n221 bye\r\n")
    assert [[reply.code for reply in told or ()] for told in SAID] == [[250, 500]]


@pytest.mark.parametrize("last", [b"250 late\r\n", b"421 enough\r\n", b"250 x\r\n" * 40])
async def test_without_a_221_something_may_be_missing(last: bytes) -> None:
    await held(b"220 mx1 ESMTP\r\n", EHLO, last)
    assert SAID == [None]


@pytest.mark.parametrize(
    ("replies", "failure", "said"),
    [
        ((b"554 no\r\n", b"221 bye\r\n"), Failure.REJECTED, ["QUIT"]),
        ((b"421 busy\r\n",), Failure.DEFERRED, []),
        ((b"220 mx1\r\n", b"502 no\r\n", b"221 bye\r\n"), Failure.REJECTED, ["EHLO probe.example.net", "QUIT"]),
        ((b"220 mx1\r\n",), Failure.CLOSED, ["EHLO probe.example.net"]),
    ],
)
async def test_it_says_goodbye_where_somebody_listens(
    replies: tuple[bytes, ...], failure: Failure, said: list[str]
) -> None:
    session = await held(*replies)
    assert session.failure is failure
    assert [line.text for line in session.transcript if line.who == "C"] == said
    assert SAID == []


async def test_a_refused_starttls_ends_it() -> None:
    offers = b"250-mx1\r\n250 STARTTLS\r\n"
    session = await held(b"220 mx1\r\n", offers, b"454 not now\r\n", b"221 bye\r\n")
    assert (session.failure, session.reached) == (Failure.DEFERRED, Stage.STARTTLS)


async def test_nobody_there() -> None:
    network = ScriptedNetwork()
    frame = Frame(network, Settings(timeouts=PATIENT), network.monotonic(), None)
    session = await by_hand.converse(_opening, FOUR, frame)
    assert (session.failure, session.reached) == (Failure.REFUSED, Stage.CONNECT)
