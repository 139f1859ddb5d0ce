"""Proof by a mail log: ``log:PATH``. The file is followed from its end at the start of the run, through rotation.

In: a path, then tokens. Out, and what can go wrong later: see ``probe.measure.proof.log_witness``. ``UsageError``
when there is no such file or it cannot be read. The file is opened for reading only.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from probe.grammar.options import quoted, quoted_path
from probe.measure.proof.arrival import Means
from probe.measure.proof.log_tail import Tail
from probe.measure.proof.log_witness import LogWitness
from probe.model.errors import UsageError

_GZIP = b"\x1f\x8b"


@asynccontextmanager
async def watch(spec: str, _means: Means | None = None) -> AsyncIterator[LogWitness]:
    """Watch the file of ``log:PATH`` for as long as the context lasts."""
    tail = await asyncio.to_thread(_begin, spec)
    try:
        yield LogWitness(spec, tail.lines)
    finally:
        tail.close()


def _begin(spec: str) -> Tail:
    """The file, open at its end. Refuses what cannot be watched, in words for the operator."""
    text = spec.partition(":")[2]
    if not text or "\0" in text:
        raise UsageError(f"{quoted(spec)}: write log:PATH, such as log:/var/log/mail.log")
    try:
        path = Path(text).expanduser()
        tail = Tail(path)
        if tail.beginning.startswith(_GZIP):
            tail.close()
            raise UsageError(f"log: {quoted_path(text)} is compressed: nothing more is written to it")
    except FileNotFoundError:
        raise UsageError(f"log: {quoted_path(text)} does not exist; for the systemd journal write journal:") from None
    except RuntimeError:  # a ~ without a home
        raise UsageError(f"log: {quoted_path(text)}: no such home directory") from None
    except OSError as error:
        raise UsageError(f"log: {quoted_path(text)} cannot be read: {error.strerror}") from None
    return tail
