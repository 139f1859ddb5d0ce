"""Namespaces of our own for podman, so that nothing of it can be left behind on the machine.

Bridges, routes and packet filters of the world are made in a network namespace, mounts of images in a mount namespace,
and containers are processes of a process namespace. All three hang on one process that reads a pipe of ours: when this
program ends, however it ends, that process reads the end of the file, and the kernel takes away the rest. Subnets of
the world therefore cannot collide with a route of the machine either.

Out: an ``Apart``, whose words go before a command. Root is needed, and util-linux.
"""

import os
import select
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

# Where podman, runc and netavark keep what holds until the machine starts anew. Empty here, it looks to podman as if it
# just had. Children whose parent ended are this process's to reap, which the kernel does when SIGCHLD is ignored.
MEMORY = "/run/probe6-docker"
_HOLDER = f"""
set -e
for place in {MEMORY} /run/containers /run/libpod /run/netns /run/runc /var/lib/containers; do
    mkdir -p "$place"
    mount -t tmpfs -o mode=0755 tmpfs "$place"
done
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
ip link set lo up
trap '' CHLD
echo apart
exec cat
"""
_SPACES = ("--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")
_GROUPS = Path("/sys/fs/cgroup")
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Apart:
    """The process that holds the namespaces."""

    holder: int

    def enter(self, folder: Path, *, outward: bool) -> tuple[str, ...]:
        """The words before a command; ``outward``: with the machine's own network, for what fetches packages."""
        network = () if outward else ("--net",)
        return ("nsenter", f"--target={self.holder}", "--mount", "--pid", *network, "--", "env", "-C", str(folder))

    def end(self) -> None:
        """Ends every command in there, at once; the block ends on its own."""
        os.kill(self.holder, signal.SIGKILL)

    def seen(self, path: str) -> Path:
        """Where a file that is there only inside is seen from here."""
        return Path(f"/proc/{self.holder}/root{path}")


@contextmanager
def apart(environment: dict[str, str]) -> Iterator[Apart]:
    """Namespaces that end with the block."""
    groups = set(_groups())
    running = subprocess.Popen(
        ["unshare", *_SPACES, "sh", "-c", _HOLDER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,  # Ctrl-C is for us, who take the world down first
    )
    assert running.stdout is not None
    assert running.stderr is not None
    try:
        if running.stdout.readline() != "apart\n":
            raise RuntimeError(f"no namespaces of our own can be made: {running.stderr.read().strip()}")
        holder = _child(running.pid)
        watched = os.pidfd_open(holder)
        try:
            yield Apart(holder)
        finally:
            running.kill()
            # Gone only after every process of the namespace is.
            select.select([watched], [], [], _SECONDS)
            os.close(watched)
            _removed(set(_groups()) - groups)
    finally:
        running.kill()
        running.communicate()


def obstacle() -> str | None:
    """Why this machine gives us no namespaces; None when it does."""
    if os.geteuid() != 0:
        return "no namespaces without root"
    lacking = [name for name in ("unshare", "nsenter", "ip") if shutil.which(name) is None]
    if lacking:
        return f"{', '.join(lacking)} missing: apt-get install util-linux iproute2"
    tried = subprocess.run(["unshare", *_SPACES, "true"], check=False, capture_output=True, text=True)
    return f"no namespaces of our own: {tried.stderr.strip()}" if tried.returncode else None


def _child(parent: int) -> int:
    """unshare forks; the namespaces are those of its child."""
    return int(Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()[0])


def _groups() -> Iterator[Path]:
    """The control groups of podman's containers, which are in no namespace."""
    for place, _, _ in os.walk(_GROUPS):
        if "libpod" in place:
            yield Path(place)


def _removed(groups: set[Path]) -> None:
    """The deepest first; one that is not empty is somebody's, and stays."""
    for group in sorted(groups, key=lambda path: len(path.parts), reverse=True):
        with suppress(OSError):
            group.rmdir()
