"""A small Internet for tests: a prober's machine, a router of its network, a router of the mail host's, a mail host.

    prober 2001:db8:9::9 --- gateway --- 2001:db8:5::/64 --- border --- 2001:db8:25::25 mx1.example.com (Postfix)
           198.51.100.9                  203.0.113.128/30               192.0.2.25
                                                                        2001:db8:25::53 192.0.2.53 (NSD)
                                                                        2001:db8:77::25 203.0.113.25 mx.example.org

The last name stands for somebody else's mail host (``--reference``): an address of another network at the same Postfix.
``build`` puts it all up and takes it down; ``obstacle`` tells why this machine cannot.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from probe.model.settings import ENGINE
from tests.real.certificates import issue
from tests.real.nameserver import nameserver, reverse_zones
from tests.real.namespaces import Machine, cable, command, machine, run
from tests.real.postfix import DOMAIN, HOSTNAME, Postfix, postfix

MAIL6, MAIL4 = "2001:db8:25::25", "192.0.2.25"
NAME6, NAME4 = "2001:db8:25::53", "192.0.2.53"
OTHER6, OTHER4 = "2001:db8:77::25", "203.0.113.25"
PROBER6, PROBER4 = "2001:db8:9::9", "198.51.100.9"
# The routers: the prober's side and the side between them, the side between them and the mail host's.
GATEWAY6, GATEWAY4, TRANSIT6, TRANSIT4 = "2001:db8:9::1", "198.51.100.1", "2001:db8:5::1", "203.0.113.129"
BORDER6, BORDER4, INSIDE6, INSIDE4 = "2001:db8:5::2", "203.0.113.130", "2001:db8:25::1", "192.0.2.1"

PROBER = "probe.example.net"
OTHER = "mx.example.org"
RECIPIENT = f"probe@{DOMAIN}"
DOCUMENTATION = "2001:db8::/32,192.0.2.0/24,198.51.100.0/24,203.0.113.0/24"

PROBE6 = Path(sys.executable).with_name("probe6")

ZONES = {
    DOMAIN: f"@ MX 10 mx1\nmx1 A {MAIL4}\nmx1 AAAA {MAIL6}\nns A {NAME4}\nns AAAA {NAME6}\n",
    "example.net": f"ns A {NAME4}\nprobe A {PROBER4}\nprobe AAAA {PROBER6}\n",
    "example.org": f"@ MX 10 mx\nns A {NAME4}\nmx A {OTHER4}\nmx AAAA {OTHER6}\n",
    "ipv4only.arpa": "@ A 192.0.0.170\n@ A 192.0.0.171\n",  # as on the Internet (RFC 7050): no DNS64 here
    **reverse_zones({
        MAIL6: HOSTNAME, MAIL4: HOSTNAME, OTHER6: OTHER, OTHER4: OTHER, PROBER6: PROBER, PROBER4: PROBER,
    }),
}  # fmt: skip

RESOLV_CONF = f"nameserver {NAME6}\nnameserver {NAME4}\n"


def obstacle() -> str | None:
    """Why the world cannot be made on this machine; None when it can."""
    if not sys.platform.startswith("linux"):
        return "network namespaces are a thing of Linux"
    if os.geteuid() != 0:
        return "making network namespaces takes root"
    packages = {"ip": "iproute2", "ss": "iproute2", "nsd": "nsd", "postfix": "postfix", "postconf": "postfix"}
    absent = {package for name, package in packages.items() if command(name) is None}
    if absent:
        return "missing Debian packages: " + " ".join(sorted(absent))
    trial = f"p6-{os.getpid()}-trial"
    made = run("ip", "netns", "add", trial, check=False)
    if made.returncode:
        return "this machine makes no network namespaces: " + made.stderr.strip()
    run("ip", "netns", "delete", trial)
    return None


@dataclass(frozen=True, slots=True)
class World:
    """The running world, and what can be done to it."""

    prober: Machine
    gateway: Machine
    border: Machine
    mailhost: Machine
    postfix: Postfix
    ca_file: Path
    engine: str = ENGINE

    @property
    def maildir(self) -> Path:
        """Where mail to ``RECIPIENT`` ends."""
        return self.postfix.maildir("probe")

    def run(self, *argv: str | Path, timeout: float = 240) -> subprocess.CompletedProcess[str]:
        """Run a command on the prober's machine; its exit status is for the caller to look at."""
        return self.prober.run(*argv, check=False, timeout=timeout)

    def probe6(self, *arguments: str | Path, treat_global: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the installed command on the prober's machine, where documentation addresses are the Internet's."""
        common = ["--treat-global", DOCUMENTATION] if treat_global else []
        return self.run(PROBE6, *arguments, "--ca", self.ca_file, "--engine", self.engine, *common)

    @contextlib.contextmanager
    def route(self, where: Machine, kind: str, address: str) -> Iterator[None]:
        """A router treats packets to ``address`` as ip-route(8) says: prohibit, unreachable or blackhole."""
        where.ip("route", "add", kind, address)
        try:
            yield
        finally:
            where.ip("route", "delete", kind, address)

    @contextlib.contextmanager
    def black_hole(self, router: Machine, device: str) -> Iterator[None]:
        """IPv6 packets of more than 1280 octets end at ``router`` before ``device``, and nobody is told (RFC 2923)."""
        mtu = f"/proc/sys/net/ipv6/conf/{device}/mtu"
        silence = (
            "table ip6 silence { chain out { type filter hook output priority 0; icmpv6 type packet-too-big drop; }; }"
        )
        router.run("sh", "-ec", f"echo 1280 >{mtu}")
        router.run("nft", silence)
        try:
            yield
        finally:
            router.run("nft", "delete table ip6 silence")
            router.run("sh", "-ec", f"echo 1500 >{mtu}")

    @contextlib.contextmanager
    def without_ipv6(self) -> Iterator[None]:
        """The prober's machine has no IPv6 address and no route beyond itself, as on a network without IPv6."""
        self.prober.ip("-6", "route", "delete", "default")
        self.prober.ip("-6", "address", "flush", "dev", "eth0")
        try:
            yield
        finally:
            self.prober.address("eth0", f"{PROBER6}/64")
            self.prober.ip("route", "add", "default", "via", GATEWAY6)

    def postfix_setting(self, parameter: str, value: str) -> contextlib.AbstractContextManager[None]:
        """Postfix runs with another setting."""
        return self.postfix_settings(**{parameter: value})

    @contextlib.contextmanager
    def postfix_settings(self, **settings: str) -> Iterator[None]:
        """Postfix runs with other settings."""
        before = {parameter: self.postfix.configured(parameter) for parameter in settings}
        self.postfix.configure(settings)
        self.postfix.restart()
        try:
            yield
        finally:
            self.postfix.configure(before)
            self.postfix.restart()


@contextlib.contextmanager
def directory() -> Iterator[Path]:
    """A directory of our own that Postfix's users may walk through (pytest's are closed to them)."""
    made = Path(tempfile.mkdtemp(prefix="probe6-real-"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made)


def connect(prober: Machine, gateway: Machine, border: Machine, mailhost: Machine) -> None:
    """Lay the cables, give addresses, set routes."""
    cable(prober, "eth0", gateway, "near")
    cable(gateway, "far", border, "near")
    cable(border, "far", mailhost, "eth0")
    prober.address("eth0", f"{PROBER6}/64", f"{PROBER4}/24")
    gateway.address("near", f"{GATEWAY6}/64", f"{GATEWAY4}/24")
    gateway.address("far", f"{TRANSIT6}/64", f"{TRANSIT4}/30")
    border.address("near", f"{BORDER6}/64", f"{BORDER4}/30")
    border.address("far", f"{INSIDE6}/64", f"{INSIDE4}/24")
    mailhost.address("eth0", f"{MAIL6}/64", f"{NAME6}/64", f"{MAIL4}/24", f"{NAME4}/24")
    # Of two addresses that RFC 6724 ranks alike Linux takes the one added last; mail shall leave by the mail host's.
    mailhost.ip("address", "change", f"{NAME6}/64", "dev", "eth0", "preferred_lft", "0")
    mailhost.address("lo", f"{OTHER6}/128", f"{OTHER4}/32")
    default_ways = {
        prober: (GATEWAY6, GATEWAY4),
        gateway: (BORDER6, BORDER4),
        border: (TRANSIT6, TRANSIT4),
        mailhost: (INSIDE6, INSIDE4),
    }
    for place, ways in default_ways.items():
        for way in ways:
            place.ip("route", "add", "default", "via", way)
    border.ip("route", "add", f"{OTHER6}/128", "via", MAIL6)
    border.ip("route", "add", f"{OTHER4}/32", "via", MAIL4)
    for router in (gateway, border):
        router.forward()


@contextlib.contextmanager
def servers(
    mailhost: Machine, place: Path, zones: Mapping[str, str] = ZONES, names: Sequence[str] = (HOSTNAME,)
) -> Iterator[tuple[Postfix, Path]]:
    """Name server and Postfix on a machine that has the addresses already; and the file with the authority of TLS.

    ``names`` are those in the certificate.
    """
    ca_file, chain = issue(place, *names)
    with (
        nameserver(mailhost, (NAME6, NAME4), zones, place / "nsd"),
        postfix(mailhost, place / "postfix", chain) as server,
    ):
        yield server, ca_file


@contextlib.contextmanager
def build() -> Iterator[World]:
    """Put the world up; everything of it is gone afterwards, whatever happened in between."""
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(directory())
        names = [f"p6-{os.getpid()}-{role}" for role in ("prober", "gateway", "border", "mailhost")]
        prober, gateway, border, mailhost = (stack.enter_context(machine(name, RESOLV_CONF)) for name in names)
        connect(prober, gateway, border, mailhost)
        server, ca_file = stack.enter_context(servers(mailhost, place))
        yield World(prober, gateway, border, mailhost, server, ca_file)
