import pytest

from probe.judge.contrast.mailboxes import asked_for, unknown_user
from probe.model.change import Direction
from probe.model.measurement import Measurement
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Stage
from tests.builders import V4, V6, both, healthy, session, stopped

GONE6 = stopped(Stage.RCPT, code=550, text="5.1.1 User unknown")
LATER6 = stopped(Stage.RCPT, code=450, text="4.2.0 later")


def six(one: Session) -> Measurement:
    return both(one, session(V4))


@pytest.mark.parametrize(
    ("one", "unknown"),
    [
        (session(V6), False),
        (GONE6, True),
        (stopped(Stage.RCPT, code=550, text="No such user here"), True),
        (stopped(Stage.RCPT, code=550, text="5.7.1 rejected by policy, user unknown to us"), False),
        (stopped(Stage.RCPT, code=450, text="4.1.1 User unknown"), False),
        (stopped(Stage.CONNECT, failure=Failure.REFUSED), False),
    ],
)
def test_who_does_not_exist(one: Session, unknown: bool) -> None:
    assert unknown_user(six(one)) is unknown


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        (healthy(), healthy(), None),
        (healthy(), six(GONE6), Direction.WORSE),
        (six(GONE6), healthy(), Direction.BETTER),
        (healthy(), six(LATER6), Direction.UNCLEAR),
        (healthy(), six(stopped(Stage.CONNECT, failure=Failure.REFUSED)), Direction.UNCLEAR),
    ],
)
def test_both_sides_of_a_mailbox(old: Measurement, new: Measurement, direction: Direction | None) -> None:
    rows, changes = asked_for([("user@example.com", old, new)])
    assert [(row.family, row.what, row.direction) for row in rows] == [
        (Family.IPV6, "user@example.com", direction),
        (Family.IPV4, "user@example.com", None),
    ]
    assert [change.direction for change in changes] == ([direction] if direction else [])
