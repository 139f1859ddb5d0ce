"""The lab's mail log: a file that all its machines with ``Mail.logs`` write to, as Postfix does through syslog.

In go a host, a service and its words, out comes a line at the end of the file, whole or not at all. Raises ``OSError``
where the disk does.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Logbook:
    """The log at ``path``, which is made here; ``now`` is the time of its lines."""

    path: Path
    now: Callable[[], datetime]
    _pids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1001), repr=False)

    def __post_init__(self) -> None:
        self.path.touch(mode=0o600)

    def write(self, host: str, service: str, text: str) -> None:
        """Add a line."""
        stamp = self.now().isoformat(timespec="microseconds")
        with self.path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{stamp} {host} postfix/{service}[{next(self._pids)}]: {text}\n")
