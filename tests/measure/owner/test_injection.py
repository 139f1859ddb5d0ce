"""A command behind STARTTLS: dropped, obeyed, refused, answered in the clear; and what leaves it open."""

from dataclasses import replace
from pathlib import Path

import pytest

from probe.lab.faults import READY, Act, Behaviour, End, Mail, Say, Step, Wire
from probe.measure.owner import injection
from probe.model.smtp import Session
from probe.model.words import Failure, Purpose, Stage
from tests.measure.lab_call import CALL, calling

PROBE = replace(CALL, purpose=Purpose.INJECTION)
HELLO = "EHLO probe.example.net"


async def held(behaviour: Behaviour, directory: Path) -> Session:
    async with calling(behaviour, directory) as (frame, _):
        return await injection.hold(PROBE, frame)


def inside(session: Session) -> list[tuple[str | None, int | None]]:
    return [(step.command, step.reply and step.reply.code) for step in session.steps if step.tls]


@pytest.mark.parametrize("behaviour", [Wire(), Mail()], ids=["wire", "aiosmtpd"])
async def test_dropped(behaviour: Behaviour, tmp_path: Path) -> None:
    session = await held(behaviour, tmp_path)
    assert (session.failure, session.purpose) == (None, Purpose.INJECTION)
    assert inside(session) == [(HELLO, 250)]
    assert session.transcript[-1].text.startswith("221")


async def test_obeyed(tmp_path: Path) -> None:
    session = await held(Wire(keeps_plaintext=True), tmp_path)
    assert session.failure is None
    assert inside(session) == [("NOOP", 250), (HELLO, 250)]
    assert "PIPELINING" in session.capabilities_tls


async def test_obeyed_and_refused_is_obeyed_all_the_same(tmp_path: Path) -> None:
    session = await held(Wire({Step.NOOP: (Say(b"502 5.5.1 what?\r\n"),)}, keeps_plaintext=True), tmp_path)
    assert inside(session) == [("NOOP", 502), (HELLO, 250)]


@pytest.mark.parametrize(
    ("acts", "failure"),
    [
        ((Say(b"554 5.5.0 Error: SMTP protocol synchronization\r\n"),), Failure.REJECTED),
        ((Say(b"454 4.7.0 TLS not available\r\n"),), Failure.DEFERRED),
        ((End.CLOSE,), Failure.CLOSED),
        ((READY, End.CLOSE), None),
        ((Say(b"220 go\r\n250 2.0.0 Ok\r\n"), End.HANDSHAKE), Failure.PROTOCOL),
        ((READY, Say(b"250 2.0.0 Ok, and this is no TLS\r\n"), End.MUTE), None),
    ],
    ids=["refused", "later", "hung up", "hung up at the handshake", "in the clear", "in the clear, later"],
)
async def test_what_comes_to_no_tls(acts: tuple[Act, ...], failure: Failure | None, tmp_path: Path) -> None:
    session = await held(Wire({Step.STARTTLS: acts}), tmp_path)
    assert inside(session) == []
    by_chance = {Failure.PROTOCOL, Failure.TLS_HANDSHAKE, Failure.CLOSED, Failure.RESET}  # what came in one segment
    assert session.failure in (by_chance if failure is None else {failure})
    assert session.steps[-1].stage is Stage.STARTTLS


async def test_no_starttls_is_no_failure(tmp_path: Path) -> None:
    session = await held(Wire(certificate=None), tmp_path)
    assert (session.failure, session.steps[-1].failure) == (None, Failure.NOT_OFFERED)
    assert session.transcript[-1].text.startswith("221")


@pytest.mark.parametrize(
    "acts",
    [{Step.QUIT: (End.CLOSE,)}, {Step.QUIT: (Say(b"250 bye, sort of\r\n"), End.CLOSE)}],
    ids=["no goodbye", "a strange goodbye"],
)
async def test_where_the_answers_do_not_add_up_nothing_is_known(
    acts: dict[Step, tuple[Act, ...]], tmp_path: Path
) -> None:
    session = await held(Wire(acts), tmp_path)
    assert session.failure is Failure.PROTOCOL
    assert ("NOOP", 250) not in inside(session)
