"""Our own address as a sender: a note, until somebody holds it against us."""

from dataclasses import replace
from typing import Any

import pytest

from probe.model.measurement import Measurement
from probe.model.outbound import Listing
from probe.model.words import Stage
from tests.builders import OWN, V4, V6, broken, healthy, resolution, stopped
from tests.judge.checks.table import OK, WARNING, Row, findings, name, said
from tests.judge.sending import txt, world

US = "this machine"
REFUSED = broken(stopped(Stage.RCPT, code=550, text="5.7.23 SPF check failed"))


def sent(
    record: str | None, given: Measurement | None = None, sender: str = "probe@home.example", **more: Any
) -> Measurement:
    given = given or healthy()
    given = replace(given, settings=replace(given.settings, sender=sender))
    known = (txt("home.example", *([record] if record else [])),)
    return world("v=spf1 mx -all", given=given, known=known, own=(OWN[V6], OWN[V4]), **more)


def listed(*answers: str) -> tuple[Listing, ...]:
    return (Listing("bl.example.net", OWN[V6], resolution("9.bl.example.net", "A", *answers), True),)


CASES: list[Row] = [
    ("self-spf", "over IPv6", sent("v=spf1 ip4:203.0.113.0/24 -all"), {(OK, V6, US)}),
    ("self-spf", "over both", sent("v=spf1 ?all"), {(OK, V6, US), (OK, V4, US)}),
    ("self-spf", "refused for it", sent(f"v=spf1 ip4:{OWN[V4]} -all", REFUSED), {(WARNING, V6, US)}),
    ("self-spf", "we may", sent(f"v=spf1 ip6:{OWN[V6]} ip4:{OWN[V4]} -all"), set()),
    ("self-spf", "no record", sent(None), set()),
    ("self-spf", "nobody sends", sent("v=spf1 -all", sender=""), set()),
    ("self-spf", "a look-up failed", sent("v=spf1 a:gone.example -all"), set()),
    ("self-dnsbl", "listed", sent(None, listings=listed("127.0.0.2")), {(OK, V6, US)}),
    ("self-dnsbl", "refused", sent(None, listings=listed("127.255.255.254")), set()),
    ("self-dnsbl", "not listed", sent(None, listings=listed()), set()),
    ("self-dnsbl", "nobody asked", healthy(), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, given, expected = row
    assert said(given, code) == expected


def test_how_to_mend_it() -> None:
    (finding,) = findings(sent(f"v=spf1 ip4:{OWN[V4]} -all"), "self-spf")
    assert finding.fix == f"Add ip6:{OWN[V6]} to the SPF record of home.example, or send as somebody else: --from ADDR"
