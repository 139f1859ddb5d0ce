"""References are greeted only where somebody did not answer, and only the ones the user named."""

import pytest

from probe.measure.frame import Frame
from probe.measure.references import greet_references
from probe.measure.resolver import Resolver
from probe.model.settings import Record, Settings
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Purpose, Stage
from tests.measure.scripted import ScriptedNetwork, answering, serving

REFERENCE = "198.51.100.25"
OVERLAY = tuple(
    Record("mail.example.net", rrtype, records, option=True) for rrtype, records in (("A", (REFERENCE,)), ("AAAA", ()))
)


def silent(family: Family, failure: Failure = Failure.TIMEOUT) -> Session:
    return Session("mx1", ("mx1",), "192.0.2.25", 25, family, Stage.RCPT, Stage.CONNECT, 0.0, 1.0, failure=failure)


async def greeted(network: ScriptedNetwork, sessions: list[Session], *names: str) -> tuple[Session, ...]:
    settings = Settings(references=names, overlay=OVERLAY, treat_global=("198.51.100.0/24",))
    frame = Frame(network, settings, network.monotonic(), None)
    return await greet_references(frame, Resolver(network, settings), sessions)


@pytest.fixture
def network() -> ScriptedNetwork:
    return ScriptedNetwork()


async def test_a_reference_is_greeted_and_left(network: ScriptedNetwork) -> None:
    async with serving(network, REFERENCE, answering(b"220 mail.example.net ESMTP\r\n", b"221 bye\r\n")):
        (session,) = await greeted(network, [silent(Family.IPV4)], "mail.example.net")
    assert (session.purpose, session.reached, session.failure) == (Purpose.REFERENCE, Stage.BANNER, None)
    assert [line.text for line in session.transcript if line.who == "C"] == ["QUIT"]


@pytest.mark.parametrize(
    "sessions",
    [[], [silent(Family.IPV4, Failure.REFUSED)], [silent(Family.IPV6)]],
    ids=["nobody was silent", "refused is an answer", "the reference has no address of that family"],
)
async def test_nobody_is_contacted_without_need(network: ScriptedNetwork, sessions: list[Session]) -> None:
    assert await greeted(network, sessions, "mail.example.net") == ()
    assert network.dialled == []


async def test_nobody_is_contacted_who_was_not_named(network: ScriptedNetwork) -> None:
    assert await greeted(network, [silent(Family.IPV4)]) == ()
