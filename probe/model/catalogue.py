"""What is known to go wrong, and how far probe6 has come with it."""

from dataclasses import dataclass

from probe.model.words import Progress, Verdict


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding code. Where no check yields it, ``reason`` says why not, and ``worst`` is the verdict it would deserve,
    None where it is a rule to keep to and no finding; a code with a check has neither.
    """

    code: str
    progress: Progress
    worst: Verdict | None
    meaning: str
    reason: str = ""
