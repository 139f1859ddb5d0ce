from dataclasses import replace

import pytest

from probe.model.configuration import Prefix, Published
from probe.model.words import Outcome
from tests.configurations import (
    IPV4_ALONE,
    MAIN,
    PREFIXES,
    PUBLISHED,
    V4,
    V6,
    audited,
    healthy,
    here,
    machine,
    postfix,
)
from tests.judge.checks.table import OK, WARNING, Row, findings, name, said

CODE = "cfg-not-published"
IPV4_MACHINE = machine(prefixes=tuple(item for item in PREFIXES if item.family is V4 or item.address == "::1"))
MOVED = tuple(replace(it, addresses=("2001:db8:99::25",)) if it.family is V6 else it for it in PUBLISHED)
UNKNOWN = (Published("mx1.example.com", "myhostname", V6, Outcome.TIMEOUT), PUBLISHED[1])
NAT = machine(prefixes=(Prefix("eth0", "10.0.0.25", 24, V4), *(it for it in PREFIXES if it.family is V6)))

CASES: list[Row] = [
    (CODE, "both", healthy(), set()),
    (CODE, "IPv4 alone", audited(here(published=IPV4_ALONE)), {(WARNING, V6, "mx1.example.com")}),
    (CODE, "IPv4 alone, and the machine has no IPv6", audited(here(published=IPV4_ALONE, machine=IPV4_MACHINE)), set()),
    (CODE, "IPv4 alone, and IPv6 is off", audited(here(f"{MAIN}inet_protocols = ipv4\n", published=IPV4_ALONE)), set()),
    (CODE, "another machine's address", audited(here(published=MOVED)), {(OK, V6, "mx1.example.com")}),
    (CODE, "behind a NAT", audited(here(machine=NAT)), set()),
    (CODE, "nobody knows", audited(here(published=UNKNOWN)), set()),
    (CODE, "nothing at all", audited(here(published=())), set()),
    (CODE, "a machine that only sends",
     audited(here(f"{MAIN}inet_interfaces = loopback-only\n", published=IPV4_ALONE)), set()),
    (CODE, "a file alone", audited(postfix()), set()),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_record_is_ready_to_be_published() -> None:
    (finding,) = findings(audited(here(published=IPV4_ALONE)), CODE)
    assert finding.fix == "mx1.example.com. AAAA 2001:db8:25::25"
