import pytest

from probe.model.measurement import Measurement
from probe.model.words import Failure, Purpose, Stage
from tests.builders import MX1, V4, V6, healthy, step
from tests.judge.checks.table import MX1_4, MX1_6, OK, UNKNOWN, WARNING, Row, name, said
from tests.judge.trials import rcpt, talk, untried, world

POSTMASTER = "RCPT TO:<postmaster@example.com>"
NOBODY = "RCPT TO:<p6nobody@example.com>"
YES, NO, LATER = (250, "2.1.5 Ok"), (550, "5.1.1 User unknown"), (450, "4.2.0 Greylisted")
LISTED = (554, "5.7.1 Service unavailable; Client host [2001:db8::1] blocked using zen.spamhaus.org")
GONE = step(Stage.RCPT, failure=Failure.CLOSED, command=POSTMASTER)


def asked(postmaster: tuple[int, str], other: tuple[int, str], stranger: tuple[int, str] | None) -> Measurement:
    """IPv6 is asked for the mailbox nobody has, too."""
    more = () if stranger is None else (rcpt(*stranger, NOBODY),)
    six = talk(Purpose.CATCHALL, V6, rcpt(*postmaster, POSTMASTER), *more, failure=None)
    return world(six, talk(Purpose.CATCHALL, V4, rcpt(*other, POSTMASTER), failure=None))


CASES: list[Row] = [
    ("postmaster-accept", "nobody asked", healthy(), set()),
    ("postmaster-accept", "taken", asked(YES, YES, NO), {(OK, None, MX1)}),
    ("postmaster-accept", "refused over IPv6", asked(NO, YES, NO), {(WARNING, V6, MX1_6), (OK, V4, MX1_4)}),
    ("postmaster-accept", "it is about us", asked(LISTED, YES, None), {(UNKNOWN, V6, MX1_6), (OK, V4, MX1_4)}),
    ("postmaster-accept", "put off", asked(LATER, LATER, LATER), {(UNKNOWN, None, MX1)}),
    ("postmaster-accept", "cut off", world(talk(Purpose.CATCHALL, V6, GONE)), {(UNKNOWN, V6, MX1_6)}),
    ("postmaster-accept", "not held", world(untried(Purpose.CATCHALL, V6, "no time")), {(UNKNOWN, V6, MX1_6)}),
    ("rcpt-catchall", "any is taken", asked(YES, YES, YES), {(OK, V6, MX1_6)}),
    ("rcpt-catchall", "none is taken", asked(YES, YES, NO), {(OK, V6, MX1_6)}),
    ("rcpt-catchall", "put off", asked(YES, YES, LATER), {(UNKNOWN, V6, MX1_6)}),
    ("rcpt-catchall", "a policy", asked(YES, YES, (554, "5.7.1 Service unavailable")), {(UNKNOWN, V6, MX1_6)}),
    ("rcpt-catchall", "nobody was asked for", asked(YES, YES, None), set()),
    ("rcpt-catchall", "no host at all", world(purpose=Purpose.CATCHALL), {(UNKNOWN, None, "example.com")}),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_finds(row: Row) -> None:
    code, _, measurement, expected = row
    assert said(measurement, code) == expected
