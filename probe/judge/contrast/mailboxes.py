"""Single mailboxes asked for on two sides: who is taken here and refused there.

In: pairs of measurements, one pair for each mailbox, and how they were held. Out: rows and changes, as of a comparison.
"""

from collections.abc import Iterator, Sequence

from probe.grammar.mailbox_words import says_unknown
from probe.judge.facts.attribution import Deferral, deferral
from probe.judge.facts.conversations import ending, paths
from probe.judge.wording import short
from probe.model.change import Change, Direction, Row
from probe.model.measurement import Measurement
from probe.model.words import Failure, Family, Stage

MOST_UNKNOWN = 2

Pair = tuple[str, Measurement, Measurement]


def unknown_user(measurement: Measurement) -> bool:
    """True when a server says that there is no such mailbox: asking on would be guessing at names."""
    steps = (talk.step(Stage.RCPT) for talk in paths(measurement))
    return any(step is not None and says_unknown(step.reply) for step in steps)


def asked_for(pairs: Sequence[Pair]) -> tuple[tuple[Row, ...], tuple[Change, ...]]:
    """A row for each mailbox and family, and a change where the two sides differ."""
    rows: list[Row] = []
    changes: list[Change] = []
    for mailbox, old, new in pairs:
        for family in Family:
            was, now = _answer(old, family), _answer(new, family)
            if was is None and now is None:
                continue
            direction = _direction(was, now)
            shown = [None if answer is None else answer[0] for answer in (was, now)]
            rows.append(Row(family, Stage.RCPT, mailbox, shown[0], shown[1], direction))
            if direction is not None and was is not None and now is not None:
                changes.append(Change(direction, family, mailbox, Stage.RCPT, "mailbox", was[0], now[0]))
    return tuple(sorted(rows, key=lambda row: list(Family).index(row.family or Family.IPV6))), tuple(changes)


Answer = tuple[str, bool | None]


def _answer(measurement: Measurement, family: Family) -> Answer | None:
    """What was said to RCPT, and whether that is a yes; None for a no that may be another day's yes."""
    return next(_answers(measurement, family), None)


def _answers(measurement: Measurement, family: Family) -> Iterator[Answer]:
    for talk in paths(measurement):
        if talk.family is not family:
            continue
        step, end = talk.step(Stage.RCPT), ending(talk)
        if step is None or step.reply is None:
            yield f"{end.stage}: {end.failure}" if end is not None else "not asked", None
        else:
            text = short(f"{step.reply.code} {step.reply.text}", 80)
            later = step.failure is Failure.DEFERRED and deferral(measurement, talk, step) is not Deferral.RELAY
            yield text, None if later else step.failure is None


def _direction(was: Answer | None, now: Answer | None) -> Direction | None:
    if was is None or now is None:
        return None
    if was[1] is None or now[1] is None:
        return None if was[0] == now[0] else Direction.UNCLEAR
    if was[1] is now[1]:
        return None
    return Direction.BETTER if now[1] else Direction.WORSE
