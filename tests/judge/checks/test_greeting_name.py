from dataclasses import replace

import pytest

from probe.model.dns import Resolution
from probe.model.measurement import Measurement
from probe.model.words import Outcome
from tests.builders import MX1, MX4, MX6, V4, V6, address, both, greeting, healthy, host, resolution, resolved, session
from tests.judge.checks.table import MX1_6, OK, Row, findings, name, said
from tests.judge.sending import world

CODE = "banner-name-dns"
GONE = "mail.example.com"
NXDOMAIN = tuple(Resolution(GONE, rrtype, Outcome.NXDOMAIN) for rrtype in ("AAAA", "A"))
SERVFAIL = tuple(Resolution(GONE, rrtype, Outcome.SERVFAIL) for rrtype in ("AAAA", "A"))
NO_DATA = (NXDOMAIN[0], Resolution(GONE, "A", Outcome.NO_DATA))
THERE = (NXDOMAIN[0], resolution(GONE, "A", "192.0.2.99"))
NAMELESS = resolved(host(MX1, address(MX6, ptr=(), fcrdns=False), MX4))


def six(text: str) -> Measurement:
    return both(greeting(V6, text), session(V4))


def looked_up(helo: tuple[Resolution, ...], *, nameless: bool = True) -> Measurement:
    given = six(f"{GONE} ESMTP")
    return world(None, given=replace(given, resolved=NAMELESS) if nameless else given, helo=helo)


FOUND = {(OK, V6, MX1_6)}
CASES: list[Row] = [
    (CODE, "localhost over IPv6", six("localhost ESMTP Postfix"), FOUND),
    (CODE, "over both", both(*(greeting(family, "localhost.localdomain ESMTP") for family in (V6, V4))),
     {(OK, None, MX1)}),
    (CODE, "an inner name", six("EXCH01.corp.local Microsoft ESMTP MAIL Service"), FOUND),
    (CODE, "an address", six("192.0.2.25 ESMTP"), FOUND),
    (CODE, "an address literal", six("[IPv6:2001:db8::25] ESMTP"), FOUND),
    (CODE, "no such name, and none for the address", looked_up(NXDOMAIN), FOUND),
    (CODE, "no such name, but the address has one", looked_up(NXDOMAIN, nameless=False), set()),
    (CODE, "the name has an address", looked_up(THERE), set()),
    (CODE, "the name exists", looked_up(NO_DATA), set()),
    (CODE, "nobody knows", looked_up(SERVFAIL), set()),
    (CODE, "nobody looked", looked_up(()), set()),
    (CODE, "no name at all", six("ESMTP ready"), set()),
    (CODE, "masked", six("**********"), set()),
    (CODE, "a name that begins like one", six("localhost.example.com ESMTP"), set()),
    (CODE, "all is well", healthy(), set()),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_fix_names_the_host() -> None:
    (found,) = findings(six("localhost ESMTP"), CODE)
    assert found.fix is not None
    assert f"postconf -e 'myhostname = {MX1}'" in found.fix
