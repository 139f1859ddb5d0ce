"""Waiting for a test message: the proofs are asked again and again until one has seen it or patience ends.

In: ``--proof`` words, then a token. Out: a ``Watch``: the ``Arrival`` or None, and who was looking. ``UsageError`` for
a proof that does not exist or cannot look, before any mail goes out; one that cannot look later on raises
``BlindError``, so that "not found" never means "could not look". Times are seconds of the network's steady clock.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from itertools import chain, repeat
from pkgutil import iter_modules
from typing import Protocol, runtime_checkable

from probe.grammar import authres, received
from probe.grammar.options import one_of, quoted
from probe.model.bounce import Action, Bounce
from probe.model.delivery import Arrival
from probe.model.errors import UsageError
from probe.model.network import Network

PAUSES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 30.0)  # between two looks; the last one goes on
SETTLE = 0.5  # a second copy of the same delivery comes close behind the first
_REGISTRY = "probe.measure.delivery"


@dataclass(frozen=True, slots=True)
class Found:
    """The message was seen: its header section, how many copies there are, and where the first one lies (escaped).

    ``junk``: that is where mail goes that is taken for spam.
    """

    headers: bytes
    copies: int
    where: str
    junk: bool = False


@dataclass(frozen=True, slots=True)
class Means:
    """What a proof may need besides its own word.

    ``secrets`` are passwords by what they open (``imap``); they stand here and not in the settings, which are saved.
    ``ca_file`` are the trust anchors, None the system's; ``timeout`` is in seconds, for one look; with ``cleanup`` a
    proof that can do it takes the test messages away at its end, and nothing else.
    """

    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca_file: str | None = None
    timeout: float = 30.0
    cleanup: bool = False


class BlindError(Exception):
    """A proof that could look when it was opened cannot do so now."""


@dataclass(frozen=True, slots=True)
class Watch:
    """How the waiting ended. ``by`` names the proofs that saw it through: not those that could not look at the end.

    ``bounce`` is the last report about the message that came back.
    """

    arrival: Arrival | None
    by: tuple[str, ...]
    bounce: Bounce | None = None


class Proof(Protocol):
    """Something that can see whether a message arrived."""

    @property
    def name(self) -> str:
        """The ``--proof`` word as it was given, for people."""
        ...

    async def find(self, token: str) -> Found | None:
        """The message with ``token``, if it is there now. ``BlindError`` when nobody can tell."""
        ...


@runtime_checkable
class ReturnPath(Proof, Protocol):
    """A proof that watches a mailbox, to which bounces come too."""

    async def returned(self, token: str) -> Bounce | None:
        """The newest bounce about the message with ``token``. ``BlindError`` when nobody can tell."""
        ...


class _Plugin(Protocol):
    """What a file in ``probe.measure.delivery`` offers."""

    def watch(self, spec: str, means: Means) -> AbstractAsyncContextManager[Proof]: ...


@asynccontextmanager
async def open_proofs(specs: Sequence[str], means: Means | None = None) -> AsyncIterator[tuple[Proof, ...]]:
    """Open every proof, in order; all are closed again on the way out."""
    means = means or Means()
    async with AsyncExitStack() as stack:
        yield tuple([await stack.enter_async_context(_plugin(spec).watch(spec, means)) for spec in specs])


def _plugin(spec: str) -> _Plugin:
    word, colon, _ = spec.partition(":")
    if not colon:
        raise UsageError(f"{quoted(spec)} is not a proof such as maildir:/home/user/Maildir")
    known = sorted(module.name for module in iter_modules(import_module(_REGISTRY).__path__))
    plugin: _Plugin = import_module(f"{_REGISTRY}.{one_of(word, known, 'a proof')}")
    return plugin


async def await_arrival(
    network: Network, proofs: Sequence[Proof], token: str, sent: float, patience: float, *, returns: bool = False
) -> Watch:
    """Wait for ``token``; ``sent`` is when DATA ended. No arrival when it was not seen within ``patience`` seconds.

    The first look is at once, the last when patience ends. After the message was found one more look counts copies.
    The first proof that sees it wins; the others need not have seen it yet. With ``returns`` the message has a return
    path: then a report that says how it ended ends the waiting too, one that says it is delayed does not.
    """
    end = network.monotonic() + patience
    blind: set[str] = set()
    bounce: Bounce | None = None
    ended = False
    for pause in chain(PAUSES, repeat(PAUSES[-1])):
        # One proof may take its time to answer: the last round is one that begins when patience has ended.
        is_last = ended or network.monotonic() >= end
        for proof in proofs:
            found = await _look(proof, token, blind)
            if found:
                seconds = max(0.0, network.monotonic() - sent)
                await network.sleep(min(SETTLE, max(0.0, end - network.monotonic())))
                arrival = _settled(found, await _look(proof, token, set()), seconds)
                return Watch(arrival, _sighted(proofs, blind), bounce)
        bounce = await _returned(proofs, token, bounce) if returns else None
        if is_last:
            break
        ended = bounce is not None and bounce.action is not Action.DELAYED
        await network.sleep(max(0.0, min(SETTLE if ended else pause, end - network.monotonic())))
    return Watch(None, _sighted(proofs, blind), bounce)


async def _returned(proofs: Sequence[Proof], token: str, before: Bounce | None) -> Bounce | None:
    """What came back about the message; ``before`` where nothing new did."""
    for proof in proofs:
        if isinstance(proof, ReturnPath):
            with suppress(BlindError):
                found = await proof.returned(token)
                if found is not None:
                    return replace(found, returned=None)  # it has done its work, and is somebody's mail
    return before


async def _look(proof: Proof, token: str, blind: set[str]) -> Found | None:
    """One look; ``blind`` learns whether this proof could see."""
    blind.discard(proof.name)
    try:
        return await proof.find(token)
    except BlindError:
        blind.add(proof.name)
        return None


def _sighted(proofs: Sequence[Proof], blind: set[str]) -> tuple[str, ...]:
    return tuple(proof.name for proof in proofs if proof.name not in blind)


def _settled(found: Found, again: Found | None, seconds: float) -> Arrival:
    """Somebody may have read and moved the message since the first look: what was seen stays seen."""
    copies = max(found.copies, again.copies if again else 0)
    hops, verified = tuple(received.parse(found.headers)), authres.placed(found.headers)
    return Arrival(found.where, seconds, copies, hops, found.junk, verified)
