"""The mail server's own programs, asked for what they think of its configuration.

In: words, never through a shell. Out: what was said, at most a megabyte of it, and the exit status. Wrong: a program
that does not end in time, or cannot be started, is a ``UsageError`` that names it. Nothing it says can change what it
is asked next, and none of the programs asked changes anything.
"""

import asyncio
import contextlib
import os
import shutil
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass

from probe.grammar.options import quoted_path
from probe.grammar.text import clip
from probe.model.errors import UsageError

PATIENCE = 15.0  # seconds; postconf may ask the name servers for the name of the machine
_MOST = 1 << 20  # octets of an answer
_ROOTS = ("/usr/local/sbin", "/usr/sbin", "/sbin")  # where mail servers live, in the PATH of root alone


@dataclass(frozen=True, slots=True)
class Said:
    """How a program ended, and what it said."""

    status: int
    out: str
    errors: str

    @property
    def complaint(self) -> str:
        """The last line of its errors, as one harmless line."""
        lines = [line for line in self.errors.splitlines() if line.strip()]
        return clip(lines[-1], 300) if lines else f"exit status {self.status}"


def found(name: str) -> str | None:
    """The path of an installed program."""
    return shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", os.defpath), *_ROOTS)))


async def ask(*words: str, patience: float = PATIENCE) -> Said:
    """Run a program to its end."""
    try:
        process = await asyncio.create_subprocess_exec(
            *words, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, env={**os.environ, "LC_ALL": "C"}
        )
    except (OSError, ValueError) as error:
        raise UsageError(f"{quoted_path(words[0])}: {getattr(error, 'strerror', None) or error}") from None
    try:
        async with asyncio.timeout(patience):
            async with asyncio.TaskGroup() as group:
                out = group.create_task(_all(process.stdout))
                errors = group.create_task(_all(process.stderr))
            status = await process.wait()
    except TimeoutError:
        raise UsageError(f"{quoted_path(words[0])}: no end within {patience:g} s") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return Said(status, out.result(), errors.result())


async def _all(stream: asyncio.StreamReader | None) -> str:
    """What comes, to its end; what is beyond the limit is read and left out, so that the writer can go on."""
    kept = bytearray()
    while stream is not None and (more := await stream.read(1 << 16)):
        kept += more[: _MOST - len(kept)]
    return kept.decode("utf-8", "backslashreplace")
