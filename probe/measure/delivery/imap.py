"""Proof by IMAP: ``imap://USER@HOST[:PORT]/FOLDER``, secured by STARTTLS except within this machine.

In: the place and, among the means, the password called ``imap``; then tokens. Out, and what can go wrong: see
``probe.measure.proof.imap_mailbox``.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from probe.measure.proof.arrival import Means
from probe.measure.proof.imap_mailbox import WatchedMailbox, watch_mailbox


@asynccontextmanager
async def watch(spec: str, means: Means | None = None) -> AsyncIterator[WatchedMailbox]:
    """Watch a mailbox for as long as the context lasts."""
    async with watch_mailbox(spec, means) as watched:
        yield watched
