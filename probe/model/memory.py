"""What earlier runs left for this one: plain data, from the store and back. Times are UTC; texts are escaped.

A measurement carries what was known when it was made, so that it can be judged again without the store. ``source`` is
our own address; what was seen from another one says little about this one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from probe.model.words import Family


@dataclass(frozen=True, slots=True)
class Greeted:
    """A host greeted us on port 25: from ``source`` port 25 gets out of our network."""

    family: Family
    source: str
    host: str
    address: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Greylisted:
    """One tuple of a greylist, as far as we know it (RFC 6647 2.1). Each family has its own.

    ``first_seen`` is when it was put off first, ``last_try`` when it was tried last, ``next_try`` when it may be tried
    again, ``passed`` when it was last let in; None: not yet. ``tries`` counts those that were put off.
    """

    family: Family
    source: str
    sender: str
    recipient: str
    address: str
    first_seen: datetime
    last_try: datetime
    next_try: datetime
    tries: int = 1
    passed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Silenced:
    """A host answered 421 and is left alone ``until`` then. ``host`` is the name it was called by."""

    host: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class UnknownRecipient:
    """A server said that there is no such mailbox. Until then nobody but a person asks it for this one again."""

    address: str
    recipient: str
    said: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Served:
    """The last time an address greeted us with a 220 on this port, seen from ``source``."""

    source: str
    address: str
    port: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of the hosts and addresses of one target. All empty: nothing is, or nobody was asked."""

    greeted: tuple[Greeted, ...] = ()
    greylisted: tuple[Greylisted, ...] = ()
    silenced: tuple[Silenced, ...] = ()
    unknown: tuple[UnknownRecipient, ...] = ()
    served: tuple[Served, ...] = ()

    def __bool__(self) -> bool:
        return any((self.greeted, self.greylisted, self.silenced, self.unknown, self.served))

    def silence(self, host: str, now: datetime) -> Silenced | None:
        """Why ``host`` is not to be called now."""
        return next((item for item in self.silenced if item.host == host and item.at <= now < item.until), None)

    def no_such_mailbox(self, address: str, recipient: str, now: datetime) -> UnknownRecipient | None:
        """Why the server at ``address`` is not to be asked for ``recipient`` now."""
        return next(
            (
                item
                for item in self.unknown
                if (item.address, item.recipient) == (address, recipient) and item.at <= now < item.until
            ),
            None,
        )

    def greylisting(self, source: str | None, sender: str, recipient: str | None, address: str) -> Greylisted | None:
        """The tuple of these four, as it was before this run."""
        wanted = (source, sender, recipient, address)
        return next(
            (item for item in self.greylisted if (item.source, item.sender, item.recipient, item.address) == wanted),
            None,
        )


@dataclass(frozen=True, slots=True)
class Question:
    """What a run wants to know, once it has resolved its target."""

    now: datetime
    hosts: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    sender: str = ""
    recipient: str | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """How a target stood at one time; ``ipv6`` and ``ipv4`` are verdicts of a family, None where it was not asked for.

    Words as in a report: ``verdict`` and the families' are a ``Verdict``, ``parity`` a ``Parity``.
    """

    target: str
    at: datetime
    verdict: str
    parity: str
    summary: str
    ipv6: str | None = None
    ipv4: str | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """How a target stood when somebody was last told that it had changed; words as in ``Past``."""

    target: str
    at: datetime
    verdict: str
    ipv6: str | None = None
    ipv4: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """When a test message last went to a mailbox that a configuration names."""

    recipient: str
    at: datetime


class Recall(Protocol):
    """Somebody who remembers. Blocks for milliseconds; called from a thread. Raises nothing."""

    def recall(self, question: Question) -> Memory:
        """What is known about these."""
        ...
