"""The lab's mailbox: a Maildir, into which a message appears whole or not at all.

In goes a message as bytes, out comes the path of its file. Each is written and flushed under ``tmp/`` first and then
renamed into ``new/``, so a reader never sees half of one. Raises ``OSError`` where the disk does.
"""

import itertools
import os
from dataclasses import dataclass, field
from pathlib import Path
from time import time_ns


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A Maildir at ``path``; its directories and those of its folders are readable by their owner alone."""

    path: Path
    _serial: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1), repr=False)

    def __post_init__(self) -> None:
        self._make("")

    def _make(self, folder: str) -> Path:
        for name in ("tmp", "new", "cur"):
            (self.path / folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.path / folder

    def deliver(self, message: bytes, folder: str = "") -> Path:
        """Store one message in a folder such as ``.Junk``; line ends become LF, as Unix delivery agents keep them."""
        place = self._make(folder)
        text = message.replace(b"\r\n", b"\n")
        microseconds = time_ns() // 1000
        stamp = f"{microseconds // 1_000_000}.M{microseconds % 1_000_000:06}P{os.getpid()}Q{next(self._serial)}"
        name = f"{stamp}.lab,S={len(text)}"
        draft = place / "tmp" / name
        with draft.open("xb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        return draft.rename(place / "new" / name)
