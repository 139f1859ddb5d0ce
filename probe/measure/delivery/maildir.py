"""Proof by Maildir: ``maildir:PATH``. The message is found as a file in ``new/`` or ``cur/``, also of subfolders.

In: a path, then tokens. Out: the message's headers, how many copies there are, and which folder holds the first.
``UsageError`` when PATH is no Maildir or cannot be read. Nothing is renamed, marked or deleted; files that vanish, move
or cannot be opened are passed over. Links are not followed out of the Maildir, pipes and devices are not opened.

What was there before the watch began is not read. Names tell it, not times: the clock of a file server need not agree
with ours, and some programs stamp a file with the date of its message. Of the rest the header section is read, up to
``MOST`` octets; messages stored compressed (Dovecot's zlib plugin) are known by their first octets.
"""

import asyncio
import errno
import os
import re
import stat
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from probe.grammar import body, bounce
from probe.grammar.header import section
from probe.grammar.options import quoted, quoted_path
from probe.grammar.text import escape
from probe.measure.proof.arrival import Found, Means
from probe.measure.proof.message import carries
from probe.model.bounce import Bounce
from probe.model.errors import UsageError

MOST = 256 * 1024  # octets of one message that are looked at

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
# What follows the unique part: sizes (Maildir++) and flags. Where a colon is not allowed in names others stand for it.
_TAIL = re.compile(r",[A-Z]=|[:;!][12],")
_JUNK = re.compile(r"\.(?:INBOX\.)?(?:junk|spam|bulk)(?:[ -]?(?:e-?mails?|mails?))?", re.IGNORECASE)
_COMPRESSED = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")  # RFC 1952; RFC 1950 with its levels
_EITHER_FORMAT = 32 + zlib.MAX_WBITS


@asynccontextmanager
async def watch(spec: str, _means: Means | None = None) -> AsyncIterator["Maildir"]:
    """Watch the Maildir of ``maildir:PATH`` for as long as the context lasts."""
    path, before = await asyncio.to_thread(_begin, spec)
    yield Maildir(spec, path, before)


class Maildir:
    """A Maildir being watched. ``before`` are the unique names that were there when the watch began."""

    def __init__(self, name: str, path: Path, before: frozenset[str]) -> None:
        self.name = name
        self._path = path
        self._before = before
        self._others: set[tuple[str, str]] = set()  # name and token: read, and not the message
        self._bounces: dict[str, Bounce | None] = {}  # by name: read, and whether it is one

    async def find(self, token: str) -> Found | None:
        """The message with ``token``, if it is there now."""
        return await asyncio.to_thread(self._find, token)

    async def returned(self, token: str) -> Bounce | None:
        """The newest bounce about the message with ``token``."""
        return await asyncio.to_thread(self._returned, token)

    def _returned(self, token: str) -> Bounce | None:
        for _, subdirectory, name in _files(self._path):
            unique = _unique(name)
            if unique in self._before or unique in self._bounces:
                continue
            with suppress(OSError):
                facts = os.stat(name, dir_fd=subdirectory, follow_symlinks=False)
                whole = b""
                if stat.S_ISREG(facts.st_mode):
                    with _opened(subdirectory, name) as file:
                        whole = _beginning(file)
                self._bounces[unique] = bounce.parse(whole) if bounce.likely(section(whole)) else None
        about = [found for found in self._bounces.values() if found and bounce.names(found, token)]
        return about[-1] if about else None

    def _find(self, token: str) -> Found | None:
        copies: dict[str, tuple[bytes, str, bool | None]] = {}
        inodes: set[tuple[int, int]] = set()
        for folder, subdirectory, name in _files(self._path):
            unique = _unique(name)
            if unique in copies or unique in self._before or (unique, token) in self._others:
                continue
            with suppress(OSError):
                facts = os.stat(name, dir_fd=subdirectory, follow_symlinks=False)
                inode = (facts.st_dev, facts.st_ino)
                if inode in inodes:  # the same file under another name: so some servers move a message
                    continue
                headers, same = b"", None
                if stat.S_ISREG(facts.st_mode):
                    with _opened(subdirectory, name) as file:
                        headers = _headers(file)
                        if carries(headers, token):
                            os.lseek(file, 0, os.SEEK_SET)
                            whole = _beginning(file)
                            same = body.unchanged(whole) if len(whole) < MOST else None
                if carries(headers, token):
                    inodes.add(inode)
                    copies[unique] = (headers, folder, same)
                else:
                    self._others.add((unique, token))
        if not copies:
            return None
        headers, folder, same = next(iter(copies.values()))
        where = self.name + (f" {folder}" if folder else "")
        return Found(headers, len(copies), escape(os.fsencode(where)), bool(_JUNK.fullmatch(folder)), unchanged=same)


