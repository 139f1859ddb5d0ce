"""Proof by the systemd journal: ``journal:`` for all mail daemons, ``journal:UNIT`` for one unit.

In: perhaps a unit, then tokens. Out, and what can go wrong later: see ``probe.measure.proof.log_witness``.
``UsageError`` when there is no journalctl, it answers too late, or this user may not read the system's journal.

journalctl is run twice, without a shell: once to its end for the place where the journal ends now, then following from
there, so that no entry falls between. Without a unit the syslog facility chooses (RFC 5424 6.2.1: 2 is mail). The
process is ended by its id when the watch ends, however it ends; its pipe is read without waiting.
"""

import asyncio
import json
import os
import re
import selectors
import shutil
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

from probe.grammar.log_envelope import LINE
from probe.grammar.options import quoted
from probe.grammar.text import clip, escape
from probe.measure.proof.arrival import Means
from probe.measure.proof.log_witness import LogWitness
from probe.model.errors import UsageError

PROGRAM = "journalctl"
MAIL = "SYSLOG_FACILITY=2"
REACH = 16 << 20  # octets of one look
QUIET = 0.05  # seconds without an entry: no more for now
ENTRY = 4 * LINE  # octets of an entry: JSON writes an octet that is no text as up to four

_UNIT = re.compile(r"[A-Za-z0-9:_.@][A-Za-z0-9:_.@\\-]{0,254}")
_BLIND = re.compile(r"insufficient permissions|not seeing messages|Permission denied|No journal files were ")
_CHUNK = 1 << 16


@asynccontextmanager
async def watch(spec: str, means: Means | None = None) -> AsyncIterator[LogWitness]:
    """Watch the journal for as long as the context lasts."""
    command = await asyncio.to_thread(_command, spec, (means or Means()).timeout)
    # Started here and not in the thread: who cancels us in between would leave a process behind.
    following = _begun(command)
    try:
        yield LogWitness(spec, following.lines)
    finally:
        following.end()


class Following:
    """A journalctl that follows. One thread may read while another ends it."""

    def __init__(self, command: list[str]) -> None:
        self._busy = threading.Lock()
        self._over = False
        self._begun = b""
        self._process = subprocess.Popen(  # noqa: S603 - no shell; the words are ours and a checked unit's name
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
        out = self._process.stdout
        self._pipe = -1 if out is None else out.fileno()
        os.set_blocking(self._pipe, False)

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def lines(self) -> Iterator[bytes]:
        """The entries that came since the last look; raises at its end when journalctl is gone."""
        with self._busy:
            room = REACH
            while room > 0 and not self._over and (data := self._read()):
                room -= len(data)
                *whole, rest = (self._begun + data).split(b"\n")
                yield from whole
                self._begun = rest if len(rest) <= ENTRY else rest[:1] + b" "  # beyond our limit: no JSON any more
            if self._process.poll() is not None:
                raise OSError(0, f"{PROGRAM} ended with status {self._process.returncode}")

    def end(self) -> None:
        """End the process and wait for it."""
        self._over = True
        with suppress(ProcessLookupError):
            self._process.kill()  # it has nothing to put in order
        self._process.wait()
        with self._busy:
            if self._process.stdout is not None:
                self._process.stdout.close()

    def _read(self) -> bytes:
        """What is in the pipe, waiting for it no longer than ``QUIET``; empty when there is nothing."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._pipe, selectors.EVENT_READ)
            if not selector.select(QUIET):
                return b""
        return os.read(self._pipe, _CHUNK)


def _begun(command: list[str]) -> Following:
    try:
        return Following(command)
    except OSError as error:
        raise UsageError(f"journal: {PROGRAM} cannot be started: {error.strerror}") from None


def _command(spec: str, timeout: float) -> list[str]:
    """What follows the journal from where it ends now. Refuses what cannot be watched, in words for people."""
    unit = spec.partition(":")[2]
    if unit and not _UNIT.fullmatch(unit):
        raise UsageError(f"{quoted(spec)}: write journal: or journal:UNIT, such as journal:postfix@-.service")
    program = shutil.which(PROGRAM)
    if program is None:
        raise UsageError(f"journal: there is no {PROGRAM} on this machine; for a log file write log:PATH")
    command = [program, "--quiet", "--no-pager", "--output=json"]
    place = _end_of_journal(command, timeout)
    chosen = [f"--unit={unit}", *([f"--unit={unit}@*"] if unit.isalnum() else [])] if unit else [MAIL]
    return [*command, "--follow", "--no-tail", *place, *chosen]


def _end_of_journal(command: list[str], timeout: float) -> list[str]:
    """The option that begins behind the last entry there is."""
    words = [*(word for word in command if word != "--quiet"), "--lines=1"]  # quiet, it would not say what it hides
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and no word of anybody else's
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=timeout,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired:
        raise UsageError(f"journal: {PROGRAM} did not answer within {timeout:g} s") from None
    except OSError as error:
        raise UsageError(f"journal: {PROGRAM} cannot be started: {error.strerror}") from None
    said = escape(done.stderr[:_CHUNK])
    if done.returncode or _BLIND.search(said):
        reason = clip(" ".join(said.replace("\\x0a", " ").split()), 200) or f"status {done.returncode}"
        raise UsageError(f"journal: this user cannot read it (the groups systemd-journal and adm may): {reason}")
    cursor = None
    with suppress(ValueError, TypeError, KeyError):
        cursor = json.loads(done.stdout.strip().rpartition(b"\n")[2])["__CURSOR"]
    if not (isinstance(cursor, str) and cursor.isprintable()):
        raise UsageError("journal: there is not one entry in it that this user may see; for a log file write log:PATH")
    return [f"--after-cursor={cursor}"]
