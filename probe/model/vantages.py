"""One target as several places saw it: which places, how each family stands from each, and what differs."""

from dataclasses import dataclass
from datetime import datetime

from probe.model.report import Finding
from probe.model.words import Family, Parity, Stage, Verdict


@dataclass(frozen=True, slots=True)
class Place:
    """One measurement, in a line. ``sources`` are our own addresses there, ``names`` their reverse names."""

    started: datetime
    sources: tuple[str, ...]
    names: tuple[str, ...]
    verdict: Verdict
    parity: Parity
    summary: str


@dataclass(frozen=True, slots=True)
class View:
    """How ``family`` stands from each place, a word each; ``said`` is what that means."""

    family: Family
    states: tuple[str, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Trait:
    """One thing as each place saw it, None where it was not seen; ``same`` where all who saw it saw the same."""

    subject: str
    family: Family | None
    stage: Stage
    what: str
    values: tuple[str | None, ...]

    @property
    def same(self) -> bool:
        """All who saw it saw the same."""
        return len({value for value in self.values if value is not None}) < 2


@dataclass(frozen=True, slots=True)
class Shared:
    """A finding above ok, and the numbers of the places, from 0, that made it."""

    finding: Finding
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """Several measurements of one target; the order of ``places`` is that of every tuple of values. ``notes`` say what
    limits the comparison.
    """

    target: str
    verdict: Verdict
    places: tuple[Place, ...]
    views: tuple[View, ...] = ()
    traits: tuple[Trait, ...] = ()
    findings: tuple[Shared, ...] = ()
    notes: tuple[str, ...] = ()
