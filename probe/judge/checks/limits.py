"""Was it quick enough for whoever watches?

WHY
    A monitoring system asks every few minutes and gives a check some seconds. A mail host that takes longer than that
    is slow, which is worth a warning; it is not down, and a pager that says so at night is switched off in the morning.
    Time is judged only where somebody set limits: the nagios format does, with -w, -c and -t.

FINDS
run-slow: a conversation took longer than -w or -c allows.
run-deadline: the time given to the whole run was over before everything was seen.

FIX
    See which step takes the time:
        probe6 example.com -v
    A greeting that is held back on purpose (postscreen, greet pause) needs a longer -t; a connection that is slow over
    one family alone is a matter of routing.

SEE
    Monitoring Plugins Development Guidelines, thresholds and ranges; RFC 5321 4.5.3.2.
"""

from collections.abc import Iterator

from probe.judge.facts.conversations import OWN_CHOICE, ending, paths
from probe.judge.wording import Case, fold, over, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions, Limits
from probe.model.smtp import Session
from probe.model.words import Failure, Verdict

_LOOK = "See which step takes the time:\n  probe6 TARGET -v"
_LONGER = "Give it more time, in seconds:\n  check_probe6 -H HOST -t 60"
_SEE = "RFC 5321 4.5.3.2"


def check(measurement: Measurement, options: JudgeOptions) -> Iterator[Finding]:
    """Every conversation against the limits, and the whole run against its deadline."""
    if options.limits is None:
        return
    cases = [case for session in paths(measurement) if (case := _slow(session, options.limits)) is not None]
    yield from fold(measurement, "run-slow", _SEE, cases)
    yield from _gave_up(measurement)


def _slow(session: Session, limits: Limits) -> Case | None:
    broken = ((Verdict.CRITICAL, limits.critical), (Verdict.WARNING, limits.warning))
    over_it = [(verdict, limit) for verdict, limit in broken if limit is not None and limit.alerts(session.elapsed)]
    if session.failure in OWN_CHOICE or not over_it:
        return None
    verdict, limit = over_it[0]
    took, most = f"{session.elapsed:.3f} s", limit.text
    slowest = max(session.steps, key=lambda step: step.elapsed, default=None)
    seen = told(slowest) if slowest is not None else f"{session.elapsed:.3f} s"
    return Case(
        session, verdict, verdict, lambda who, how: f"{who} takes {took} {how}; the limit is {most}", (seen,), _LOOK
    )


def _gave_up(measurement: Measurement) -> Iterator[Finding]:
    late = [session for session in paths(measurement) if session.failure is Failure.DEADLINE]
    deadline = measurement.settings.timeouts.deadline
    for family in measurement.settings.families:
        mine = [session for session in late if session.family is family]
        if mine and deadline is not None:
            ends = [step for session in mine if (step := ending(session)) is not None]
            yield Finding(
                code="run-deadline",
                verdict=Verdict.WARNING,
                family=family,
                subject=measurement.target.name,
                sentence=f"Slow, gave up at {deadline:g} s {over(family)}: {mine[0].reached} was not over.",
                evidence=tuple(told(step) for step in ends[:6]) or (f"{mine[0].reached}: {mine[0].failure}",),
                fix=_LONGER,
                see=_SEE,
            )
