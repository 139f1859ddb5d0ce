"""The one thing ``measure`` hands on: all that was seen, and the settings that shaped it. No judgement."""

from dataclasses import dataclass, field
from datetime import datetime

from probe.model.configuration import Configuration
from probe.model.delivery import Attempt, WatchedLog
from probe.model.dns import Resolved
from probe.model.inquiries import Inquiries
from probe.model.memory import Memory
from probe.model.settings import ENGINE, Settings, Target
from probe.model.smtp import Session
from probe.model.trials import Trials
from probe.model.words import AddressClass, Failure, Family

SCHEMA = "probe6.measurement/1"


@dataclass(frozen=True, slots=True)
class Route:
    """How this machine would reach one address (no packet sent). ``failure`` is ``no-route`` when it cannot.

    ``klass`` is the class of ``source``; ``nat`` is true for a private IPv4 source, which is usable.
    """

    address: str
    family: Family
    source: str | None = None
    klass: AddressClass | None = None
    usable: bool = False
    nat: bool = False
    temporary: bool | None = None
    deprecated: bool | None = None
    failure: Failure | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Vantage:
    """Our own machine, for one family. ``usable`` is None when there was no address to try a route to.

    ``ptr`` and ``fcrdns`` are those of ``source``; ``fcrdns`` is None when not looked up (NAT) or inconclusive.
    """

    family: Family
    usable: bool | None = None
    source: str | None = None
    reason: str | None = None
    nat: bool = False
    temporary: bool | None = None
    deprecated: bool | None = None
    ptr: tuple[str, ...] = ()
    fcrdns: bool | None = None
    helo: str | None = None
    routes: tuple[Route, ...] = ()


@dataclass(frozen=True, slots=True)
class Measurement:
    """One run against one target. ``elapsed`` in seconds; ``started`` UTC. ``queries`` counts DNS messages sent,
    ``connections`` TCP connections opened or tried; those shared with another target of the run count for one of them.
    ``inquiries`` is None when the conversations alone were wanted.
    ``memory`` is what earlier runs had left when this one began; ``configuration`` is None when none was read.
    ``logs`` are the mail logs among the proofs; ``notes`` what went wrong on our side without a consequence for what
    was measured, each an escaped line. ``trials`` are what the owner alone may ask for; None where nobody did.
    """

    schema: str
    probe6: str
    target: Target
    started: datetime
    elapsed: float
    settings: Settings
    resolved: Resolved
    vantage: tuple[Vantage, ...] = ()
    sessions: tuple[Session, ...] = ()
    references: tuple[Session, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    queries: int = 0
    connections: int = 0
    engine: str = ENGINE
    inquiries: Inquiries | None = None
    memory: Memory = field(default_factory=Memory)
    configuration: Configuration | None = None
    logs: tuple[WatchedLog, ...] = ()
    notes: tuple[str, ...] = ()
    trials: Trials | None = None

    @property
    def conversations(self) -> tuple[Session, ...]:
        """All that were held: the check's own, those with references, and the tests its owner asked for."""
        return (*self.sessions, *self.references, *(self.trials.sessions if self.trials is not None else ()))

    def vantage_of(self, family: Family) -> Vantage:
        """The vantage of ``family``; an empty one when the family was not asked for."""
        return next((item for item in self.vantage if item.family is family), Vantage(family))
