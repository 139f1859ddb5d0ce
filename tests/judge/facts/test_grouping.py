"""When a group made the difference, and when the server would have said the same to one command at a time."""

import pytest

from probe.judge.facts.grouping import broken_group, stood_a_group
from probe.model.smtp import Session
from probe.model.words import Failure, Purpose, Stage
from tests.builders import V4, V6, measurement, session, stopped

GROUP = {"group": ("MAIL", "RCPT", "RSET", "QUIT"), "group_fault": "no reply to RCPT"}
AGAIN = {"purpose": Purpose.RETRY, "started": 3.0}
SILENT = stopped(Stage.RCPT, failure=Failure.TIMEOUT, **GROUP)
REFUSED = stopped(Stage.RCPT, code=503, text="5.5.1 bad sequence", **GROUP)
UNKNOWN = stopped(Stage.RCPT, code=550, text="5.1.1 unknown", **GROUP)


@pytest.mark.parametrize(
    ("together", "alone", "differs"),
    [
        (SILENT, session(V6, **AGAIN), True),
        (REFUSED, session(V6, **AGAIN), True),
        (SILENT, stopped(Stage.RCPT, code=550, text="5.1.1 unknown", **AGAIN), True),
        (SILENT, stopped(Stage.RCPT, code=450, text="4.2.0 later", **AGAIN), True),
        (UNKNOWN, stopped(Stage.RCPT, code=550, text="5.1.1 unknown", **AGAIN), False),
        (REFUSED, stopped(Stage.RCPT, code=450, text="4.2.0 later", **AGAIN), False),
        (SILENT, stopped(Stage.RCPT, code=421, text="4.7.0 busy", **AGAIN), False),
        (SILENT, stopped(Stage.RCPT, failure=Failure.TIMEOUT, **AGAIN), False),
        (SILENT, stopped(Stage.MAIL, failure=Failure.CLOSED, **AGAIN), False),
        (SILENT, stopped(Stage.CONNECT, failure=Failure.REFUSED, **AGAIN), False),
        (stopped(Stage.RCPT, failure=Failure.TIMEOUT), session(V6, **AGAIN), False),
        (SILENT, session(V6, started=3.0), False),
    ],
    ids=[
        *("silence", "a 503", "an answer after silence", "a deferral after silence", "the same refusal", "put off"),
        *("a 421", "the same silence", "worse", "refused", "no group", "no retry"),
    ],
)
def test_what_a_group_is_blamed_for(together: Session, alone: Session, differs: bool) -> None:
    world = measurement(together, session(V4), alone)
    assert broken_group(world, alone) is (together if differs else None)


def test_another_address_says_nothing() -> None:
    alone = session(V4, **AGAIN)
    assert broken_group(measurement(SILENT, alone), alone) is None


def test_who_stood_a_group() -> None:
    assert stood_a_group(session(V6, group=("MAIL", "RCPT")))
    assert not stood_a_group(SILENT)
    assert not stood_a_group(session(V6))
