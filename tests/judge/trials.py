"""Measurements with tests that the owner gave leave for: a conversation of each family, and how it ended."""

from dataclasses import replace
from typing import Any

from probe.model.measurement import Measurement
from probe.model.smtp import Observation, Session
from probe.model.trials import Foreign, Leave, Trials
from probe.model.words import Failure, Family, Purpose, Stage
from tests.builders import V4, V6, healthy, session, step

ELSEWHERE = "tester@example.net"
RCPT = f"RCPT TO:<{ELSEWHERE}>"


def talk(purpose: Purpose, family: Family, *last: Observation, **changes: Any) -> Session:
    """A conversation of ``purpose`` that went well up to its ``last`` steps, the last of which says how it ended."""
    whole = session(family, until=Stage.MAIL, purpose=purpose)
    failure = last[-1].failure if last else None
    reached = max((item.stage for item in (*whole.steps, *last)), key=lambda stage: stage.rank)
    return replace(whole, **({"steps": (*whole.steps, *last), "failure": failure, "reached": reached} | changes))


def untried(purpose: Purpose, family: Family, detail: str) -> Session:
    """One that was not held."""
    why = step(Stage.CONNECT, failure=Failure.NOT_TRIED, detail=detail)
    return talk(purpose, family, steps=(why,), failure=Failure.NOT_TRIED, tls=None, capabilities=())


def rcpt(code: int, text: str, command: str = RCPT) -> Observation:
    """The answer to a mailbox."""
    return step(Stage.RCPT, code=code, text=text, command=command, tls=True)


def world(
    *sessions: Session, purpose: Purpose | None = None, trouble: str | None = None, **changes: Any
) -> Measurement:
    """A healthy host at which these tests were held; ``changes`` are of the settings."""
    kind = purpose or sessions[0].purpose
    foreign = Foreign(ELSEWHERE, ("mail.example.net",), trouble) if kind is Purpose.RELAY else None
    base = healthy()
    settings = replace(base.settings, trials=(kind,), owned=True, **changes)
    return replace(base, settings=settings, trials=Trials(Leave.SAID, foreign, sessions))


BOTH = (V6, V4)
