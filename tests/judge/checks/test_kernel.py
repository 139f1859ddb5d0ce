import pytest

from probe.model.configuration import Binding, Mta
from tests.configurations import IPV4_ALONE, MAIN, PUBLISHED, V6, audited, healthy, here, machine, other, postfix
from tests.judge.checks.table import CRITICAL, OK, WARNING, Row, findings, name, said

CODE = "cfg-kernel-ipv6-off"
OFF = machine(kernel=(("conf/all/disable_ipv6", "1"), ("conf/lo/disable_ipv6", "1")))
PARTLY = machine(kernel=(("conf/all/disable_ipv6", "0"), ("conf/eth7/disable_ipv6", "1")))
NO_MX = tuple(item for item in PUBLISHED if item.role != "mx")
EXIM = Binding("daemon", 25, V6, ("::",), "exim4.conf:3")

CASES: list[Row] = [
    (CODE, "on", healthy(), set()),
    (CODE, "off, and published", audited(here(machine=OFF)), {(CRITICAL, V6, "kernel")}),
    (CODE, "off, and not published", audited(here(machine=OFF, published=IPV4_ALONE)), {(WARNING, V6, "kernel")}),
    (CODE, "off, on a machine that only sends",
     audited(here(f"{MAIN}inet_interfaces = loopback-only\n", machine=OFF, published=NO_MX)), {(OK, V6, "kernel")}),
    (CODE, "off, as Postfix is told", audited(here(f"{MAIN}inet_protocols = ipv4\n", machine=OFF)), set()),
    (CODE, "no IPv6 in the kernel at all", audited(here(machine=machine(ipv6=False))), {(CRITICAL, V6, "kernel")}),
    (CODE, "off on one interface", audited(here(machine=PARTLY)), {(OK, V6, "kernel")}),
    (CODE, "a file alone", audited(postfix()), set()),
    (CODE, "another server", audited(other(Mta.EXIM, EXIM, machine=OFF)), {(WARNING, V6, "kernel")}),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_switches_are_named() -> None:
    (finding,) = findings(audited(here(machine=OFF)), CODE)
    assert finding.fix == "sysctl -w net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.lo.disable_ipv6=0"
