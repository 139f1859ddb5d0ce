"""Log files read line by line: plain or compressed, to their end or for as long as they grow.

In: paths as typed. Out: lines as bytes, at most ``LINE`` octets each, the rest of a longer one left out. Wrong:
``UsageError`` in one line. Following reads a file from its beginning and goes on through rotation: the file is opened
again when another stands at its path, and read from the beginning when it became shorter.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from probe.cli.parts.input import STDIN
from probe.grammar.log_envelope import LINE
from probe.grammar.options import quoted_path
from probe.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAUSE = 0.25  # seconds between two looks at a file that is followed
_GZIP = b"\x1f\x8b"


def written(path: str) -> datetime:
    """When a log was last written to: its last line is not much later, which gives a year to lines without one."""
    from probe.measure.proof.local_time import LocalZone, now

    try:
        return now() if path == STDIN else datetime.fromtimestamp(Path(path).stat().st_mtime, LocalZone())
    except (OSError, ValueError, OverflowError):
        return now()


def lines(path: str) -> Iterator[bytes]:
    """The lines of a file, of one that gzip compressed, or of standard input."""
    import zlib

    try:
        with _opened(path) as file:
            while line := _whole(file, b""):
                yield line
    except (OSError, ValueError, EOFError, zlib.error) as error:
        raise UsageError(f"log {quoted_path(path)}: {getattr(error, 'strerror', None) or error}") from None


def followed(path: str, sleep: Callable[[float], object]) -> Iterator[bytes]:
    """The lines of a file and those that come; it never ends. While the path names no file it waits for one."""
    if not Path(path).exists():
        raise UsageError(f"log {quoted_path(path)}: No such file or directory")
    while True:
        try:
            with Path(path).open("rb") as file:
                if file.read(2) == _GZIP:
                    raise UsageError(f"log {quoted_path(path)}: a compressed file does not grow")
                file.seek(0)
                yield from _growing(file, path, sleep)
        except FileNotFoundError:
            sleep(PAUSE)
        except (OSError, ValueError) as error:
            raise UsageError(f"log {quoted_path(path)}: {getattr(error, 'strerror', None) or error}") from None


def _growing(file: BinaryIO, path: str, sleep: Callable[[float], object]) -> Iterator[bytes]:
    """Lines until another file stands at ``path`` and this one is read to its end."""
    begun = b""
    rotated = False
    while True:
        line = _whole(file, begun)
        if line.endswith(b"\n"):
            begun = b""
            yield line
            continue
        begun = line  # a line that is still being written
        if rotated:
            if begun:
                yield begun
            return
        rotated = not _is_at(file, path)
        if rotated:
            continue  # what was written between the last look and the rotation
        if _size(file) < file.tell():
            file.seek(0)
            begun = b""
            continue
        sleep(PAUSE)


def _whole(file: BinaryIO, begun: bytes) -> bytes:
    """The next line; ``begun`` is what was read of it before. What is longer than ``LINE`` is read and left out."""
    line = begun + file.readline(max(LINE - len(begun), 1))
    if len(line) < LINE or line.endswith(b"\n"):
        return line
    while (rest := file.readline(LINE)) and not rest.endswith(b"\n"):
        pass
    return line[: LINE - 1] + (b"\n" if rest else b"")


def _is_at(file: BinaryIO, path: str) -> bool:
    import os

    try:
        there = Path(path).stat()
    except OSError:
        return False
    here = os.fstat(file.fileno())
    return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)


def _size(file: BinaryIO) -> int:
    import os

    return os.fstat(file.fileno()).st_size


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    """The file, through gzip where its first two octets are gzip's."""
    if path == STDIN:
        if sys.stdin is not None:
            yield _plain(sys.stdin.buffer)
        else:
            with Path("/dev/null").open("rb") as empty:
                yield empty
        return
    with Path(path).open("rb") as file:
        yield _plain(file)


def _plain(file: BinaryIO) -> BinaryIO:
    import io

    buffered = cast("io.BufferedReader", file)
    if not hasattr(buffered, "peek") or buffered.peek(2)[:2] != _GZIP:
        return file
    import gzip

    return cast("BinaryIO", gzip.GzipFile(fileobj=file))
