from dataclasses import replace

import pytest

from probe.judge import judge
from probe.model.configuration import Configuration, Setting
from probe.model.measurement import Measurement
from tests.configurations import DEBIAN, MASTER, V4, V6, audited, healthy, here, machine, postfix
from tests.judge.checks.table import CRITICAL, OK, WARNING, Row, findings, name, said

BROAD, BRACKETS = "cfg-pf-mynetworks-broad", "cfg-pf-mynetworks-brackets"
MISSING, STYLE = "cfg-pf-mynetworks-missing", "cfg-pf-mynetworks-style"
LEVEL = "compatibility_level = 3.6\nmyhostname = mx1.example.com\n"
SELF = "127.0.0.0/8 [::1]/128"
SUBMISSION = f"{MASTER}submission inet n - y - - smtpd\n -o mynetworks=[2001:db8::]/32\n"
CONTAINER = machine(container=True, gateways=("172.17.0.1",))


def networks(value: str) -> str:
    return f"{LEVEL}mynetworks = {value}\n"


def wide(text: str, lan: tuple[str, ...] = ()) -> Measurement:
    return audited(here(networks(f"{SELF} {text}"), lan=lan))


def subnet(computed: str, **changes: object) -> Configuration:
    """A server that takes its networks from its interfaces, as postconf tells them."""
    found = here(f"{LEVEL}mynetworks_style = subnet\n", **changes)
    return replace(found, settings=(*found.settings, Setting("mynetworks", computed)))