def _begin(spec: str) -> tuple[Path, frozenset[str]]:
    """The path and the unique names there now. Refuses what cannot be watched, in words for the operator."""
    text = spec.partition(":")[2]
    try:
        path = Path(text).expanduser()
        if not text or "\0" in text:
            raise UsageError(f"{quoted(spec)}: write maildir:PATH")
        with _opened(None, os.fspath(path), _DIRECTORY) as top:
            for name in ("new", "cur"):
                _look_into(top, name, f"maildir: {quoted_path(str(path))}")
    except FileNotFoundError:
        raise UsageError(f"maildir: {quoted_path(text)} does not exist") from None
    except RuntimeError:  # a ~ without a home
        raise UsageError(f"maildir: {quoted_path(text)}: no such home directory") from None
    except OSError as error:
        raise UsageError(f"maildir: {quoted_path(text)} cannot be read: {error.strerror}") from None
    return path, frozenset(_unique(name) for _, _, name in _files(path))


def _look_into(top: int, name: str, where: str) -> None:
    """Open a subdirectory and, where there is one, a message in it: rights may differ there."""
    try:
        with _opened(top, name, _DIRECTORY | os.O_NOFOLLOW) as directory:
            if not all(_may_read(directory, sample) for sample in _names(directory)[:1]):
                raise UsageError(f"{where}: the messages in {name} cannot be read: permission denied")
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"{where} is not a Maildir: it has no directory {name}") from None


def _may_read(directory: int, name: str) -> bool:
    try:
        with _opened(directory, name):
            return True
    except OSError as error:
        return error.errno not in {errno.EACCES, errno.EPERM}


def _files(path: Path) -> Iterator[tuple[str, int, str]]:
    """Folder, open directory and name of every file: each folder's ``new`` before its ``cur``, the way mail moves."""
    with suppress(OSError), _opened(None, os.fspath(path), _DIRECTORY) as top:
        folders = sorted(name for name in _names(top) if name.startswith("."))  # Maildir++
        for folder in ("", *folders):
            for subdirectory in ("new", "cur"):
                yield from _listing(top, folder, subdirectory)


def _listing(top: int, folder: str, subdirectory: str) -> Iterator[tuple[str, int, str]]:
    with (
        suppress(OSError),
        _opened(top, folder or ".", _DIRECTORY | os.O_NOFOLLOW) as inside,
        _opened(inside, subdirectory, _DIRECTORY | os.O_NOFOLLOW) as directory,
    ):
        for name in _names(directory):
            if not name.startswith("."):
                yield folder, directory, name


def _names(directory: int) -> list[str]:
    with os.scandir(directory) as entries:
        return [entry.name for entry in entries]


@contextmanager
def _opened(directory: int | None, name: str, flags: int = _FILE) -> Iterator[int]:
    file = os.open(name, flags, dir_fd=directory)
    try:
        yield file
    finally:
        os.close(file)


def _unique(name: str) -> str:
    """The part of a file name that stays when the message is moved from ``new`` to ``cur`` or gets flags."""
    tail = _TAIL.search(name)
    return name[: tail.start()] if tail else name


def _headers(file: int) -> bytes:
    return section(_beginning(file, b"\n\n", b"\r\n\r\n"))


def _beginning(file: int, *ends: bytes) -> bytes:
    """The first ``MOST`` octets, or what stands before the first of ``ends`` and a little more."""
    data = bytearray()
    while len(data) < MOST and not any(end in data for end in ends):
        more = os.read(file, min(32 * 1024, MOST - len(data)))
        if not more:
            break
        data += more
    head = bytes(data)
    if head.startswith(_COMPRESSED):
        with suppress(zlib.error):
            head = zlib.decompressobj(_EITHER_FORMAT).decompress(head, MOST)
    return head
