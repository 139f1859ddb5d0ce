"""What was tried with the leave of the domain's owner alone. Texts from the network are escaped."""

from dataclasses import dataclass
from enum import StrEnum

from probe.model.smtp import Session
from probe.model.words import Purpose

OPTIONS = {
    Purpose.RELAY: "--relay-check",
    Purpose.CATCHALL: "--catchall",
    Purpose.LITERAL: "--literal-check",
    Purpose.INJECTION: "--injection-check",
    Purpose.SMUGGLING: "--smuggling-check",
}
"""How each test is asked for, in the order they are held."""


class Leave(StrEnum):
    """How it is known that the domain is the user's own."""

    SAID = "said"  # --owned, or the configuration
    PUBLISHED = "published"  # a TXT record made of --contact


@dataclass(frozen=True, slots=True)
class Foreign:
    """The mailbox of the tester's that is asked for in the relay test, and the mail hosts of its domain.

    ``trouble`` is why the answer would prove nothing; then nobody is asked.
    """

    mailbox: str
    hosts: tuple[str, ...] = ()
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Trials:
    """The conversations that were held for it, in the order they began; none of them is part of the check itself.

    ``foreign`` is None where relaying was not to be tried.
    """

    leave: Leave
    foreign: Foreign | None = None
    sessions: tuple[Session, ...] = ()
