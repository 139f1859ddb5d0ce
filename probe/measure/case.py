"""One run as its inquiries see it (``probe.measure.inquiries``)."""

from dataclasses import dataclass

from probe.measure.frame import Frame
from probe.measure.resolver import Resolver
from probe.model.dns import Resolved
from probe.model.settings import Target, TargetKind

LONGEST = 30.0  # seconds after the start of the run at which inquiries give up, whatever the deadline
_DOMAINS = frozenset({TargetKind.DOMAIN, TargetKind.MAILBOX})


@dataclass(frozen=True, slots=True)
class Case:
    """What is shared by the run, and what the resolver found."""

    frame: Frame
    resolver: Resolver
    target: Target
    resolved: Resolved

    @property
    def domain(self) -> str | None:
        """The mail domain under test as A-labels, or None when the target is a host or an address."""
        return self.target.name if self.target.kind in _DOMAINS else None

    def left(self) -> float:
        """Seconds in which an answer may still come; not above zero: give up."""
        until = self.frame.origin + self.frame.early + LONGEST
        if self.frame.deadline is not None:
            until = min(until, self.frame.deadline)
        return until - self.frame.network.monotonic()