CASES: list[Row] = [
    (BRACKETS, "no brackets", audited(postfix(networks(f"{SELF} 2001:db8::/64"))), {(CRITICAL, V6, "mynetworks")}),
    (BRACKETS, "bits behind the prefix", audited(postfix(networks(f"{SELF} [2001:db8::1]/64"))),
     {(CRITICAL, V6, "mynetworks")}),
    (BRACKETS, "bits behind an IPv4 prefix", audited(postfix(networks(f"192.0.2.25/24 {SELF}"))),
     {(CRITICAL, V4, "mynetworks")}),
    (BRACKETS, "the loopback address without brackets", audited(postfix(networks("127.0.0.0/8 ::1/128"))),
     {(CRITICAL, V6, "mynetworks")}),
    (BRACKETS, "in order", healthy(), set()),
    (BRACKETS, "a table", audited(postfix(networks(f"{SELF} cidr:/etc/postfix/networks"))), set()),
    (BROAD, "the whole Internet", wide("[::]/0"), {(CRITICAL, V6, "mynetworks [::]/0")}),
    (BROAD, "all that is given out", wide("[2000::]/3"), {(CRITICAL, V6, "mynetworks [2000::]/3")}),
    (BROAD, "all of IPv4", wide("0.0.0.0/0"), {(CRITICAL, V4, "mynetworks 0.0.0.0/0")}),
    (BROAD, "link-local", wide("[fe80::]/10"), {(CRITICAL, V6, "mynetworks [fe80::]/10")}),
    (BROAD, "link-local, one link's", wide("[fe80::]/64"), {(CRITICAL, V6, "mynetworks [fe80::]/64")}),
    (BROAD, "a provider", wide("[2001:db8::]/32"), {(CRITICAL, V6, "mynetworks [2001:db8::]/32")}),
    (BROAD, "wider than the interface", wide("[2001:db8:25::]/48"), {(CRITICAL, V6, "mynetworks [2001:db8:25::]/48")}),
    (BROAD, "the link", wide("[2001:db8:25::]/64"), {(WARNING, V6, "mynetworks [2001:db8:25::]/64")}),
    (BROAD, "the link, declared", wide("[2001:db8:25::]/64", ("2001:db8:25::/64",)),
     {(OK, V6, "mynetworks [2001:db8:25::]/64")}),
    (BROAD, "a site, declared", wide("[2001:db8:25::]/48", ("2001:db8:25::/48",)),
     {(OK, V6, "mynetworks [2001:db8:25::]/48")}),
    (BROAD, "more than was declared", wide("[2001:db8:25::]/48", ("2001:db8:25::/64",)),
     {(CRITICAL, V6, "mynetworks [2001:db8:25::]/48")}),
    (BROAD, "every site's local addresses", wide("[fc00::]/7"), {(WARNING, V6, "mynetworks [fc00::]/7")}),
    (BROAD, "a site's local addresses", wide("[fd12:3456:789a::]/48"), set()),
    (BROAD, "one machine", wide("[2001:db8:25::7]/128"), set()),
    (BROAD, "behind an entry that cannot be read", audited(postfix(networks(f"{SELF} 2001:db8::/64 [fe80::]/10"))),
     {(CRITICAL, V6, "mynetworks [fe80::]/10")}),
    (BROAD, "taken away again", audited(here(networks(f"{SELF} ![2001:db8::]/32 [2001:db8::]/32"))), set()),
    (BROAD, "an exclusion", audited(here(networks(f"![2001:db8::]/32 {SELF}"))), set()),
    (BROAD, "a part of a link", wide("[2001:db8:25::]/80"), {(OK, V6, "mynetworks [2001:db8:25::]/80")}),
    (BROAD, "a service's own", audited(here(networks(SELF), SUBMISSION)),
     {(CRITICAL, V6, "mynetworks of submission/inet [2001:db8::]/32")}),
    (BROAD, "the gateway of a container", audited(here(networks(f"{SELF} 172.16.0.0/12"), machine=CONTAINER)),
     {(CRITICAL, V6, "mynetworks 172.17.0.1")}),
    (BROAD, "the gateway of a container with a network of its own",
     audited(here(networks(f"{SELF} [2001:db8:25::]/64"), machine=machine(container=True), lan=("2001:db8:25::/64",))),
     {(OK, V6, "mynetworks [2001:db8:25::]/64")}),
    (BROAD, "the same network elsewhere", audited(here(networks(f"{SELF} 172.16.0.0/12"))), set()),
    (BROAD, "by style", audited(postfix(f"{LEVEL}mynetworks_style = subnet\n")), {(WARNING, V6, "mynetworks_style")}),
    (BROAD, "by an old style", audited(postfix("myhostname = mx1.example.com\n")), {(WARNING, V6, "mynetworks_style")}),
    (BROAD, "by style, with what it trusts", audited(subnet("127.0.0.0/8 192.0.2.0/24 [::1]/128 [2001:db8:25::]/64")),
     {(WARNING, V6, "mynetworks_style")}),
    (BROAD, "by style, declared",
     audited(subnet("127.0.0.0/8 [::1]/128 [2001:db8:25::]/64", lan=("2001:db8:25::/64",))), set()),
    (BROAD, "by style, IPv4 alone", audited(subnet("127.0.0.0/8 192.0.2.0/24")), {(WARNING, V4, "mynetworks_style")}),
    (BROAD, "the machine by style", audited(postfix(LEVEL)), set()),
    (BROAD, "Debian's own main.cf", audited(here(DEBIAN)), set()),
    (MISSING, "IPv4 of the machine alone", audited(here(networks("127.0.0.0/8"))), {(WARNING, V6, "mynetworks")}),
    (MISSING, "IPv4 alone, and no IPv6", audited(here(f"{networks('127.0.0.0/8')}inet_protocols = ipv4\n")), set()),
    (MISSING, "nobody at all", audited(here(networks(""))), set()),
    (MISSING, "both", healthy(), set()),
    (MISSING, "a network over IPv4 alone", audited(here(networks(f"{SELF} 192.168.1.0/24"))),
     {(OK, V6, "mynetworks 192.168.1.0/24")}),
    (MISSING, "a network over both", audited(here(networks(f"{SELF} 192.168.1.0/24 [fd12:3456:789a::]/64"))), set()),
    (MISSING, "the rest in a table", audited(here(networks(f"{SELF} 192.168.1.0/24 cidr:/etc/postfix/own"))), set()),
    (STYLE, "beside a list", audited(postfix(f"{networks(SELF)}mynetworks_style = subnet\n")),
     {(OK, None, "mynetworks_style")}),
    (STYLE, "alone", audited(postfix(f"{LEVEL}mynetworks_style = host\n")), set()),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_command_writes_brackets() -> None:
    (finding,) = findings(audited(postfix(networks(f"{SELF} 2001:db8::5/64 192.0.2.7/24"))), BRACKETS)
    assert finding.fix is not None
    assert "'mynetworks = 127.0.0.0/8 [::1]/128 [2001:db8::]/64 192.0.2.0/24'" in finding.fix
    assert finding.evidence[0].startswith("main.cf:3: mynetworks = ")


def test_an_open_relay_is_called_that() -> None:
    for text in ("[::]/0", "[fe80::]/10", "[2001:db8::]/32", "[2001:db8:25::]/48"):
        (finding,) = findings(audited(here(networks(f"{SELF} {text}"))), BROAD)
        assert "open relay" in finding.sentence


def test_a_warning_asks_and_says_how_to_answer() -> None:
    (finding,) = findings(audited(here(networks(f"{SELF} [2001:db8:25::]/64"))), BROAD)
    assert finding.sentence.endswith("?")
    assert finding.fix is not None
    assert "probe6 audit postfix --lan 2001:db8:25::/64" in finding.fix
    assert "eth0: 2001:db8:25::25/64" in finding.evidence


def test_a_list_that_cannot_be_read_is_not_judged_for_what_it_lacks() -> None:
    codes = {item.code for item in judge(audited(postfix(networks("127.0.0.0/8 ::1/128")))).findings}
    assert MISSING not in codes
