import pytest

from tests.configurations import IPV4_ALONE, MAIN, MASTER, V6, audited, healthy, here, postfix
from tests.judge.checks.table import CRITICAL, WARNING, Row, findings, name, said

OVERRIDE, PROXY = "cfg-pf-mastercf-override", "cfg-proxy-protocol"
CLIENTS = "smtp unix - - y - - smtp\n"
FOUR, SIX = "192.0.2.25:25 inet n - y - - smtpd\n", "[2001:db8:25::25]:25 inet n - y - - smtpd\n"
PSC4 = "192.0.2.25:25 inet n - y - 1 postscreen\n"
HAPROXY = " -o smtpd_upstream_proxy_protocol=haproxy\n"


def world(master: str, main: str = MAIN, **changes: object):  # type: ignore[no-untyped-def]
    return audited(here(main, master, **changes))


CASES: list[Row] = [
    (OVERRIDE, "in good order", healthy(), set()),
    (OVERRIDE, "bound to IPv4", world(FOUR + CLIENTS), {(CRITICAL, V6, "port 25")}),
    (OVERRIDE, "bound to IPv4, and no IPv6 is published", world(FOUR + CLIENTS, published=IPV4_ALONE),
     {(WARNING, V6, "port 25")}),
    (OVERRIDE, "bound to an address of each", world(FOUR + SIX + CLIENTS), set()),
    (OVERRIDE, "bound to IPv4, which alone is on", world(FOUR + CLIENTS, f"{MAIN}inet_protocols = ipv4\n"), set()),
    (OVERRIDE, "a filter's way back", world(f"{MASTER}127.0.0.1:10025 inet n - n - - smtpd\n"), set()),
    (OVERRIDE, "the families differ", world(f"{FOUR} -o smtpd_tls_security_level=may\n{SIX}{CLIENTS}"),
     {(WARNING, V6, "port 25")}),
    (OVERRIDE, "the families are served by two programs", world(PSC4 + SIX + CLIENTS), {(WARNING, V6, "port 25")}),
    (OVERRIDE, "only their log names differ",
     world(f"{FOUR} -o syslog_name=postfix/v4\n{SIX} -o syslog_name=postfix/v6\n{CLIENTS}"), set()),
    (OVERRIDE, "sends over IPv4 alone", world(f"{MASTER}out unix - - n - - smtp\n -o inet_protocols=ipv4\n"),
     {(WARNING, V6, "out/unix")}),
    (OVERRIDE, "sends over what main.cf says", world(f"{MASTER}out unix - - n - - smtp\n -o inet_protocols=all\n"),
     set()),
    (OVERRIDE, "a server's own inet_protocols opens nothing",
     world(f"smtp inet n - y - - smtpd\n -o inet_protocols=ipv4\n{CLIENTS}"), {(WARNING, V6, "smtp/inet")}),
    (PROXY, "for one family", world(f"{FOUR}{HAPROXY}{SIX}{CLIENTS}"), {(CRITICAL, V6, "port 25")}),
    (PROXY, "for both", world(f"{FOUR}{HAPROXY}{SIX}{HAPROXY}{CLIENTS}"), set()),
    (OVERRIDE, "only the proxy differs", world(f"{FOUR}{HAPROXY}{SIX}{CLIENTS}"), set()),
    (PROXY, "on another port", world(f"{MASTER}2525 inet n - y - - smtpd\n{HAPROXY}"), set()),
    (OVERRIDE, "a file alone", audited(postfix()), set()),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, measurement, expected = row
    assert said(measurement, code) == expected


def test_the_difference_is_named_with_both_lines() -> None:
    (finding,) = findings(world(f"{FOUR} -o smtpd_tls_security_level=may\n{SIX}{CLIENTS}"), OVERRIDE)
    assert "smtpd_tls_security_level: IPv6 empty, IPv4 may" in finding.evidence
    assert finding.evidence[:2] == ("master.cf:3: [2001:db8:25::25]:25 smtpd", "master.cf:1: 192.0.2.25:25 smtpd")


def test_a_services_own_setting_is_taken_away_by_postconf() -> None:
    (finding,) = findings(world(f"{MASTER}out unix - - n - - smtp\n -o inet_protocols=ipv4\n"), OVERRIDE)
    assert finding.fix == "postconf -PX 'out/unix/inet_protocols'\npostfix reload"
