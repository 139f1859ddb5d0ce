"""Proof by mbox: ``mbox:PATH``. The message is found among those appended to the file since the watch began.

In: a path, then tokens. Out: the message's headers and how many copies there are. ``UsageError`` when PATH is no mbox
or cannot be read; ``BlindError`` when it cannot be read any more. The file is opened for reading and never locked.

The size and the inode at the start tell old from new, and the last octets before that place tell whether a mail reader
has since written the file anew; then all of it is new. At most ``REACH`` octets from the end are read in one look, and
of one message its header section, up to ``MOST``. A message begins with a line ``From `` at the top or after an empty
line (mbox(5)); what a body says there stands as ``>From ``, and a separator has a time of day in it, which tells it
from a sentence where a program quotes nothing.
"""

import asyncio
import os
import re
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from probe.grammar import body, bounce
from probe.grammar.header import section
from probe.grammar.options import quoted, quoted_path
from probe.grammar.text import escape
from probe.measure.proof.arrival import BlindError, Found, Means
from probe.measure.proof.message import carries
from probe.model.bounce import Bounce
from probe.model.errors import UsageError

MOST = 256 * 1024  # octets of one header section
REACH = 64 << 20  # octets of one look

_SAMPLE = 4096  # octets before the place where the new part begins
_LINE = 8192  # octets read at a time; a longer line comes in pieces
_OPEN = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_SEPARATOR = re.compile(rb"From .*[0-9]:[0-9][0-9]")


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where the file ended: ``sample`` are the last octets before ``size``."""

    device: int
    inode: int
    size: int
    sample: bytes


@asynccontextmanager
async def watch(spec: str, _means: Means | None = None) -> AsyncIterator["Mbox"]:
    """Watch the file of ``mbox:PATH`` for as long as the context lasts."""
    path, mark = await asyncio.to_thread(_begin, spec)
    yield Mbox(spec, path, mark)


class Mbox:
    """A mailbox file being watched. ``mark`` is where it ended when the watch began."""

    def __init__(self, name: str, path: Path, mark: _Mark) -> None:
        self.name = name
        self._path = path
        self._mark = mark

    async def find(self, token: str) -> Found | None:
        """The message with ``token``, if it is there now."""
        return await asyncio.to_thread(self._find, token)

    async def returned(self, token: str) -> Bounce | None:
        """The newest bounce about the message with ``token``."""
        return await asyncio.to_thread(self._returned, token)

    def _returned(self, token: str) -> Bounce | None:
        newest: Bounce | None = None
        try:
            with _opened(self._path) as file:
                _from_the_new_part(file, self._mark)
                for whole in _messages(file, bodies=True):
                    found = bounce.parse(whole) if bounce.likely(section(whole)) else None
                    newest = found if found and bounce.names(found, token) else newest
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BlindError(f"{self.name}: {error.strerror}") from None
        return newest

    def _find(self, token: str) -> Found | None:
        try:
            with _opened(self._path) as file:
                _from_the_new_part(file, self._mark)
                copies = [whole for whole in _messages(file, bodies=True) if carries(section(whole), token)]
        except FileNotFoundError:  # some readers remove an empty mbox, or put a new one in its place
            return None
        except OSError as error:
            raise BlindError(f"{self.name}: {error.strerror}") from None
        if not copies:
            return None
        same = body.unchanged(copies[0]) if len(copies[0]) < MOST else None
        return Found(section(copies[0]), len(copies), escape(os.fsencode(self.name)), unchanged=same)


def _begin(spec: str) -> tuple[Path, _Mark]:
    """The path and its end now. Refuses what cannot be watched, in words for the operator."""
    text = spec.partition(":")[2]
    if not text or "\0" in text:
        raise UsageError(f"{quoted(spec)}: write mbox:PATH")
    try:
        path = Path(text).expanduser()
        with _opened(path) as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise UsageError(f"mbox: {quoted_path(text)} is not a file")
            if not b"From ".startswith(file.read(64).lstrip(b"\r\n")[:5]):
                raise UsageError(f'mbox: {quoted_path(text)} is not an mbox: it does not begin with "From "')
            return path, _Mark(facts.st_dev, facts.st_ino, facts.st_size, _sample(file, facts.st_size))
    except FileNotFoundError:
        raise UsageError(f"mbox: {quoted_path(text)} does not exist; an empty file will do") from None
    except IsADirectoryError:
        raise UsageError(f"mbox: {quoted_path(text)} is a directory; for a Maildir write maildir:PATH") from None
    except RuntimeError:  # a ~ without a home
        raise UsageError(f"mbox: {quoted_path(text)}: no such home directory") from None
    except OSError as error:
        raise UsageError(f"mbox: {quoted_path(text)} cannot be read: {error.strerror}") from None


def _opened(path: Path) -> BinaryIO:
    file = os.open(path, _OPEN)
    try:
        return os.fdopen(file, "rb")
    except OSError:  # a directory can be opened so far
        os.close(file)
        raise


def _sample(file: BinaryIO, size: int) -> bytes:
    begin = max(0, size - _SAMPLE)
    file.seek(begin)
    return file.read(size - begin)


def _from_the_new_part(file: BinaryIO, mark: _Mark) -> None:
    """Go to where the new part begins: the old end, or the top when the file is another one or was written anew."""
    facts = os.fstat(file.fileno())
    same = (facts.st_dev, facts.st_ino) == (mark.device, mark.inode) and facts.st_size >= mark.size
    begin = mark.size if same and _sample(file, mark.size) == mark.sample else 0
    reach = facts.st_size - REACH
    if reach <= begin:
        file.seek(begin)
        return
    file.seek(reach)
    file.readline(_LINE)  # somewhere inside a line: what follows begins one, or a piece that is no separator


def _messages(file: BinaryIO, *, bodies: bool = False) -> Iterator[bytes]:
    """The header section of every message from here on, without its separator; or all of it, up to ``MOST``."""
    headers: list[bytes] | None = None  # None: in a body, or before the first message
    room, left = 0, REACH
    fresh = empty = True  # at the beginning of a line; the line before was empty
    while left > 0 and (line := file.readline(_LINE)):
        left -= len(line)
        blank = fresh and line in {b"\n", b"\r\n"}
        if fresh and empty and _SEPARATOR.match(line):
            if headers is not None:
                yield _joined(headers, bodies)
            headers, room = [], MOST
        elif headers is not None and blank and not bodies:
            yield _joined(headers, bodies)
            headers = None
        elif headers is not None and room > 0:
            headers.append(line[:room])
            room -= len(line)
        fresh, empty = line.endswith(b"\n"), blank
    if headers:
        yield _joined(headers, bodies)


def _joined(lines: list[bytes], whole: bool) -> bytes:
    text = b"".join(lines)
    return (text if whole else section(text)).rstrip(b"\r\n")
