"""A domain over a wire of 100 ms, there and back: probe6 on all its addresses, dig and swaks on one after the other.

Two namespaces joined by ``bench.delay_link``; behind it the name server and the Postfix of ``tests/real``, which is two
mail hosts with an address of each family here. Everybody uses the system's resolv.conf, does STARTTLS and stops after
RCPT. Needs root and the packages of ``tests/real``; dig, swaks and its Perl modules are installed when missing.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.delay_link import delay_link
from bench.timing import Contestant, Times, interleaved, process
from tests.real.nameserver import reverse_zones
from tests.real.namespaces import SEARCH_PATH, Machine, command, machine
from tests.real.postfix import DOMAIN, HOSTNAME
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
    ZONES,
    directory,
    obstacle,
    servers,
)

ONE_WAY = 0.05
ROUNDS = 7
LOCK_STEP = 12  # 2 DNS, TCP, banner, EHLO, STARTTLS, TLS 1.3, EHLO, MAIL, RCPT, RSET, QUIT
GROUPED = 9  # the last four at once
ALLOWANCE = 0.12
LOCKSTEP = Path(__file__).with_name("lockstep.py")

SECOND, SECOND6, SECOND4 = "mx2.example.com", "2001:db8:25::26", "192.0.2.26"
HOSTS = {HOSTNAME: (MAIL6, MAIL4), SECOND: (SECOND6, SECOND4)}
TWO_HOSTS = {
    **ZONES,
    DOMAIN: f"{ZONES[DOMAIN]}@ MX 20 mx2\nmx2 A {SECOND4}\nmx2 AAAA {SECOND6}\n",
    **reverse_zones({
        **{address: host for host, both in HOSTS.items() for address in both}, PROBER6: PROBER, PROBER4: PROBER,
    }),
}  # fmt: skip

PEERS = ("bind9-dnsutils", "swaks", "libnet-dns-perl", "libnet-ssleay-perl", "libio-socket-inet6-perl")
MODULES = ("-MNet::DNS", "-MNet::SSLeay", "-MIO::Socket::INET6")

OURS, GROUPED_OURS, BY_HAND = "probe6", "probe6 --pipelining auto", "dig, then swaks, one after the other"

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


def missing_peers() -> str | None:
    """See that dig and swaks and what it needs are there; why not, when they cannot be had."""
    modules = subprocess.run(["perl", *MODULES, "-e", "1"], check=False, capture_output=True)
    if command("dig") and command("swaks") and modules.returncode == 0:
        return None
    if command("apt-get") is None:
        return "dig or swaks is missing, and this is no Debian to install them on"
    print(f"installing {' '.join(PEERS)}", file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "PATH": SEARCH_PATH}
    install = ["apt-get", "-qq", "install", "--yes", "--no-install-recommends", *PEERS]
    for argv in (["apt-get", "-qq", "update"], install):
        done = subprocess.run(argv, check=False, capture_output=True, text=True, env=environment)
        if done.returncode:
            return f"dig and swaks cannot be installed: {done.stderr.strip()}"
    return None


@contextlib.contextmanager
def link(resolv_conf: str = RESOLV_CONF) -> Iterator[tuple[Machine, Machine]]:
    """The prober's machine at the near end of the wire, the mail hosts' at the far end, with nothing running yet."""
    with contextlib.ExitStack() as stack:
        prober, mailhost = (
            stack.enter_context(machine(f"p6-{os.getpid()}-{role}", resolv_conf)) for role in ("near", "far")
        )
        near, far = (f"p6{end}{os.getpid()}" for end in "nf")
        stack.enter_context(delay_link(ONE_WAY, (near, prober.name), (far, mailhost.name)))
        prober.address(near, f"{PROBER6}/64", f"{PROBER4}/24")
        mailhost.address(far, f"{MAIL6}/64", f"{NAME6}/64", f"{MAIL4}/24", f"{NAME4}/24")
        mailhost.address(far, f"{SECOND6}/64", f"{SECOND4}/24")
        for end, device in ((prober, near), (mailhost, far)):
            for family in ("-6", "-4"):
                end.ip(family, "route", "add", "default", "dev", device)
        yield prober, mailhost


@contextlib.contextmanager
def world() -> Iterator[tuple[Machine, Path]]:
    """The prober's machine and the file with the authority; all servers run at the far end of the wire."""
    with directory() as place, link() as (prober, mailhost), servers(mailhost, place, TWO_HOSTS, tuple(HOSTS)) as more:
        yield prober, more[1]


def by_hand(prober: Machine) -> Contestant:
    """What a person types: the mail hosts, the addresses of each, and a conversation with each address."""
    looked_up = [("MX", DOMAIN), *((rrtype, host) for host in HOSTS for rrtype in ("AAAA", "A"))]
    envelope = ("--to", f"postmaster@{DOMAIN}", "--from", "<>", "--helo", PROBER, "--quit-after", "RCPT", "-tls")
    steps = [process(prober.argv("dig", "+short", rrtype, name)) for rrtype, name in looked_up]
    for ipv6, ipv4 in HOSTS.values():
        for family, address in (("-6", ipv6), ("-4", ipv4)):
            steps.append(process(prober.argv("swaks", family, "--server", address, *envelope)))

    def one_after_the_other() -> None:
        for step in steps:
            step()

    return one_after_the_other


def offers_pipelining() -> bool:
    done = subprocess.run([str(PROBE6), "check", "--help"], check=True, capture_output=True, text=True)
    return "--pipelining" in done.stdout


def contestants(prober: Machine, ca_file: Path) -> dict[str, Contestant]:
    words = ("--treat-global", DOCUMENTATION, "--ca", ca_file)
    engine = ("--engine", "native")
    # A warning is no failure: the second host greets by the name of the first, for it is the same Postfix.
    ours = {OURS: process(prober.argv(PROBE6, DOMAIN, *engine, *words), good=(0, 1))}
    if offers_pipelining():
        ours[GROUPED_OURS] = process(prober.argv(PROBE6, DOMAIN, *engine, "--pipelining", "auto", *words), good=(0, 1))
    return {
        **ours,
        BY_HAND: by_hand(prober),
        "bare sockets, one address": process(prober.argv(sys.executable, LOCKSTEP, NAME6, MAIL6, PROBER)),
    }


def table(times: dict[str, Times], round_trip: float) -> str:
    theirs = times[BY_HAND].median
    lines = [
        f"## One domain, two hosts x two families; round trip {round_trip * 1000:.1f} ms, {ROUNDS} rounds\n",
        "| what | median ms | min-max | round trips | above its floor, ms | x dig and swaks |",
        "|---|---|---|---|---|---|",
    ]
    floors = {OURS: LOCK_STEP, GROUPED_OURS: GROUPED}
    for name, taken in times.items():
        floor = floors.get(name)
        above = "" if floor is None else f"{(taken.median - floor * round_trip) * 1000:.0f} (of {floor} round trips)"
        ratios = f"{taken.median / round_trip:.1f}", above, f"{taken.median / theirs:.2f}"
        lines.append(taken.row(f"`{name}`", *ratios))
    lines += ["", f"Goals: at most {ALLOWANCE * 1000:.0f} ms above the floor, at most 0.25 x dig and swaks.", ""]
    if GROUPED_OURS not in times:
        lines += ["This probe6 has no --pipelining.", ""]
    return "\n".join(lines)


def main() -> None:
    reason = obstacle() or missing_peers()
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
