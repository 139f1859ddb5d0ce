"""What the owner's tests showed, host by host, and one finding where both families show the same.

In: a measurement and a purpose. Out: the conversations of it; ``Shown``s, one for each, become findings. Where a test
was asked for and nobody could be asked, that is said once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from probe.judge.wording import short, subject, told
from probe.model.measurement import Measurement
from probe.model.report import Finding
from probe.model.smtp import Observation, Session
from probe.model.trials import OPTIONS
from probe.model.words import Failure, Family, Purpose, Verdict

_MOST_EVIDENCE = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """What one test showed. ``key`` tells whether two of them show the same; ``sentence`` is given who and how."""

    session: Session
    verdict: Verdict
    key: str
    sentence: Callable[[str, str], str]
    evidence: tuple[str, ...] = ()
    fix: str | None = None


def held(measurement: Measurement, purpose: Purpose) -> tuple[Session, ...]:
    """The conversations of one test."""
    trials = measurement.trials
    return tuple(item for item in trials.sessions if item.purpose is purpose) if trials is not None else ()


def wanted(measurement: Measurement, purpose: Purpose) -> bool:
    """True where the test was asked for, and leave was given."""
    return measurement.trials is not None and purpose in measurement.settings.trials


def stopped(session: Session) -> Observation | None:
    """The step that ended the conversation before its time, if one did."""
    return next((step for step in reversed(session.steps) if step.failure is session.failure is not None), None)


def why(session: Session) -> str:
    """Why nothing is known: what ended the conversation, in words."""
    step = stopped(session)
    if step is None:
        return "it ended before its time"
    if step.failure in {Failure.NOT_TRIED, Failure.DEADLINE}:
        return short(step.detail or "it was not held")
    said = f"{step.reply.code} {short(step.reply.text, 120)}" if step.reply is not None else f"{step.failure}"
    return f"it ended at {step.stage}: {said}"


def evidence(session: Session) -> tuple[str, ...]:
    """The last steps of a conversation as they were."""
    return tuple(told(step) for step in session.steps[-3:])


def findings(code: str, see: str, shown: Sequence[Shown]) -> Iterator[Finding]:
    """One for each host where both families show the same, else one for each conversation."""
    by_host: dict[str, list[Shown]] = {}
    for item in shown:
        by_host.setdefault(item.session.mx, []).append(item)
    for host, mine in by_host.items():
        both = {item.session.family for item in mine} == set(Family) and len({item.key for item in mine}) == 1
        groups = [mine] if both else [[item] for item in mine]
        for group in groups:
            worst = max(group, key=lambda item: item.verdict.rank)
            family = None if both else worst.session.family
            over = "over IPv6 and over IPv4" if family is None else f"over {family.label}"
            who = (f"[{host}]" if ":" in host else host) if both else subject(worst.session)
            lines = dict.fromkeys(
                f"[{item.session.address}] {line}" if both else line for item in group for line in item.evidence
            )
            sentence = worst.sentence(who, over)
            yield Finding(code, worst.verdict, family, who, sentence, tuple(lines)[:_MOST_EVIDENCE], worst.fix, see)


def nobody_asked(measurement: Measurement, purpose: Purpose, code: str, see: str) -> Iterator[Finding]:
    """The finding where the test was asked for and no conversation of it is there."""
    if wanted(measurement, purpose) and not held(measurement, purpose):
        target = measurement.target.name
        yield Finding(
            code,
            Verdict.UNKNOWN,
            None,
            target,
            f"No mail host of {target} could be asked, so {OPTIONS[purpose]} shows nothing.",
            ("none of its addresses greeted us",),
            "Mend what keeps the host from greeting, and ask again.",
            see,
        )
