"""Waiting for a test message: the proofs are asked again and again until one has seen it or patience ends.

In: ``--proof`` words, then a token. Out: an ``Arrival`` or None. ``UsageError`` for a proof that does not exist or
cannot look, before any mail goes out. Times are seconds of the network's steady clock.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import chain, repeat
from pkgutil import iter_modules
from typing import Protocol

from probe.grammar import received
from probe.grammar.options import one_of, quoted
from probe.model.delivery import Arrival
from probe.model.errors import UsageError
from probe.model.network import Network

PAUSES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 30.0)  # between two looks; the last one goes on
SETTLE = 0.5  # a second copy of the same delivery comes close behind the first
_REGISTRY = "probe.measure.delivery"


@dataclass(frozen=True, slots=True)
class Found:
    """The message was seen: its header section, how many copies there are, and where the first one lies (escaped)."""

    headers: bytes
    copies: int
    where: str


class Proof(Protocol):
    """Something that can see whether a message arrived."""

    @property
    def name(self) -> str:
        """The ``--proof`` word as it was given, for people."""
        ...

    async def find(self, token: str) -> Found | None:
        """The message with ``token``, if it is there now."""
        ...


class _Plugin(Protocol):
    """What a file in ``probe.measure.delivery`` offers."""

    def watch(self, spec: str) -> AbstractAsyncContextManager[Proof]: ...


@asynccontextmanager
async def open_proofs(specs: Sequence[str]) -> AsyncIterator[tuple[Proof, ...]]:
    """Open every proof, in order; all are closed again on the way out."""
    async with AsyncExitStack() as stack:
        yield tuple([await stack.enter_async_context(_plugin(spec).watch(spec)) for spec in specs])


def _plugin(spec: str) -> _Plugin:
    word, colon, _ = spec.partition(":")
    if not colon:
        raise UsageError(f"{quoted(spec)} is not a proof such as maildir:/home/user/Maildir")
    known = sorted(module.name for module in iter_modules(import_module(_REGISTRY).__path__))
    plugin: _Plugin = import_module(f"{_REGISTRY}.{one_of(word, known, 'a proof')}")
    return plugin


async def await_arrival(
    network: Network, proofs: Sequence[Proof], token: str, sent: float, patience: float
) -> Arrival | None:
    """The arrival of ``token``; ``sent`` is when DATA ended. None when it was not seen within ``patience`` seconds.

    The first look is at once, the last when patience ends. After the message was found one more look counts copies.
    """
    end = network.monotonic() + patience
    for pause in chain(PAUSES, repeat(PAUSES[-1])):
        for proof in proofs:
            found = await proof.find(token)
            if found:
                seconds = max(0.0, network.monotonic() - sent)
                await network.sleep(min(SETTLE, max(0.0, end - network.monotonic())))
                return _settled(found, await proof.find(token), seconds)
        left = end - network.monotonic()
        if left <= 0:
            break
        await network.sleep(min(pause, left))
    return None


def _settled(found: Found, again: Found | None, seconds: float) -> Arrival:
    """Somebody may have read and moved the message since the first look: what was seen stays seen."""
    copies = max(found.copies, again.copies if again else 0)
    return Arrival(found.where, seconds, copies, tuple(received.parse(found.headers)))
