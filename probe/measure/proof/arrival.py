"""Waiting for a test message: the proofs are asked again and again until one has seen it or patience ends.

In: ``--proof`` words, then a token. Out: a ``Watch``: the ``Arrival`` or None, and who was looking. ``UsageError`` for
a proof that does not exist or cannot look, before any mail goes out; one that cannot look later on raises
``BlindError``, so that "not found" never means "could not look". Times are seconds of the network's steady clock.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from itertools import chain, repeat
from pkgutil import iter_modules
from typing import Protocol, runtime_checkable

from probe.grammar import authres, greylist_trace, received
from probe.grammar.options import one_of, quoted
from probe.model.bounce import Action, Bounce
from probe.model.delivery import Arrival, Hop, LogTrace, WatchedLog
from probe.model.errors import UsageError
from probe.model.log import Fate
from probe.model.network import Network

PAUSES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 30.0)  # between two looks; the last one goes on
SETTLE = 0.5  # a second copy of the same delivery comes close behind the first
LAG = 2.0  # what one proof has seen the others see soon after: a log is written behind what it tells of
MAILBOX_LAG = 10.0  # a mailbox shows what a log calls delivered: one that does not by then is not where it went
LAG_PAUSE = 0.2
_REGISTRY = "probe.measure.delivery"


@dataclass(frozen=True, slots=True)
class Found:
    """The message was seen: its header section, how many copies there are, and where the first one lies (escaped).

    ``junk``: that is where mail goes that is taken for spam.
    A log gives ``hops`` where others have headers, and may have seen it ``relayed`` to another host.
    ``unchanged``: its text is the one that was sent; None where the proof does not look at the text.
    """

    headers: bytes
    copies: int
    where: str
    junk: bool = False
    hops: tuple[Hop, ...] = ()
    relayed: str | None = None
    unchanged: bool | None = None


@dataclass(frozen=True, slots=True)
class Means:
    """What a proof may need besides its own word.

    ``secrets`` are passwords by what they open (``imap``); they stand here and not in the settings, which are saved.
    ``ca_file`` are the trust anchors, None the system's; ``timeout`` is in seconds, for one look; with ``cleanup`` a
    proof that can do it takes the test messages away at its end, and nothing else. ``note`` hears, in an escaped line,
    of what went wrong without a consequence for what was measured.
    """

    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca_file: str | None = None
    timeout: float = 30.0
    cleanup: bool = False
    note: Callable[[str], object] = field(default=len, repr=False)


class BlindError(Exception):
    """A proof that could look when it was opened cannot do so now."""


@dataclass(frozen=True, slots=True)
class Watch:
    """How the waiting ended. ``by`` names the proofs that saw it through: not those that could not look at the end.

    ``bounce`` is the last report about the message that came back.
    ``seen`` are those that saw the message, ``traces`` what logs among the proofs say about it.
    """

    arrival: Arrival | None
    by: tuple[str, ...]
    bounce: Bounce | None = None
    seen: tuple[str, ...] = ()
    traces: tuple[LogTrace, ...] = ()


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


@runtime_checkable
class Witness(Proof, Protocol):
    """A proof that knows more of a message than that it arrived, and more than messages: a mail log."""

    def expect(self, token: str, queue_id: str | None = None) -> None:
        """A message with ``token`` will come, or was accepted as ``queue_id``."""
        ...

    def trace(self, token: str) -> LogTrace:
        """What was said of the message up to the last look."""
        ...

    async def watched(self, sources: Sequence[str]) -> WatchedLog:
        """What was said of clients with these addresses; looks once more."""
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
    The first proof that sees it in a mailbox wins; the others are asked for ``LAG`` seconds more, and mailboxes for
    ``MAILBOX_LAG`` where a log was the first. A log that saw it handed on wins when no proof looks into a mailbox, one
    that saw it given up ends the waiting. With ``returns`` the message has a return path: then a report that says how
    it ended ends the waiting too, one that says it is delayed does not.
    """
    vigil = _Vigil(network, proofs, token, network.monotonic() + patience)
    ended = False
    for pause in chain(PAUSES, repeat(PAUSES[-1])):
        # One proof may take its time to answer: the last round is one that begins when patience has ended.
        is_last = ended or network.monotonic() >= vigil.end
        for proof in proofs:
            found = await vigil.look(proof)
            if found and vigil.wins(found):
                seconds = max(0.0, network.monotonic() - sent)
                await network.sleep(min(SETTLE, vigil.left))
                again = await vigil.look(proof, anew=True)
                await vigil.ask_the_others(proof)
                return vigil.watch(_settled(vigil.better_than(found), again, seconds))
        if returns:
            await vigil.look_for_bounces()
        if is_last:
            break
        if vigil.is_given_up:
            await vigil.ask_the_others(None)
            if returns:
                await vigil.look_for_bounces()
            late = next(filter(vigil.wins, vigil.seen.values()), None)
            seconds = max(0.0, network.monotonic() - sent)
            return vigil.watch(_settled(late, None, seconds) if late else None)
        ended = vigil.bounce is not None and vigil.bounce.action is not Action.DELAYED
        await network.sleep(max(0.0, min(SETTLE if ended else pause, vigil.left)))
    return vigil.watch(None)


