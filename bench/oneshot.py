"""One domain over a wire of 100 ms, there and back: probe6 on both families beside swaks on one after the other.

Two namespaces joined by ``bench.delay_link``; behind it the name server and the Postfix of ``tests/real``. Everybody
uses the system's resolv.conf, does STARTTLS and stops after RCPT. Needs root and the packages of ``tests/real``; swaks
and its Perl modules are installed when they are missing.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.delay_link import delay_link
from bench.timing import Contestant, Times, interleaved, process
from tests.real.namespaces import SEARCH_PATH, Machine, command, machine
from tests.real.postfix import DOMAIN
from tests.real.world import (
    DOCUMENTATION,
    MAIL4,
    MAIL6,
    NAME4,
    NAME6,
    PROBE6,
    PROBER,
    PROBER4,
    PROBER6,
    RESOLV_CONF,
    directory,
    obstacle,
    servers,
)

ONE_WAY = 0.05
ROUNDS = 7
FLOOR = 12  # lock-step: 2 DNS, TCP, banner, EHLO, STARTTLS, TLS 1.3, EHLO, MAIL, RCPT, RSET, QUIT
ALLOWANCE = 0.25
LOCKSTEP = Path(__file__).with_name("lockstep.py")

SWAKS_PACKAGES = ("swaks", "libnet-dns-perl", "libnet-ssleay-perl", "libio-socket-inet6-perl")
SWAKS_MODULES = ("-MNet::DNS", "-MNet::SSLeay", "-MIO::Socket::INET6")

# A TCP connection to the name server takes one round trip; no process start is in the figure.
ROUND_TRIP = """
import socket, statistics, sys, time
taken = []
for _ in range(5):
    started = time.perf_counter()
    socket.create_connection((sys.argv[1], 53)).close()
    taken.append(time.perf_counter() - started)
print(statistics.median(taken))
"""


def missing_swaks() -> str | None:
    """See that swaks and what it needs is there; why not, when it cannot be had."""
    modules = subprocess.run(["perl", *SWAKS_MODULES, "-e", "1"], check=False, capture_output=True)
    if command("swaks") and modules.returncode == 0:
        return None
    if command("apt-get") is None:
        return "swaks is missing, and this is no Debian to install it on"
    print(f"installing {' '.join(SWAKS_PACKAGES)}", file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "PATH": SEARCH_PATH}
    install = ["apt-get", "-qq", "install", "--yes", "--no-install-recommends", *SWAKS_PACKAGES]
    for argv in (["apt-get", "-qq", "update"], install):
        done = subprocess.run(argv, check=False, capture_output=True, text=True, env=environment)
        if done.returncode:
            return f"swaks cannot be installed: {done.stderr.strip()}"
    return None


@contextlib.contextmanager
def world() -> Iterator[tuple[Machine, Path]]:
    """The prober's machine at the near end of the wire, all servers at the far end."""
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(directory())
        prober, mailhost = (
            stack.enter_context(machine(f"p6-{os.getpid()}-{role}", RESOLV_CONF)) for role in ("near", "far")
        )
        near, far = (f"p6{end}{os.getpid()}" for end in "nf")
        stack.enter_context(delay_link(ONE_WAY, (near, prober.name), (far, mailhost.name)))
        prober.address(near, f"{PROBER6}/64", f"{PROBER4}/24")
        mailhost.address(far, f"{MAIL6}/64", f"{NAME6}/64", f"{MAIL4}/24", f"{NAME4}/24")
        for end, device in ((prober, near), (mailhost, far)):
            for family in ("-6", "-4"):
                end.ip(family, "route", "add", "default", "dev", device)
        _, ca_file = stack.enter_context(servers(mailhost, place))
        yield prober, ca_file


def swaks(prober: Machine, family: str) -> Contestant:
    envelope = ("--to", f"postmaster@{DOMAIN}", "--from", "<>", "--helo", PROBER)
    return process(prober.argv("swaks", family, *envelope, "--quit-after", "RCPT", "-tls"))


def contestants(prober: Machine, ca_file: Path) -> dict[str, Contestant]:
    six, four = swaks(prober, "-6"), swaks(prober, "-4")

    def both() -> None:
        six()
        four()

    options = ("--treat-global", DOCUMENTATION, "--ca", ca_file)
    return {
        "probe6 example.com": process(prober.argv(PROBE6, DOMAIN, *options)),
        "swaks -6, then swaks -4": both,
        "bare sockets, IPv6 alone": process(prober.argv(sys.executable, LOCKSTEP, NAME6, MAIL6, PROBER)),
    }


def table(times: dict[str, Times], round_trip: float) -> str:
    ours, theirs = times["probe6 example.com"].median, times["swaks -6, then swaks -4"].median
    floor = FLOOR * round_trip
    lines = [
        f"## One domain, both families, STARTTLS, up to RCPT; round trip {round_trip * 1000:.1f} ms, {ROUNDS} rounds\n",
        "| what | median ms | min-max | round trips |",
        "|---|---|---|---|",
        f"| floor: {FLOOR} round trips in lock-step | {floor * 1000:.1f} | | {FLOOR} |",
        *(taken.row(f"`{name}`", f"{taken.median / round_trip:.1f}") for name, taken in times.items()),
        "",
        f"probe6 above the floor: {(ours - floor) * 1000:.0f} ms (goal: at most {ALLOWANCE * 1000:.0f})  ",
        f"probe6 / both swaks: {ours / theirs:.2f} (goal: at most 0.50)",
    ]
    return "\n".join(lines)


def main() -> None:
    reason = obstacle() or missing_swaks()
    if reason is not None:
        print(f"## One domain over 100 ms: not run\n\n{reason}")
        return
    with world() as (prober, ca_file):
        round_trip = max(
            float(prober.run(sys.executable, "-c", ROUND_TRIP, address).stdout) for address in (NAME6, NAME4)
        )
        print(table(interleaved(contestants(prober, ca_file), ROUNDS), round_trip))


if __name__ == "__main__":
    main()
