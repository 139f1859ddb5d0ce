"""What shapes a judgement: told before a run begins, so nothing here loads what a run finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a run waits for its first answers while the nouns of a measurement are made
    from datetime import datetime

    from probe.model.expectation import Declared
    from probe.model.measurement import Measurement
    from probe.model.words import Family, Verdict


@dataclass(frozen=True, slots=True)
class Range:
    """A threshold as monitoring plugins know it: ``text`` is how it was written. A value outside ``low`` to ``high``,
    both included, alerts; with ``inside`` a value within does. None is no bound.
    """

    text: str
    low: float | None
    high: float | None
    inside: bool = False

    def alerts(self, value: float) -> bool:
        """True when ``value`` is one to alert on."""
        within = (self.low is None or value >= self.low) and (self.high is None or value <= self.high)
        return within is self.inside


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a conversation may take, in seconds, before it is a warning or critical. With limits, empty ones too, a
    run that its own deadline ended is slow, not merely unknown.
    """

    warning: Range | None = None
    critical: Range | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """How one thing changed: the target as a whole (``family`` None) or a family of it. ``was`` None: never told.

    ``now`` is how it stands by the last runs, ``seen`` what the latest of them showed where that is something else.
    """

    family: Family | None
    was: Verdict | None
    now: Verdict
    seen: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What is worth telling about a target that is looked at again and again. ``few`` of the last ``many`` runs had to
    show it; ``last_ok`` is when the target was last well, None where no run remembered saw that.
    """

    turns: tuple[Turn, ...]
    few: int
    many: int
    runs: int
    last_ok: datetime | None = None


@dataclass(frozen=True, slots=True)
class JudgeOptions:
    """What shapes a judgement. ``severity`` pairs a finding code or a parity word with the verdict it shall have;
    ``cert_days`` are the warning and critical days before a certificate ends; ``limits`` is None where time is judged
    by nobody. ``baseline`` is an earlier measurement of the same target, to be held against this one; ``expected`` are
    declarations, of which those count that speak of the target. ``change`` is None where nothing changed for long
    enough, or nobody looked.
    """

    severity: tuple[tuple[str, Verdict], ...] = ()
    cert_days: tuple[int, int] = (14, 7)
    limits: Limits | None = None
    baseline: Measurement | None = None
    expected: tuple[Declared, ...] = ()
    change: Change | None = None
