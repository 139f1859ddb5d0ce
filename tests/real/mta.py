"""A mail server from an unpacked package, running beside whatever the machine runs: it sees directories of its own
where it wants the system's, and users of its own.

In: the machine, what to run, which directories stand in for which. Out: a running server on port 25 over both families
whose mailboxes and log are files of the test. ``RuntimeError`` with its own words when it does not start.
"""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.real.debian import LIBRARIES
from tests.real.namespaces import SEARCH_PATH, Machine, run
from tests.real.syslog import syslog

DOMAIN, HOSTNAME = "example.com", "mx1.example.com"
USER, UID = "probe", 61234
USERS = {"root": 0, "Debian-exim": 61101, "opensmtpd": 61102, "opensmtpq": 61103, "smmsp": 61104, "smmta": 61105}
USERS |= {USER: UID, "nobody": 65534}

# ip-netns(8) has made the mounts private already: what is mounted here nobody else sees, and it goes with the process.
PRIVATE = """
hostname "$1"
dev=$2; shift 2
mount -t tmpfs -o mode=755 none "$dev"
for node in null zero full random urandom tty; do
    touch "$dev/$node"
    mount --bind "/dev/$node" "$dev/$node"
done
ln -s /proc/self/fd "$dev/fd"
ln -s "$(dirname "$dev")/syslog" "$dev/log"
mount --rbind "$dev" /dev
while [ "$1" != -- ]; do
    mkdir -p "$2" || true
    mount --rbind "$1" "$2"
    shift 2
done
shift
exec "$@"
"""


@dataclass(frozen=True, slots=True)
class Mta:
    """The running server: where its mail and its log are, and how both are named as proofs."""

    name: str
    version: str
    mailbox: str
    log: Path

    def logged(self) -> str:
        """Its log."""
        return self.log.read_text(errors="backslashreplace") if self.log.exists() else ""


@contextlib.contextmanager
def known(where: Machine, homes: Path, root: Path) -> Iterator[None]:
    """The users the servers were built for and their libraries, on this machine alone: ip-netns(8) puts its files over
    those of /etc. A program with the setuid bit (Exim) takes no other hint where libraries are.
    """
    etc = Path("/etc/netns") / where.name
    libraries = homes.parent / "ld.so.conf"
    libraries.write_text("".join(f"{root / place}\n" for place in LIBRARIES) + "include /etc/ld.so.conf\n")
    run("ldconfig", "-X", "-C", etc / "ld.so.cache", "-f", libraries)
    passwd = [f"{name}:x:{uid}:{uid}::{homes}/{name}:/bin/sh" for name, uid in USERS.items()]
    (etc / "passwd").write_text("\n".join(passwd) + "\n")
    groups = {**USERS, "mail": 8, "nogroup": 65534}
    (etc / "group").write_text("".join(f"{name}:x:{gid}:\n" for name, gid in groups.items()))
    try:
        yield
    finally:
        (etc / "passwd").unlink()
        (etc / "group").unlink()
        (etc / "ld.so.cache").unlink()


@contextlib.contextmanager
def running(
    where: Machine, place: Path, root: Path, command: list[str], mounts: Mapping[str, Path], log: Path
) -> Iterator[None]:
    """Run ``command``, a program of ``root`` that stays in the foreground; ``mounts`` are its own directories."""
    (place / "dev").mkdir()
    binds = [word for target, source in mounts.items() for word in (str(source), target)]
    script = ["unshare", "--uts", "sh", "-ec", PRIVATE, "sh", HOSTNAME, str(place / "dev"), *binds, "--", *command]
    with contextlib.ExitStack() as stack:
        stack.enter_context(known(where, place / "homes", root))
        stack.enter_context(syslog(place / "syslog", place / "mail.log", HOSTNAME.partition(".")[0]))
        said = stack.enter_context((place / "said").open("wb"))
        server = subprocess.Popen(
            where.argv(*script),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env={**os.environ, "PATH": SEARCH_PATH},
        )
        try:
            _until_listening(where, {"ipv6", "ipv4"}, server, [place / "said", log])
            yield
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(20)
            _until_listening(where, set(), None, [place / "said", log])


def _until_listening(
    where: Machine, families: set[str], server: "subprocess.Popen[bytes] | None", papers: list[Path]
) -> None:
    end = time.monotonic() + 120
    while (now := where.listens(25)) != families:
        if time.monotonic() > end or (server is not None and server.poll() is not None):
            said = "\n".join(path.read_text(errors="backslashreplace") for path in papers if path.exists())
            raise RuntimeError(f"port 25 is open over {sorted(now)}, not {sorted(families)}\n{said}")
        time.sleep(0.02)


def directories(place: Path, *names: str, owner: int = 0, mode: int = 0o755) -> list[Path]:
    """Make directories with an owner."""
    made = []
    for name in names:
        path = place / name
        path.mkdir(parents=True, exist_ok=True)
        os.chown(path, owner, owner)
        path.chmod(mode)
        made.append(path)
    return made


def maildir(path: Path) -> None:
    """An empty Maildir of the recipient."""
    for name in ("", "new", "cur", "tmp"):
        directories(path.parent, f"{path.name}/{name}", owner=UID, mode=0o755)
