"""Wrong ends of data: one message each, what ended it, and whether its fate is known."""

from dataclasses import replace
from pathlib import Path

import pytest

from probe.lab.faults import Act, Behaviour, End, Mail, Say, Step, Wire
from probe.measure.owner import smuggling
from probe.model.smtp import Session
from probe.model.words import Failure, Purpose, Stage
from tests.measure.lab_call import CALL, calling

PROBE = replace(CALL, purpose=Purpose.SMUGGLING, until=Stage.DATA)
LF = "<LF>.<LF>"


async def held(behaviour: Behaviour, directory: Path, sequence: str = LF) -> Session:
    async with calling(behaviour, directory) as (frame, _):
        return await smuggling.hold(sequence, PROBE, frame)


@pytest.mark.parametrize("sequence", smuggling.SEQUENCES)
async def test_a_careful_server_takes_one_message_and_says_one_thing(sequence: str, tmp_path: Path) -> None:
    async with calling(Mail(), tmp_path) as (frame, running):
        session = await smuggling.hold(sequence, PROBE, frame)
        [message] = [path.read_bytes() for path in (running.maildir / "new").iterdir()]
    assert (session.failure, smuggling.known_fate(session), smuggling.ended_there(session)) == (None, True, False)
    assert b"NOOP" in message
    assert b"probe6" in message


@pytest.mark.parametrize(("sequence", "octets"), smuggling.SEQUENCES.items())
async def test_one_that_ends_there_answers_what_follows(sequence: str, octets: bytes, tmp_path: Path) -> None:
    session = await held(Wire(ends=(octets,)), tmp_path, sequence)
    assert (session.failure, smuggling.known_fate(session), smuggling.ended_there(session)) == (None, True, True)
    told = [(step.command, step.reply and step.reply.code) for step in session.steps if step.stage is Stage.DATA]
    assert told == [("DATA", 354), (sequence, 250), ("NOOP", 250)]


@pytest.mark.parametrize("sequence", smuggling.SEQUENCES)
async def test_the_right_end_stands_once_and_the_wrong_one_too(sequence: str, tmp_path: Path) -> None:
    other = next(
        octets for name, octets in smuggling.SEQUENCES.items() if name != sequence and name[-4:] != sequence[-4:]
    )
    session = await held(Wire(ends=(other,)), tmp_path, sequence)
    assert not smuggling.ended_there(session), "no other sequence is in its message"


@pytest.mark.parametrize(
    ("acts", "failure", "known"),
    [
        ({Step.DOT: (Say(b"550 5.5.2 bare <LF> received\r\n"), End.CLOSE)}, None, True),
        ({Step.DOT: (Say(b"550 5.6.11 SMTPSEND.BareLinefeedsAreIllegal\r\n"), End.CLOSE)}, None, True),
        ({Step.DOT: (Say(b"550 5.7.1 spam\r\n"),)}, None, True),
        ({Step.DOT: (Say(b"550 5.7.1 spam\r\n"), End.CLOSE)}, Failure.PROTOCOL, False),
        ({Step.DOT: (Say(b"451 4.7.1 later\r\n"),)}, None, True),
        ({Step.DOT: (Say(b"250 queued\r\n"), End.CLOSE)}, Failure.PROTOCOL, False),
        ({Step.DOT: (End.CLOSE,)}, Failure.CLOSED, False),
        ({Step.DOT: (Say(b"421 4.5.0 Bare linefeed (LF) not allowed\r\n"), End.CLOSE)}, None, False),
        ({Step.DOT: (Say(b"421 4.3.2 too busy\r\n"), End.CLOSE)}, Failure.PROTOCOL, False),
        ({Step.RCPT: (Say(b"450 4.2.0 Greylisted\r\n"),)}, Failure.DEFERRED, False),
        ({Step.MAIL: (Say(b"550 5.7.1 no\r\n"),)}, Failure.REJECTED, False),
        ({Step.DATA: (Say(b"554 5.5.1 no\r\n"),)}, Failure.REJECTED, False),
    ],
)
async def test_what_is_known_of_the_message(
    acts: dict[Step, tuple[Act, ...]], failure: Failure | None, known: bool, tmp_path: Path
) -> None:
    session = await held(Wire(acts), tmp_path)
    assert (session.failure, smuggling.known_fate(session)) == (failure, known)
    assert not smuggling.ended_there(session)


async def test_without_tls_it_is_the_same(tmp_path: Path) -> None:
    session = await held(Wire(certificate=None, ends=(b"\n.\n",)), tmp_path)
    assert smuggling.ended_there(session)
    assert session.tls is None


@pytest.mark.parametrize(("text", "peace"), [("4.5.0 Bare linefeed (LF) not allowed", False), ("4.3.2 too busy", True)])
async def test_a_421_about_line_ends_is_no_wish_to_be_left_alone(text: str, peace: bool, tmp_path: Path) -> None:
    session = await held(Wire({Step.DOT: (Say(f"421 {text}\r\n".encode()), End.CLOSE)}), tmp_path)
    assert smuggling.wants_peace(session) is peace
