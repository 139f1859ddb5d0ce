"""Who is inside of ``mynetworks``: our answer against that of a running smtpd, at RCPT, one service for each list."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from probe.grammar.mynetworks import parse
from tests.real import xclient
from tests.real.agreement import agreement
from tests.real.certificates import issue
from tests.real.namespaces import machine
from tests.real.postfix import HOSTNAME, Postfix, postfix
from tests.real.world import directory, obstacle

pytestmark = pytest.mark.real

CLIENTS = (
    ("127.0.0.1", ""), ("192.0.2.1", ""), ("192.0.2.25", ""), ("192.0.3.1", ""), ("198.51.100.7", "mail.example.com"),
    ("10.1.2.3", ""), ("::1", ""), ("2001:db8::1", ""), ("2001:db8:0:1::25", ""), ("2001:db9::1", "mx.example.com"),
    ("fe80::1", ""), ("fd00::5", ""), ("::ffff:192.0.2.1", ""),
)  # fmt: skip

LISTS = (
    "127.0.0.0/8",
    "127.0.0.0/8 [::1]/128",
    "127.0.0.0/8, [::1]/128, [2001:db8::]/64",
    "[2001:db8::]/32",
    "[2001:db8::/32]",
    "[2001:DB8::1]",
    "[2001:db8:0:0:0:0:0:1]",
    "[::]/0",
    "0.0.0.0/0",
    "0.0.0.0/0 [::]/0",
    "[fe80::]/10",
    "[fd00::]/8 !192.0.2.1 192.0.2.0/24",
    "!192.0.2.0/28 192.0.2.0/24",
    "192.0.2.0/24 !192.0.2.1",
    "!!192.0.2.0/24",
    "![2001:db8::1] [2001:db8::]/32",
    "192.0.2.1",
    "[192.0.2.1]",
    "[192.0.2.0]/24",
    "[192.0.2.0/24]",
    "192.0.2.01",
    "192.0.2.",
    "192.0.2.1/24",
    "127.0.0.0/8 192.0.2.1/24 10.0.0.0/8",
    "[2001:db8::1]/64 [::1]",
    "192.0.2.0/33",
    "192.0.2.0/255.255.255.0",
    "192.0.2.0/",
    "192.0.2/24",
    "[2001:db8::]/129",
    "[2001:db8::]64",
    "[2001:db8::",
    "[2001:db8:::]/64",
    "127.0.0.0/8 2001:db8::/32 192.0.2.0/24",
    "127.0.0.0/8 2001:db8::1",
    "127.0.0.0/8 !2001:db8::/32",
    "127.0.0.0/8 ::1/128",
    "::1",
    "127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128",
    "[::ffff:192.0.2.0]/120",
    "example.com",
    ".example.com",
    "mx.example.com !example.com 0.0.0.0/0",
    "unknown",
    "192.0.2.0/24 # 10.0.0.0/8",
    "192.0.2.0/24;10.0.0.0/8",
    "192.0.2.0-192.0.2.255",
    "192.0.2.*",
    "127.0.0.0/8,,\t10.0.0.0/8",
    "{directory}/networks",
    "!{directory}/networks 0.0.0.0/0 [::]/0",
    "{directory}/absent 192.0.2.0/24",
    "static:all",
    "127.0.0.0/8 !",
    "",
)
FILE = "# ours\n192.0.2.0/24 [2001:db8::]/64\n!10.1.2.3\n  10.0.0.0/8\n"
FIRST_PORT = 10001

# What smtpd has to say at RCPT: let in, refused, or "Temporary lookup failure"; nothing when it cannot start.
INSIDE, OUTSIDE, ERROR = 250, 554, 451


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Postfix, Path]]:
    reason = obstacle()
    if reason is not None:
        pytest.skip(reason)
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(directory())
        alone = stack.enter_context(machine(f"p6-{os.getpid()}-networks"))
        _, chain = issue(place, HOSTNAME)
        yield stack.enter_context(postfix(alone, place / "postfix", chain)), place


def test_the_running_server_lets_in_whom_we_say(server: tuple[Postfix, Path]) -> None:
    running, place = server
    lists = [text.replace("{directory}", str(place)) for text in LISTS]
    (place / "networks").write_text(FILE)
    (place / "networks").chmod(0o644)
    with (running.configuration / "main.cf").open("a") as main:
        main.write(
            "smtpd_authorized_xclient_hosts = static:all\nsmtpd_relay_restrictions = permit_mynetworks, reject\n"
        )
        main.write("smtpd_soft_error_limit = 1000\nsmtpd_hard_error_limit = 1000\nsmtpd_junk_command_limit = 1000\n")
        main.write("smtpd_peername_lookup = no\n")
    with (running.configuration / "master.cf").open("a") as master:
        for port, text in enumerate(lists, FIRST_PORT):
            master.write(f"127.0.0.1:{port} inet n - n - - smtpd -o {{ mynetworks = {text} }}\n")
    running.restart()
    cases = place / "cases.json"
    cases.write_text(json.dumps([[port, CLIENTS] for port, _ in enumerate(lists, FIRST_PORT)]))
    said = running.where.run(sys.executable, Path(xclient.__file__), cases, timeout=300).stdout
    counted = agreement("clients of mynetworks (RCPT at a running smtpd)")
    before = len(counted.differences)
    files = {str(place / "networks"): FILE}
    for text, answers in zip(lists, json.loads(said), strict=True):
        counted.configurations += 1
        networks = parse(text, files)
        for (address, name), theirs in zip(CLIENTS, answers, strict=True):
            decision = networks.decide(address, name or "unknown")
            ours = {True: INSIDE, False: OUTSIDE, None: "depends"}[decision.inside]
            if decision.error and decision.pattern is not None:
                ours = None if decision.pattern.fatal else ERROR
            if ours == "depends":
                continue  # a table or file that the pure reader does not open
            counted.count(f"{address} {name}", theirs, ours, text)
    assert counted.differences[before:] == []
    assert counted.answers > 600
