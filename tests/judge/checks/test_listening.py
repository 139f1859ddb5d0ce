from datetime import timedelta

import pytest

from probe.model.configuration import Binding, File, Listener, Mta
from tests.configurations import (
    IPV4_ALONE,
    LISTENERS,
    MAIN,
    MASTER,
    STARTED,
    V4,
    V6,
    audited,
    healthy,
    here,
    machine,
    other,
    postfix,
)
from tests.judge.checks.table import CRITICAL, WARNING, Row, findings, name, said

SOCKETS, RESTART = "cfg-listen-sockets", "cfg-pf-restart"
SIX, FOUR = LISTENERS
OLD = (File("/etc/postfix/main.cf", STARTED - timedelta(days=4)),)
NEW = (File("/etc/postfix/main.cf", STARTED - timedelta(days=1)),)
BOTH = "192.0.2.25:25 inet n - y - - smtpd\n[2001:db8:25::25]:25 inet n - y - - smtpd\n"
LITERAL = (Listener("192.0.2.25", 25, V4, "master", 9),)


def exim(*sockets: Listener, bindv6only: str = "0"):  # type: ignore[no-untyped-def]
    bound = (
        Binding("daemon", 25, V6, ("::",), "exim4.conf:3"),
        Binding("daemon", 25, V4, ("0.0.0.0",), "exim4.conf:3"),
    )
    kernel = (("bindv6only", bindv6only),)
    return audited(other(Mta.EXIM, *bound, machine=machine(listeners=sockets, kernel=kernel)))


CASES: list[Row] = [
    (SOCKETS, "in good order", healthy(), set()),
    (SOCKETS, "a file of another machine", audited(postfix()), set()),
    (SOCKETS, "IPv6 is closed", audited(here(machine=machine(listeners=(FOUR,), files=OLD))),
     {(CRITICAL, V6, "smtp port 25")}),
    (RESTART, "no file is newer", audited(here(machine=machine(listeners=(FOUR,), files=OLD))), set()),
    (SOCKETS, "IPv6 is closed, and not published",
     audited(here(machine=machine(listeners=(FOUR,), files=OLD), published=IPV4_ALONE)),
     {(WARNING, V6, "smtp port 25")}),
    (RESTART, "changed since the start", audited(here(machine=machine(listeners=(FOUR,), files=NEW))),
     {(CRITICAL, V6, "smtp port 25")}),
    (SOCKETS, "changed since the start", audited(here(machine=machine(listeners=(FOUR,), files=NEW))), set()),
    (RESTART, "changed in what opens no socket", audited(here(machine=machine(files=NEW))), set()),
    (SOCKETS, "IPv4 is closed: the socket of Postfix takes IPv6 alone",
     audited(here(machine=machine(listeners=(SIX,)))), {(CRITICAL, V4, "smtp port 25")}),
    (SOCKETS, "does not run", audited(here(machine=machine(listeners=(), pid=None))), {(WARNING, None, "port 25")}),
    (SOCKETS, "another program", audited(here(machine=machine(listeners=(Listener("::", 25, V6, "exim4", 7), FOUR)))),
     {(WARNING, V6, "smtp port 25")}),
    (SOCKETS, "nobody may know who", audited(here(machine=machine(listeners=(Listener("::", 25, V6), Listener(
        "0.0.0.0", 25, V4))))), set()),
    (SOCKETS, "one address of two", audited(here(master=BOTH, machine=machine(listeners=LITERAL))),
     {(CRITICAL, V6, "[2001:db8:25::25]:25 port 25")}),
    (SOCKETS, "all addresses where one is wanted", audited(here(master=BOTH)), set()),
    (SOCKETS, "a second service", audited(here(master=f"{MASTER}submission inet n - y - - smtpd\n")),
     {(CRITICAL, V6, "submission port 587"), (CRITICAL, V4, "submission port 587")}),
    (SOCKETS, "Exim: one socket for both", exim(Listener("::", 25, V6, "exim4", 7)), set()),
    (SOCKETS, "Exim: one socket, and the kernel keeps it to IPv6", exim(Listener("::", 25, V6, "exim4", 7),
                                                                     bindv6only="1"),
     {(CRITICAL, V4, "daemon port 25")}),
    (SOCKETS, "Exim: closed", exim(Listener("0.0.0.0", 25, V4, "exim4", 7)), {(CRITICAL, V6, "daemon port 25")}),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_stop_and_start_is_the_cure_and_a_reload_is_not() -> None:
    (finding,) = findings(audited(here(machine=machine(listeners=(FOUR,), files=NEW))), RESTART)
    assert finding.fix == "postfix stop && postfix start"
    assert "started 2026-11-19 18:00:00 UTC" in finding.evidence
    assert "/etc/postfix/main.cf changed 2026-11-21 18:00:00 UTC" in finding.evidence


def test_a_socket_of_one_family_shows_beside_the_other() -> None:
    (finding,) = findings(audited(here(main=MAIN, machine=machine(listeners=(FOUR,)))), SOCKETS)
    assert finding.evidence == ("master.cf:1: smtp IPv6", "sockets: none")
    assert "mail to 2001:db8:25::25 is refused" in finding.sentence