@dataclass(slots=True)
class _Vigil:
    """The waiting for one message: who saw it, and who could not look."""

    network: Network
    proofs: Sequence[Proof]
    token: str
    end: float
    blind: set[str] = field(default_factory=set)
    seen: dict[str, Found] = field(default_factory=dict)
    bounce: Bounce | None = None

    @property
    def left(self) -> float:
        """Seconds until patience ends."""
        return max(0.0, self.end - self.network.monotonic())

    @property
    def witnesses(self) -> list[Witness]:
        """The logs among the proofs."""
        return [proof for proof in self.proofs if isinstance(proof, Witness)]

    @property
    def is_given_up(self) -> bool:
        """True when a log says that the message was given up."""
        return any(proof.trace(self.token).fate is Fate.FAILED for proof in self.witnesses)

    def wins(self, found: Found) -> bool:
        """Handed on is not arrived, where somebody looks into a mailbox it may have been handed on to."""
        return found.relayed is None or len(self.witnesses) == len(self.proofs)

    def better_than(self, found: Found) -> Found:
        """``found``, or what was seen in a mailbox after it was handed on."""
        return next((one for one in (found, *self.seen.values()) if one.relayed is None), found)

    async def look(self, proof: Proof, *, anew: bool = False) -> Found | None:
        """One look; ``blind`` learns whether this proof could see, unless it has seen the message already."""
        self.blind.discard(proof.name)
        try:
            found = await proof.find(self.token)
        except BlindError:
            if not anew:
                self.blind.add(proof.name)
            return None
        if found:
            self.seen.setdefault(proof.name, found)
        return found

    async def ask_the_others(self, winner: Proof | None) -> None:
        """Until all have seen it, for as long as they may lag behind."""
        began = self.network.monotonic()
        while True:
            for proof in self.proofs:
                if proof is not winner and proof.name not in self.seen:
                    await self.look(proof)
            waiting = [one for one in self.proofs if one is not winner and one.name not in self.seen]
            mailboxes = isinstance(winner, Witness) and not all(isinstance(one, Witness) for one in waiting)
            until = min(self.end, began + (MAILBOX_LAG if mailboxes else LAG))
            if not waiting or self.network.monotonic() >= until:
                return
            await self.network.sleep(min(LAG_PAUSE, max(0.0, until - self.network.monotonic())))

    async def look_for_bounces(self) -> None:
        """What came back about the message; where nothing new did, the last one stays."""
        for proof in self.proofs:
            if isinstance(proof, ReturnPath):
                with suppress(BlindError):
                    found = await proof.returned(self.token)
                    if found is not None:
                        self.bounce = replace(found, returned=None)  # it has done its work, and is somebody's mail
                        return

    def watch(self, arrival: Arrival | None) -> Watch:
        """What came of it."""
        by = tuple(proof.name for proof in self.proofs if proof.name not in self.blind)
        seen = tuple(proof.name for proof in self.proofs if proof.name in self.seen)
        return Watch(arrival, by, self.bounce, seen, tuple(proof.trace(self.token) for proof in self.witnesses))


def _settled(found: Found, again: Found | None, seconds: float) -> Arrival:
    """Somebody may have read and moved the message since the first look: what was seen stays seen."""
    copies = max(found.copies, again.copies if again else 0)
    hops, verified = found.hops or tuple(received.parse(found.headers)), authres.placed(found.headers)
    held = greylist_trace.held(found.headers)
    last = again if again is not None and again.unchanged is not None else found  # a file may grow while it is read
    return Arrival(
        found.where, seconds, copies, hops, found.junk, verified, found.relayed, held, unchanged=last.unchanged
    )


def expect(proofs: Sequence[Proof], token: str, queue_id: str | None = None) -> None:
    """Tell the logs among the proofs which message is theirs to follow."""
    for proof in proofs:
        if isinstance(proof, Witness):
            proof.expect(token, queue_id)


async def read_logs(network: Network, proofs: Sequence[Proof], sources: Sequence[str]) -> tuple[WatchedLog, ...]:
    """What the logs among the proofs showed of connections from ``sources``; they may lag ``LAG`` seconds behind."""
    witnesses = [proof for proof in proofs if isinstance(proof, Witness)]
    until = network.monotonic() + LAG
    while True:
        logs = tuple([await witness.watched(sources) for witness in witnesses])
        shown = {contact.client for log in logs for contact in log.contacts}
        if not logs or shown >= set(sources) or network.monotonic() >= until:
            return logs
        await network.sleep(LAG_PAUSE)
