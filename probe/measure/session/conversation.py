"""The narrow seam between the connector and whoever speaks SMTP on the wire.

An engine takes a connected socket and fills ``Conversation``. It sends what it is told and hands back what came; it
never retries, never looks up a name, never decides. All of its methods raise ``ConversationError`` and nothing else for
what the server or the network does. Time-outs are seconds for the whole reply, however many lines it has.
"""

import ssl
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from probe.model.errors import UsageError
from probe.model.network import Link
from probe.model.smtp import Reply
from probe.model.words import Failure


class ConversationError(Exception):
    """The server or the network ended a step. ``reply`` is what had come before (the 220 before a failed handshake).

    ``early``: it was not for us to wait any longer, though there was time.
    """

    def __init__(self, failure: Failure, detail: str, reply: Reply | None = None, *, early: bool = False) -> None:
        super().__init__(f"{failure}: {detail}")
        self.failure = failure
        self.detail = detail
        self.reply = reply
        self.early = early


class Conversation(Protocol):
    """One SMTP conversation over one connected socket."""

    async def greeting(self, timeout: float) -> Reply:
        """Wait for the whole greeting, up to its final ``220 `` line. Nothing is sent (RFC 5321 4.3.1)."""
        ...

    async def commands(self, group: Sequence[str], timeout: float) -> list[Reply]:
        """Send the commands, several of them at once, and return their replies in order."""
        ...

    def send(self, group: Sequence[str]) -> None:
        """Send the commands at once, without waiting; ``reply`` is called for each of them."""
        ...

    async def reply(self, timeout: float) -> Reply:
        """The next reply to what was sent with ``send``."""
        ...

    async def starttls(self, server_name: str | None, timeout: float) -> tuple[Reply, ssl.SSLObject | None]:
        """STARTTLS and, after a 220, the handshake; SNI is ``server_name``. No SSL object: the server declined."""
        ...

    async def data(self, message: bytes, timeout: float) -> Reply:
        """After the 354: the message (CRLF lines, not dot-stuffed), the final dot, and the reply to it."""
        ...

    def unended(self, message: bytes) -> None:
        """After the 354: the message without its final dot, and without waiting. After it only ``close`` is called."""
        ...

    def overheard(self) -> list[str]:
        """What the server said unasked since this was last called, escaped; nothing from an engine that cannot tell."""
        ...

    async def close(self) -> None:
        """Let go of the socket now, without a command. Safe to call twice."""
        ...


class Engine(Protocol):
    """What an engine module offers. ``PIPELINING``: every reply to a group of commands is told."""

    PIPELINING: bool

    def converse(self, link: Link) -> Conversation:
        """Take over the link's socket."""
        ...


def engine(name: str) -> Engine:
    """The engine called ``name``: the module of that name in ``probe.measure.engines``."""
    try:
        if name.isidentifier():
            return cast("Engine", import_module(f"probe.measure.engines.{name}"))
    except ModuleNotFoundError as error:
        if error.name != f"probe.measure.engines.{name}":
            raise
    raise UsageError(f"--engine {name!r}: no such engine; there is {' and '.join(engines())}")


def engines() -> list[str]:
    """The names of all engines."""
    from pkgutil import iter_modules

    from probe.measure import engines as room

    return sorted(module.name for module in iter_modules(room.__path__))
