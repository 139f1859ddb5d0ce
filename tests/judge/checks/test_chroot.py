import pytest

from probe.model.configuration import Copy
from tests.configurations import MAIN, MASTER, audited, healthy, here, machine, postfix
from tests.judge.checks.table import WARNING, Row, findings, name, said

CODE = "cfg-chroot-resolv"
RESOLV, COPY = "/etc/resolv.conf", "/var/spool/postfix/etc/resolv.conf"
NEW, OLD = ("nameserver 2001:db8::53", "nameserver 192.0.2.53"), ("nameserver 192.0.2.99",)
STALE = Copy(RESOLV, COPY, NEW, OLD)
HOSTS = "/etc/hosts", "/var/spool/postfix/etc/hosts"
OPEN = MASTER.replace("- y -", "- n -")


def world(*copies: Copy, master: str = MASTER, **changes: object):  # type: ignore[no-untyped-def]
    return audited(here(MAIN, master, machine=machine(copies=copies, **changes)))


CASES: list[Row] = [
    (CODE, "nothing looked at", healthy(), set()),
    (CODE, "the same", world(Copy(RESOLV, COPY, NEW, NEW)), set()),
    (CODE, "another name server", world(STALE), {(WARNING, None, COPY)}),
    (CODE, "another name server, and nobody is locked in", world(STALE, master=OPEN), set()),
    (CODE, "another name server, before the first start", world(STALE, pid=None), set()),
    (CODE, "no copy", world(Copy(RESOLV, COPY, NEW, None)), {(WARNING, None, COPY)}),
    (CODE, "localhost moved", world(Copy(*HOSTS, ("127.0.0.1 localhost", "::1 localhost"), ("127.0.0.1 localhost",))),
     {(WARNING, None, HOSTS[1])}),
    (CODE, "another machine came", world(Copy(*HOSTS, ("::1 localhost", "192.0.2.9 printer"), ("::1 localhost",))),
     set()),
    (CODE, "no copy of hosts", world(Copy(*HOSTS, ("::1 localhost",), None)), set()),
    (CODE, "a file alone", audited(postfix()), set()),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, measurement, expected = row
    assert said(measurement, code) == expected


def test_both_files_are_quoted_and_the_copy_is_made() -> None:
    (finding,) = findings(world(STALE), CODE)
    assert f"{RESOLV}: nameserver 2001:db8::53" in finding.evidence
    assert f"{COPY}: nameserver 192.0.2.99" in finding.evidence
    assert finding.fix == f"cp '{RESOLV}' '{COPY}'\npostfix reload"
