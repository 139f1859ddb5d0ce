"""A migration as a checklist for one domain: what is done, what is not, what stands in the way, and when it is safe."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from probe.model.words import Verdict


class Kind(StrEnum):
    """The migrations there is a playbook for."""

    ADD_IPV6 = "add-ipv6"
    MOVE_MX = "move-mx"
    DROP_IPV4 = "drop-ipv4"
    RENUMBER = "renumber"


class Progress(StrEnum):
    """How a step stands."""

    DONE = "done"
    NOT_YET = "not yet"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"
    BY_HAND = "by hand"  # nobody can measure it from here


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``seen`` is what was measured, ``how`` what to do next, ready to copy; ``not_before`` when it is safe.

    ``change`` marks the steps that alter what the world sees; all above such a step must be done before it.
    """

    title: str
    progress: Progress
    seen: str
    how: str | None = None
    not_before: datetime | None = None
    change: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The playbook for one domain at one time. ``next`` is the change that is next, None when all are made;
    ``history``: saved measurements were there, without which nobody knows what resolvers still keep.
    """

    kind: Kind
    target: str
    now: datetime
    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()
    history: bool = False

    @property
    def next(self) -> Step | None:
        """The first change that is not made."""
        return next((step for step in self.steps if step.change and step.progress is not Progress.DONE), None)

    @property
    def open(self) -> tuple[Step, ...]:
        """What is measured, stands before the next change and is not done; without a change left, all that is not."""
        before = self.steps[: self.steps.index(self.next)] if self.next is not None else self.steps
        return tuple(step for step in before if step.progress not in {Progress.DONE, Progress.BY_HAND})

    @property
    def earliest(self) -> datetime | None:
        """When the next change is safe as far as times go; None where no time is known."""
        before = self.steps[: self.steps.index(self.next) + 1] if self.next is not None else self.steps
        return max((step.not_before for step in before if step.not_before is not None), default=None)

    @property
    def verdict(self) -> Verdict:
        """Ok only when the next step is safe now; critical when something broken is in its way."""
        states = {step.progress for step in self.open}
        if self.next is not None:
            states |= {self.next.progress} - {Progress.NOT_YET}
        if Progress.BLOCKED in states:
            return Verdict.CRITICAL
        if Progress.UNKNOWN in states:
            return Verdict.UNKNOWN
        waits = self.earliest is not None and self.earliest > self.now
        if Progress.NOT_YET in states or waits:
            return Verdict.WARNING
        return Verdict.OK if self.history else Verdict.UNKNOWN
