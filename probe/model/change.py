"""What is different between two measurements: one trait of one family and subject, before and after."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from probe.model.words import Family, Parity, Stage, Verdict


class Direction(StrEnum):
    """What a change means."""

    WORSE = "worse"
    BETTER = "better"
    MOVED = "moved"  # an address, a certificate, a name: neither good nor bad by itself
    UNCLEAR = "unclear"  # one of the two measurements could not see it


@dataclass(frozen=True, slots=True)
class Change:
    """``what`` at ``stage`` was ``before`` and is ``after``. ``family`` None: it belongs to neither alone, or to both.

    ``stage`` is None for what no conversation passes, such as a configuration.
    """

    direction: Direction
    family: Family | None
    subject: str
    stage: Stage | None
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two measurements, in a line."""

    target: str
    started: datetime
    verdict: Verdict
    parity: Parity
    summary: str


@dataclass(frozen=True, slots=True)
class Row:
    """One trait on both sides, whether they differ or not: a line of ``compare``. None: not seen on that side."""

    family: Family | None
    stage: Stage
    what: str
    before: str | None
    after: str | None
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """Two measurements held against each other. ``changes`` are worst first.

    ``broke`` are the families over which mail worked before and does not any more; ``notes`` say what limits the
    comparison. ``rows`` show all that was compared, stage by stage, where that was asked for.
    """

    before: Side
    after: Side
    changes: tuple[Change, ...] = ()
    broke: tuple[Family, ...] = ()
    notes: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Critical when mail broke, a warning for any change for the worse, unknown where too little was seen."""
        directions = {change.direction for change in self.changes}
        if self.broke:
            return Verdict.CRITICAL
        if Direction.WORSE in directions:
            return Verdict.WARNING
        return Verdict.UNKNOWN if Direction.UNCLEAR in directions else Verdict.OK
