"""A target that is looked at again and again has changed.

WHY
    Whoever is called for every run that went wrong stops listening. A change is told when enough runs in a row have
    shown it, and once; which family it was is half of the way to the cause.

FINDS
mon-state-change: the target, or one family of it, stands otherwise than when a change was last told. A note: what is
    wrong with it is said by the other findings.

FIX
    See what was done at the time of the change: a deployment, a certificate, a firewall rule, a record in the DNS.
    How many runs it takes is said by --debounce N/M.

SEE
    probe6 check --help: --on-change, --quiet, --debounce.
"""

from collections.abc import Iterator

from probe.grammar.date_time import ago
from probe.model.measurement import Measurement
from probe.model.report import Change, Finding, JudgeOptions, Turn
from probe.model.words import Verdict


def check(measurement: Measurement, options: JudgeOptions) -> Iterator[Finding]:
    """The change, where there is one."""
    change = options.change
    if change is None:
        return
    families = [turn for turn in change.turns if turn.family is not None]
    shown = families or list(change.turns)
    yield Finding(
        "mon-state-change",
        Verdict.OK,
        families[0].family if len(families) == 1 else None,
        measurement.target.text,
        f"{measurement.target.text} has changed: {'; '.join(map(_turn, shown))}.",
        tuple(_evidence(measurement, change)),
        None,
        "probe6 check --help",
    )


def _turn(turn: Turn) -> str:
    what = "mail" if turn.family is None else f"mail over {turn.family.label}"
    if turn.was is None:
        return f"{what} is {turn.now} on the first look"
    if turn.seen is not None:
        return f"{what} was {turn.was}, counts as {turn.now} by the last runs, and is {turn.seen} in this one"
    return f"{what} was {turn.was} and is {turn.now}"


def _evidence(measurement: Measurement, change: Change) -> Iterator[str]:
    if all(turn.was is None for turn in change.turns):
        return
    yield f"told when {change.few} of the last {change.many} runs show it, for the better when all of them do"
    if change.last_ok is not None:
        yield f"last ok {ago((measurement.started - change.last_ok).total_seconds())}"
