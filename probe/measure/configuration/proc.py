"""/proc, proc(5): the processes of this machine and the network tables as one of them sees them.

In: a directory that stands for /proc, a process id. Out: text and numbers. What cannot be read (another user's process,
one that has ended, another system) is empty or None; nothing is raised.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import FileIO
from pathlib import Path

_MOST = 1 << 22  # octets of a table; a line of /proc/net/tcp has 150
_AT_ONCE = 1 << 16  # the kernel refuses to answer a larger read of a file below /proc/sys
_START = 19  # field 22 of /proc/PID/stat, counted behind the name in parentheses, which may hold blanks


class Proc:
    """One machine's /proc."""

    def __init__(self, root: str = "/proc") -> None:
        self._root = Path(root)

    def text(self, *parts: str | int) -> str:
        """A file below /proc, as text."""
        try:
            with self._root.joinpath(*map(str, parts)).open("rb", buffering=0) as file:
                return _all(file).decode("utf-8", "replace")
        except OSError:
            return ""

    def exists(self, *parts: str | int) -> bool:
        """Whether there is such a file."""
        return self._root.joinpath(*map(str, parts)).exists()

    def pids(self) -> list[int]:
        """All processes we may see."""
        try:
            return sorted(int(entry.name) for entry in self._root.iterdir() if entry.name.isdigit())
        except OSError:
            return []

    def name(self, pid: int) -> str:
        """The name of a process, as ps(1) shows it."""
        return self.text(pid, "comm").strip()

    def words(self, pid: int) -> list[str]:
        """The command line of a process."""
        return self.text(pid, "cmdline").rstrip("\0").split("\0")

    def started(self, pid: int) -> datetime | None:
        """When a process was started, UTC."""
        fields = self.text(pid, "stat").rpartition(")")[2].split()
        boot = next((line.split()[1] for line in self.text("stat").splitlines() if line.startswith("btime ")), "")
        try:
            seconds = int(fields[_START]) / os.sysconf("SC_CLK_TCK")
            return datetime.fromtimestamp(int(boot), UTC) + timedelta(seconds=seconds)
        except (IndexError, ValueError, OverflowError):
            return None

    def namespace(self, pid: int | str) -> str | None:
        """What tells the network namespace of a process from others; None where we may not know."""
        try:
            return str((self._root / str(pid) / "ns" / "net").readlink())
        except OSError:
            return None

    def holders(self, inodes: set[int]) -> dict[int, int]:
        """Which process holds which of these sockets; of several the oldest."""
        found: dict[int, int] = {}
        for pid in self.pids() if inodes else ():
            for inode in self._sockets(pid):
                if inode in inodes:
                    found.setdefault(inode, pid)
            if len(found) == len(inodes):
                break
        return found

    def _sockets(self, pid: int) -> Iterator[int]:
        try:
            for entry in (self._root / str(pid) / "fd").iterdir():
                target = str(entry.readlink())
                if target.startswith("socket:["):
                    yield int(target[8:-1])
        except (OSError, ValueError):
            return


def _all(file: FileIO) -> bytes:
    found = bytearray()
    while len(found) < _MOST and (more := file.read(_AT_ONCE)):
        found += more
    return bytes(found)
