"""The end of a file that is written to: whatever came since it was opened, through rotation.

In: a path. Out: lines as bytes, at most ``LINE`` octets each, the rest of a longer one left out. ``OSError`` where the
file cannot be opened, or cannot be read any more; what could still be read comes before it.

A file is rotated in two ways. Renamed, and another made in its place, perhaps after a while: the old one stays open,
for its writer needs not know yet, and both are read. Or copied and emptied: then it is shorter than it was, or the
octets before our place are not those we read, and it is read from its beginning. One look reads at most ``REACH``
octets of each file.
"""

import errno
import os
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from probe.grammar.log_envelope import LINE

REACH = 16 << 20  # octets of one look
KEPT_OPEN = 3  # files: the newest, and those it took the place of

_CHUNK = 1 << 16
_SAMPLE = 64  # octets before our place that must still be the same
_OPEN = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


@dataclass(slots=True)
class _File:
    """One open file. ``begun`` is a line whose end has not come; with ``over`` it was too long and what comes of it is
    left out.
    """

    descriptor: int
    place: int
    sample: bytes
    begun: bytes = b""
    over: bool = False

    def lines(self, room: int) -> Iterator[bytes]:
        """The whole lines that came, out of ``room`` octets."""
        if self.sample != os.pread(self.descriptor, len(self.sample), self.place - len(self.sample)):
            self.place, self.sample, self.begun, self.over = 0, b"", b"", False
        while room > 0 and (data := os.pread(self.descriptor, min(_CHUNK, room), self.place)):
            room -= len(data)
            self.place += len(data)
            self.sample = (self.sample + data)[-_SAMPLE:]
            *whole, rest = (self.begun + data).split(b"\n")
            for line in whole:
                if not self.over:
                    yield line[:LINE]
                self.over = False
            if len(rest) > LINE and not self.over:
                yield rest[:LINE]
                self.over = True
            self.begun = b"" if self.over else rest


class Tail:
    """A file that is followed by its path. One thread may read while another closes it."""

    def __init__(self, path: Path) -> None:
        """Open the file at its end: what stands in it already is not read."""
        self._path = path
        self._busy = threading.Lock()
        self._closed = False
        self._files = [self._opened(at_end=True)]

    @property
    def beginning(self) -> bytes:
        """The first octets of the file."""
        return os.pread(self._files[0].descriptor, _SAMPLE, 0)

    def lines(self) -> Iterator[bytes]:
        """What came since the last look; raises at its end when there is no file, or none that can be read."""
        with self._busy:
            for file in self._files:
                yield from self._from(file)
            if self._closed:
                return
            there = self._path.stat()
            if not self._is(self._files[-1], there):
                yield from self._from(self._files[-1])  # what was written before the rotation and after our look
                self._files.append(self._opened(at_end=False))
                yield from self._from(self._files[-1])
                while len(self._files) > KEPT_OPEN:
                    os.close(self._files.pop(0).descriptor)

    def close(self) -> None:
        """Close all files; who is reading is told to stop first."""
        self._closed = True
        with self._busy:
            while self._files:
                os.close(self._files.pop().descriptor)

    def _from(self, file: _File) -> Iterator[bytes]:
        for line in file.lines(REACH):
            if self._closed:
                return
            yield line

    @staticmethod
    def _is(file: _File, there: os.stat_result) -> bool:
        here = os.fstat(file.descriptor)
        return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)

    def _opened(self, *, at_end: bool) -> _File:
        descriptor = os.open(self._path, _OPEN)
        try:
            facts = os.fstat(descriptor)
            if stat.S_ISDIR(facts.st_mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            if not stat.S_ISREG(facts.st_mode):
                raise OSError(errno.EINVAL, "it is not a file")
            size = facts.st_size if at_end else 0
            sample = os.pread(descriptor, min(size, _SAMPLE), max(0, size - _SAMPLE))
        except BaseException:
            os.close(descriptor)
            raise
        return _File(descriptor, size, sample)
