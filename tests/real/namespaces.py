"""Network namespaces: small machines of their own inside this one, made with ip(8) and taken away again.

In: a name for each machine. Out: ``Machine`` objects that run commands, carry addresses and routes. Needs root; a
command that fails raises ``CommandError`` with what it said.
"""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SEARCH_PATH = os.environ.get("PATH", os.defpath) + ":/usr/local/sbin:/usr/sbin:/sbin"

# Duplicate address detection would leave every address unusable for its first second; router advertisements have no
# place here; and ICMP errors must come for each connection, not at most once a second.
QUIET_START = """
for kind in all default; do
    echo 0 >/proc/sys/net/ipv6/conf/$kind/disable_ipv6
    echo 0 >/proc/sys/net/ipv6/conf/$kind/accept_dad
    echo 0 >/proc/sys/net/ipv6/conf/$kind/accept_ra
done
echo 0 >/proc/sys/net/ipv6/icmp/ratelimit
echo 0 >/proc/sys/net/ipv4/icmp_ratelimit
"""
FORWARDING = """
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
echo 1 >/proc/sys/net/ipv4/ip_forward
"""


def command(name: str) -> str | None:
    """The path of an installed command; root's directories count although they may not be in PATH."""
    return shutil.which(name, path=SEARCH_PATH)


class CommandError(Exception):
    """A command that had to succeed did not."""


def run(*argv: str | Path, check: bool = True, timeout: float = 180) -> subprocess.CompletedProcess[str]:
    """Run a command to its end and return what it said, bytes that are no text escaped."""
    done = subprocess.run(
        [str(word) for word in argv],
        check=False,
        timeout=timeout,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="backslashreplace",
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PATH": SEARCH_PATH},
    )
    if check and done.returncode:
        raise CommandError(f"{' '.join(done.args)}: status {done.returncode}: {done.stderr or done.stdout}")
    return done


@dataclass(frozen=True, slots=True)
class Machine:
    """One network namespace."""

    name: str

    def argv(self, *argv: str | Path) -> list[str]:
        """The command line that runs ``argv`` inside; ip replaces itself with it, so the process is the command's."""
        return ["ip", "netns", "exec", self.name, *(str(word) for word in argv)]

    def run(self, *argv: str | Path, check: bool = True, timeout: float = 180) -> subprocess.CompletedProcess[str]:
        """Run a command inside, to its end."""
        return run(*self.argv(*argv), check=check, timeout=timeout)

    def ip(self, *words: str) -> str:
        """An ip(8) command about this machine, which need not be running anything."""
        return run("ip", "-n", self.name, *words).stdout

    def address(self, device: str, *addresses: str) -> None:
        """Give ``device`` these addresses (with their prefix lengths) and bring it up."""
        self.ip("link", "set", device, "up")
        for address in addresses:
            nodad = ["nodad"] if ":" in address else []
            self.ip("address", "add", address, "dev", device, *nodad)

    def forward(self) -> None:
        """Make it a router."""
        self.run("sh", "-ec", FORWARDING)

    def listens(self, port: int) -> set[str]:
        """The families (``ipv4``, ``ipv6``) in which something listens on a TCP port here, as the kernel says."""
        return {"ipv6" if ":" in address else "ipv4" for address in self.listens_at(port)}

    def listens_at(self, port: int) -> set[str]:
        """The addresses at which something listens on a TCP port here, as the kernel says."""
        said = run("ss", "-N", self.name, "-Hltn", f"sport = :{port}").stdout
        return {line.split()[3].rpartition(":")[0].strip("[]") for line in said.splitlines()}


@contextlib.contextmanager
def machine(name: str, resolv_conf: str = "") -> Iterator[Machine]:
    """A fresh machine with its own resolv.conf and hosts file; whatever still runs in it is killed at the end."""
    etc = Path("/etc/netns") / name
    etc.mkdir(parents=True)
    try:
        (etc / "resolv.conf").write_text(resolv_conf)
        # As Debian sets it up: the machine's own name needs no name server.
        (etc / "hosts").write_text(f"127.0.0.1 localhost\n127.0.1.1 {os.uname().nodename}\n::1 localhost\n")
        run("ip", "netns", "add", name)
        try:
            made = Machine(name)
            made.run("sh", "-ec", QUIET_START)
            made.ip("link", "set", "lo", "up")
            yield made
        finally:
            for pid in run("ip", "netns", "pids", name).stdout.split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            run("ip", "netns", "delete", name)
    finally:
        shutil.rmtree(etc)


def cable(one: Machine, one_device: str, other: Machine, other_device: str) -> None:
    """Join two machines with a pair of network cards."""
    run(
        *("ip", "link", "add", one_device, "netns", one.name, "type", "veth"),
        *("peer", "name", other_device, "netns", other.name),
    )
