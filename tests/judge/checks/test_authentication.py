from dataclasses import replace

import pytest

from probe.grammar.authres import parse, parse_received_spf
from probe.model.bounce import Verification
from probe.model.delivery import Hop
from probe.model.measurement import Measurement
from tests.builders import V4, V6, arrival, attempt, delivered, hop
from tests.judge.checks.table import MX1_4, MX1_6, OK, WARNING, Row, findings, name, said

CODE = "rt-auth-results"
INNER = hop(by="imap.example.com", address="10.0.0.25", family=V4, id="int1")
BELOW = Hop(raw="from a.example by b.example", by="b.example", address="192.0.2.99", family=V4)
FOUR_OK = {(OK, V4, MX1_4)}


def header(value: str, above: int = 0) -> Verification:
    return Verification(above, results=parse(value))


def spf(value: str, above: int = 0) -> Verification:
    return Verification(above, spf=parse_received_spf(value))


GOOD = (header("mx1.example.com; spf=pass; dkim=none; iprev=pass; dmarc=pass"),)


def world(*six: Verification, hops: tuple[Hop, ...] = (), four: tuple[Verification, ...] = GOOD) -> Measurement:
    return delivered(
        attempt(V6, arrival=replace(arrival(V6, *hops), verified=six)),
        attempt(V4, arrival=replace(arrival(V4), verified=four)),
    )


FAILS = "spf=fail; dkim=none; iprev=fail; dmarc=fail"
BAD_TOO = (header(f"mx1.example.com; {FAILS}"),)
BAD = {(WARNING, V6, MX1_6), *FOUR_OK}
BOTH_OK = {(OK, V6, MX1_6), *FOUR_OK}
SILENT = FOUR_OK

CASES: list[Row] = [
    (CODE, "nobody wrote any", delivered(), set()),
    (CODE, "the same", world(*GOOD), BOTH_OK),
    (CODE, "worse over IPv6", world(header(f"mx1.example.com; {FAILS}")), BAD),
    (CODE, "below the header of the host", world(header(f"mx1.example.com; {FAILS}", 1)), BAD),
    (CODE, "a name of the same domain", world(header(f"auth.example.com; {FAILS}")), BAD),
    (CODE, "no name, at the header", world(header(FAILS)), BAD),
    (CODE, "no name, by a host behind", world(header(FAILS), hops=(INNER, hop())), SILENT),
    (CODE, "by a host behind that names itself", world(header(f"imap.example.com; {FAILS}"), hops=(INNER, hop())), BAD),
    (CODE, "a foreign name", world(header(f"mx.attacker.example; {FAILS}")), SILENT),
    (CODE, "below the next header", world(header(f"mx1.example.com; {FAILS}", 2), hops=(hop(), BELOW)), SILENT),
    (CODE, "which header is the host's is not known", world(*GOOD, hops=(INNER, BELOW)), SILENT),
    (CODE, "only Received-SPF", world(spf("fail client-ip=2001:db8::9", 1)), BAD),
    (CODE, "Received-SPF of another host", world(spf("fail", 2), hops=(hop(), BELOW)), SILENT),
    (CODE, "bad over both", world(header(f"mx1.example.com; {FAILS}"), four=BAD_TOO), BOTH_OK),
    (CODE, "a method that the other lacks", world(header("mx1.example.com; arc=fail; spf=pass; iprev=pass")), BOTH_OK),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, given, expected = row
    assert said(given, code) == expected


def test_the_sentence_and_the_fix() -> None:
    found = findings(world(header(f"mx1.example.com; {FAILS}")), CODE)[0]
    assert "spf=fail, iprev=fail, dmarc=fail over IPv6" in found.sentence
    assert found.fix is not None
    assert "ip6:2001:db8:9::9" in found.fix
    assert "reverse name" in found.fix


def test_a_proxy_is_to_blame_first() -> None:
    found = findings(world(header(f"mx1.example.com; {FAILS}"), hops=(hop(address="172.17.0.1", family=V4),)), CODE)[0]
    assert found.fix is not None
    assert "does not see our address" in found.fix
