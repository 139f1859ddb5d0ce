from dataclasses import replace
from datetime import timedelta

import pytest

from probe.model.memory import Greylisted, Memory
from probe.model.words import Purpose, Stage
from tests.builders import (
    ADDRESS,
    MX1,
    OWN,
    STARTED,
    V4,
    V6,
    both,
    broken,
    healthy,
    measurement,
    session,
    stopped,
    vantage,
)  # fmt: skip
from tests.judge.checks.table import OK, Row, findings, name, said

CODE = "parity-policy"
GREY6, GREY4 = (
    stopped(Stage.RCPT, family, code=450, text="4.2.0 Greylisted, see http://postgrey.schweikert.ch/")
    for family in (V6, V4)
)
LISTED = stopped(Stage.RCPT, code=554, text="5.7.1 Client host blocked using zen.example")
NO_IPV6 = stopped(
    Stage.RCPT, code=550, text="5.7.1 mail over IPv6 is not accepted here; we do not accept mail over IPv6"
)
SPF = stopped(Stage.MAIL, code=550, text="5.7.23 SPF validation failed")
UNKNOWN = stopped(Stage.RCPT, code=550, text="5.1.1 User unknown")
BUSY = stopped(Stage.RCPT, code=450, text="4.7.1 Error: too much mail from 2001:db8:9::9")
SCREENED = stopped(Stage.RCPT, code=450, text="4.3.2 Service currently unavailable")
CAME_BACK = replace(session(V4), purpose=Purpose.RETRY)
HOUR = timedelta(hours=1)
KNOWN4 = Greylisted(
    family=V4, source=OWN[V4], sender="", recipient="postmaster@example.com", address=ADDRESS[V4],
    first_seen=STARTED - 3 * HOUR, last_try=STARTED - HOUR, next_try=STARTED - 2 * HOUR, tries=1, passed=STARTED - HOUR,
)  # fmt: skip
NAMELESS = vantage(V6, ptr=(), fcrdns=False)
CASES: list[Row] = [
    (CODE, "greylisted over IPv6 alone", broken(GREY6), {(OK, V6, MX1)}),
    (CODE, "greylisted over IPv4 alone", broken(GREY4), {(OK, V4, MX1)}),
    (CODE, "on a list over IPv6 alone", broken(LISTED), {(OK, V6, MX1)}),
    (CODE, "no mail over IPv6", broken(NO_IPV6), {(OK, V6, MX1)}),
    (CODE, "the sender is checked over IPv6 alone", broken(SPF), {(OK, V6, MX1)}),
    (CODE, "greylisted over both", both(GREY6, GREY4), set()),
    (CODE, "IPv4 was greylisted too, and came back", measurement(GREY6, GREY4, CAME_BACK), set()),
    (CODE, "IPv4 is known from yesterday", replace(broken(GREY6), memory=Memory(greylisted=(KNOWN4,))), set()),
    (CODE, "we have no name over IPv6", broken(GREY6, vantage=(NAMELESS, vantage(V4))), set()),
    (CODE, "behind NAT over IPv4", broken(GREY6, vantage=(vantage(V6), vantage(V4, nat=True))), set()),
    (CODE, "too much mail", broken(BUSY), set()),
    (CODE, "no such user", broken(UNKNOWN), set()),
    (CODE, "a stranger to postscreen", broken(SCREENED), set()),
    (CODE, "all is well", healthy(), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_it_says_what_the_server_said() -> None:
    (found,) = findings(broken(GREY6), CODE)
    assert "greylists us" in found.sentence
    assert "450 4.2.0 Greylisted" in found.sentence
