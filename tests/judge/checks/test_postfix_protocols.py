from dataclasses import replace

import pytest

from probe.judge import judge
from probe.model.configuration import Listener
from probe.model.words import Outcome
from tests.configurations import (
    DEBIAN,
    IPV4_ALONE,
    LISTENERS,
    MAIN,
    PUBLISHED,
    V4,
    V6,
    audited,
    healthy,
    here,
    machine,
    postfix,
)
from tests.judge.checks.table import CRITICAL, OK, WARNING, Row, findings, name, said

PROTOCOLS, INTERFACES = "cfg-pf-inet-protocols", "cfg-pf-inet-interfaces"
NO_MX = tuple(item for item in PUBLISHED if item.role != "mx")
IPV6_ALONE = tuple(replace(it, outcome=Outcome.NO_DATA, addresses=()) if it.family is V4 else it for it in PUBLISHED)
PROXY = machine(listeners=(Listener("::", 25, V6, "haproxy", 7),))


def with_main(*lines: str) -> str:
    return MAIN + "".join(f"{line}\n" for line in lines)


CASES: list[Row] = [
    (PROTOCOLS, "IPv4 alone, and IPv6 is published", audited(here(with_main("inet_protocols = ipv4"))),
     {(CRITICAL, V6, "inet_protocols")}),
    (PROTOCOLS, "IPv4 alone, in a file", audited(postfix(with_main("inet_protocols=ipv4"))),
     {(CRITICAL, V6, "inet_protocols")}),
    (PROTOCOLS, "IPv4 alone, and no IPv6 is published",
     audited(here(with_main("inet_protocols = ipv4"), published=IPV4_ALONE)), {(WARNING, V6, "inet_protocols")}),
    (PROTOCOLS, "IPv4 alone on a machine that only sends",
     audited(here(with_main("inet_protocols = ipv4", "inet_interfaces = loopback-only"), published=NO_MX)),
     {(WARNING, V6, "inet_protocols")}),
    (PROTOCOLS, "IPv6 alone", audited(here(with_main("inet_protocols = ipv6"))), {(CRITICAL, V4, "inet_protocols")}),
    (PROTOCOLS, "IPv6 alone, as published", audited(here(with_main("inet_protocols = ipv6"), published=IPV6_ALONE)),
     {(WARNING, V4, "inet_protocols")}),
    (PROTOCOLS, "both, as two words", audited(here(with_main("inet_protocols = ipv4, ipv6"))), set()),
    (PROTOCOLS, "the default", healthy(), set()),
    (PROTOCOLS, "Debian's own main.cf", audited(here(DEBIAN)), set()),
    (INTERFACES, "the default", healthy(), set()),
    (INTERFACES, "an IPv4 address", audited(here(with_main("inet_interfaces = 192.0.2.25"))),
     {(CRITICAL, V6, "inet_interfaces")}),
    (INTERFACES, "an IPv4 address and the loopback of both",
     audited(here(with_main("inet_interfaces = 127.0.0.1, [::1], 192.0.2.25"))), {(CRITICAL, V6, "inet_interfaces")}),
    (INTERFACES, "an IPv4 address, and IPv6 is off too",
     audited(postfix(with_main("inet_interfaces = 192.0.2.25", "inet_protocols = ipv4"))),
     {(CRITICAL, V6, "inet_interfaces")}),
    (INTERFACES, "an IPv6 address", audited(here(with_main("inet_interfaces = 2001:db8:25::25"))),
     {(CRITICAL, V4, "inet_interfaces")}),
    (INTERFACES, "an address of each", audited(here(with_main("inet_interfaces = 192.0.2.25, [2001:db8:25::25]"))),
     set()),
    (INTERFACES, "a name with both addresses", audited(here(with_main("inet_interfaces = $myhostname, localhost"))),
     set()),
    (INTERFACES, "a name nobody looked up", audited(postfix(with_main("inet_interfaces = mail.example.com"))), set()),
    (INTERFACES, "an address of another machine",
     audited(here(with_main("inet_interfaces = 192.0.2.25, 2001:db8:25::25, 2001:db8:25::99"))),
     {(CRITICAL, V6, "inet_interfaces [2001:db8:25::99]")}),
    (INTERFACES, "an address of a family that is off",
     audited(here(with_main("inet_interfaces = 192.0.2.25, 2001:db8:25::25", "inet_protocols = ipv4"))),
     {(CRITICAL, V6, "inet_interfaces [2001:db8:25::25]")}),
    (INTERFACES, "the machine itself alone",
     audited(here(with_main("inet_interfaces = loopback-only"), published=NO_MX)), {(OK, None, "inet_interfaces")}),
    (INTERFACES, "the machine itself alone, by name", audited(postfix(with_main("inet_interfaces = localhost"))),
     {(OK, None, "inet_interfaces")}),
    (INTERFACES, "the machine itself alone, and mail is led to it",
     audited(here(with_main("inet_interfaces = loopback-only"))), {(CRITICAL, None, "inet_interfaces")}),
    (INTERFACES, "behind a proxy on the same machine",
     audited(here(with_main("inet_interfaces = loopback-only"), machine=PROXY)), {(OK, None, "inet_interfaces")}),
    (INTERFACES, "no service takes mail", audited(here(with_main("inet_interfaces = loopback-only"), "")), set()),
    (INTERFACES, "master.cf says where",
     audited(here(with_main("inet_interfaces = 127.0.0.1"),
                  "[2001:db8:25::25]:25 inet n - y - - smtpd\n192.0.2.25:25 inet n - y - - smtpd\n")), set()),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_line_the_value_and_the_command_are_told() -> None:
    (finding,) = findings(audited(postfix(with_main("inet_protocols = ipv4"))), PROTOCOLS)
    assert finding.evidence[0] == "main.cf:5: inet_protocols = ipv4"
    assert finding.fix == "postconf -e 'inet_protocols = all'\npostfix stop && postfix start"


def test_another_instance_is_named_in_the_command() -> None:
    (finding,) = findings(audited(here(with_main("inet_protocols = ipv4"), place="/etc/postfix out")), PROTOCOLS)
    assert finding.fix is not None
    assert finding.fix.startswith("postconf -c '/etc/postfix out' -e ")
    assert finding.fix.endswith("postfix -c '/etc/postfix out' stop && postfix -c '/etc/postfix out' start")


@pytest.mark.parametrize("main", [MAIN, DEBIAN])
def test_nothing_above_a_note_is_said_of_a_server_in_good_order(main: str) -> None:
    for configuration in (here(main), postfix(main), here(main, machine=machine(listeners=LISTENERS))):
        assert {item.code for item in judge(audited(configuration)).findings if item.verdict is not OK} == set()


def test_a_machine_that_only_sends_is_ok() -> None:
    main = with_main("inet_interfaces = loopback-only", "relayhost = [smtp.example.net]:587", "mydestination =")
    loopback = (Listener("::1", 25, V6, "master", 9), Listener("127.0.0.1", 25, V4, "master", 9))
    assert judge(audited(here(main, published=NO_MX, machine=machine(listeners=loopback)))).verdict is OK


def test_what_the_dns_said_is_shown_once() -> None:
    """A server whose own name is its MX host's is looked up under both roles."""
    (found,) = [
        item for item in judge(audited(here(f"{MAIN}inet_protocols = ipv4\n"))).findings if item.fix and item.evidence
    ]
    assert len(set(found.evidence)) == len(found.evidence)
    assert any(line.startswith("DNS: mx1.example.com AAAA") for line in found.evidence)
