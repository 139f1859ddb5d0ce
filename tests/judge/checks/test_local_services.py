import pytest

from probe.model.configuration import Listener
from tests.configurations import LISTENERS, MAIN, MASTER, V4, V6, audited, healthy, here, machine, postfix
from tests.judge.checks.table import CRITICAL, OK, Row, findings, name, said

CODE = "cfg-localhost-family"
FOUR, SIX = Listener("127.0.0.1", 8891, V4, "opendkim", 5), Listener("::1", 8891, V6, "opendkim", 5)
BY_NAME, BY_FOUR, BY_SIX = "inet:localhost:8891", "inet:127.0.0.1:8891", "inet:[::1]:8891"


def milter(value: str, *sockets: Listener, localhost: tuple[str, ...] = ("127.0.0.1", "::1"), more: str = ""):  # type: ignore[no-untyped-def]
    place = machine(listeners=(*LISTENERS, *sockets), localhost=localhost)
    return audited(here(f"{MAIN}smtpd_milters = {value}\n{more}", machine=place))


def wrong(place: str) -> str:
    return f"smtpd_milters {place}:8891"


CASES: list[Row] = [
    (CODE, "none", healthy(), set()),
    (CODE, "by name, over both", milter(BY_NAME, FOUR, SIX), set()),
    (CODE, "by name, over one of two", milter(BY_NAME, FOUR), {(OK, V6, wrong("localhost"))}),
    (CODE, "by name, which is the other family", milter(BY_NAME, FOUR, localhost=("::1",)),
     {(CRITICAL, V6, wrong("localhost"))}),
    (CODE, "by name, and IPv6 is off", milter(BY_NAME, SIX, more="inet_protocols = ipv4\n"),
     {(CRITICAL, V4, wrong("localhost"))}),
    (CODE, "by address, of the other family", milter(BY_FOUR, SIX), {(CRITICAL, V4, wrong("127.0.0.1"))}),
    (CODE, "by address", milter(BY_FOUR, FOUR), set()),
    (CODE, "by address in brackets, of the other family", milter(BY_SIX, FOUR), {(CRITICAL, V6, wrong("::1"))}),
    (CODE, "the daemon does not run", milter(BY_NAME), set()),
    (CODE, "a socket in the file system", milter("unix:/run/opendkim/opendkim.sock", FOUR), set()),
    (CODE, "another machine", milter("inet:filter.example.com:8891", FOUR), set()),
    (CODE, "a service's own", audited(here(MAIN, f"{MASTER}587 inet n - y - - smtpd\n -o smtpd_milters={BY_SIX}\n",
                                           machine=machine(listeners=(*LISTENERS, FOUR)))),
     {(CRITICAL, V6, f"{wrong('::1')} of 587/inet")}),
    (CODE, "a file alone", audited(postfix(f"{MAIN}smtpd_milters = {BY_NAME}\n")), set()),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_address_takes_the_place_of_the_name() -> None:
    (finding,) = findings(milter(BY_NAME, FOUR, localhost=("::1",)), CODE)
    assert finding.fix == "postconf -e 'smtpd_milters = inet:127.0.0.1:8891'\npostfix reload"
