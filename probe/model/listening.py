"""The one question to every mail server's configuration: over which families does it listen, and over which send?"""

from dataclasses import dataclass

from probe.model.postfix import Problem
from probe.model.words import Family


@dataclass(frozen=True, slots=True)
class Listening:
    """One place it listens at."""

    service: str  # the port as the configuration has it: ``smtp``, ``25``, ``submission``
    families: tuple[Family, ...]  # empty: a name or an interface that takes the machine to tell
    addresses: tuple[str, ...]  # as written; empty: every one of these families; ``::`` of both: one socket for both
    origin: str  # ``smtpd.conf:12``, the name of an option, or ``default``


@dataclass(frozen=True, slots=True)
class Reach:
    """What the configuration comes to."""

    listens: tuple[Listening, ...]
    sends: tuple[Family, ...]
    sends_origin: str  # what decides it; ``default`` when nothing does
    problems: tuple[Problem, ...] = ()  # what the server itself does not understand
