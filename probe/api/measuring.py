"""What touches the world: measuring, reading a configuration, and what runs share.

In: targets and settings. Out: measurements. ``UsageError`` for what the caller got wrong; what the world refuses is
data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from probe.model.settings import Settings, Target, TargetKind
from probe.model.words import Stage

if TYPE_CHECKING:  # what only describes is not imported: a run imports a thing when it needs it
    from collections.abc import Callable, Mapping, Sequence

    from probe.measure.courtesy import Courtesy
    from probe.measure.run import Prepared
    from probe.model.measurement import Measurement
    from probe.model.memory import Recall
    from probe.model.network import Network
    from probe.model.settings import Record
    from probe.model.smtp import Session
    from probe.store import Store


async def measure(
    target: str | Target,
    settings: Settings | None = None,
    *,
    network: Network | None = None,
    progress: Callable[[Session], None] | None = None,
    courtesy: Courtesy | None = None,
    secrets: Mapping[str, str] | None = None,
    cleanup: bool = False,
    memory: Recall | None = None,
    sign: Callable[[bytes], bytes] | None = None,
    prepared: Prepared | None = None,
) -> Measurement:
    """Probe one target (``example.com``, ``user@example.com``, ``[mx1.example.com]``, ``[2001:db8::25]:2525``).

    ``settings`` None means those of ``probe6 TARGET``: up to RCPT for a domain, a test message over each family for a
    mailbox (naming one is the consent), up to STARTTLS for a host or an address. ``network`` None is this machine's.
    Several targets measured side by side share one ``courtesy``, so that no host is talked to twice at a time.
    ``secrets`` are passwords by what they open, ``smtp`` for the user in ``settings.via``, ``imap`` for proofs by
    IMAP; the measurement holds none. With ``cleanup`` proofs by IMAP remove the test messages they found, and no other.
    ``memory`` is a ``state`` of earlier runs; without one nothing is remembered, and no file of the user's is touched.
    ``sign`` is a ``signer``: what it makes of a test message is sent. ``prepared`` is one of what ``prepare`` gave.
    """
    from probe.grammar.target import parse_target
    from probe.measure.network import SystemNetwork
    from probe.measure.run import measure as run

    aim = parse_target(target) if isinstance(target, str) else target
    chosen, world = settings or default_settings(aim), network or SystemNetwork()
    return await run(
        aim, chosen, world, progress, courtesy, secrets, cleanup=cleanup, memory=memory, sign=sign, prepared=prepared
    )


async def prepare(
    jobs: Sequence[tuple[Target, Settings]],
    *,
    at_once: int = 8,
    network: Network | None = None,
    memory: Recall | None = None,
) -> list[Prepared]:
    """Look up many targets, ``at_once`` at a time, so that those with an address in common share a conversation there.

    Each of the result goes to a ``measure`` of the same target and settings; all of them share one ``courtesy``.
    """
    import asyncio

    from probe.measure.network import SystemNetwork
    from probe.measure.run import bring_together
    from probe.measure.run import prepare as one

    world, turn = network or SystemNetwork(), asyncio.Semaphore(at_once)

    async def in_turn(target: Target, settings: Settings) -> Prepared:
        async with turn:
            return await one(target, settings, world, memory)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(in_turn(*job)) for job in jobs]
    return bring_together([task.result() for task in tasks], world)


async def audit(
    mta: str,
    place: str | None = None,
    *,
    domain: str | None = None,
    lan: Sequence[str] = (),
    settings: Settings | None = None,
    network: Network | None = None,
    stdin: Callable[[], bytes] | None = None,
) -> Measurement:
    """Read the configuration of a mail server (``mta``: one of ``mail_servers()``) at ``place``: a directory, a file,
    or ``-`` for what ``stdin`` gives; None is the machine's own. ``lan`` are networks declared as one's own.
    """
    from probe.measure.audit import Request
    from probe.measure.audit import audit as run
    from probe.measure.network import SystemNetwork
    from probe.model.configuration import Mta

    request = Request(Mta(mta), place, domain, tuple(lan), stdin or (lambda: b""))
    return await run(request, settings or Settings(), network or SystemNetwork())


def default_settings(target: Target) -> Settings:
    """What ``probe6 TARGET`` does with no option."""
    port = target.port or 25
    if target.recipient is not None:
        return Settings(recipient=target.recipient, until=Stage.DATA, port=port)
    if target.kind is TargetKind.DOMAIN:
        return Settings(recipient=f"postmaster@{target.name}", port=port)
    return Settings(until=Stage.STARTTLS, port=port)


def new_courtesy() -> Courtesy:
    """What several ``measure`` calls share."""
    from probe.measure.courtesy import Courtesy

    return Courtesy()


def state(path: str | None, note: Callable[[str], None]) -> Store:
    """The state kept in the file ``path``, None for the usual place (``UsageError`` where there is none).

    ``note`` is told, once, when the file cannot be used; then nothing is remembered, and nothing fails for it.
    """
    from pathlib import Path

    from probe.store import Store, state_path

    return Store(state_path() if path is None else Path(path), note)


def signer(key: bytes, selector: str, domain: str) -> Callable[[bytes], bytes]:
    """Signs test messages by DKIM with the private key in PEM. ``UsageError`` for one nobody can sign with."""
    from probe.measure.proof.signing import signer as make

    return make(key, selector, domain)


def sources() -> tuple[tuple[str, bool], ...]:
    """Our own addresses towards the Internet, one a family, and whether NAT hides it. No packet is sent."""
    from probe.measure.network import SystemNetwork
    from probe.measure.vantage import towards_internet

    return towards_internet(SystemNetwork())


def read_overlay(text: str, origin: str, name: str) -> tuple[Record, ...]:
    """The zone-file fragment ``text``, read from ``name``, as ``Settings.overlay``; ``origin`` ends relative names."""
    from probe.measure.dns.overlay import read_overlay as read

    return read(text, origin, name)
