"""When has a target changed? One odd run is no change, and a change is told once.

In: how the target stands now, how it stood in earlier runs, and how it stood when somebody was last told. Out: a
``Change``, or None. The exit status and what monitoring systems read are not asked: those stay raw.

For the worse it has changed when ``few`` of the last ``many`` runs were at least that bad, for the better only when
none of the last ``many`` was worse: what goes up and down stays down, and is told once. The first run that sees a
target tells what it sees, if that is not well.
"""

from collections.abc import Sequence

from probe.model.memory import Announced, Past
from probe.model.report import Change, Turn
from probe.model.words import Family, Verdict


def change(now: Past, before: Sequence[Past], told: Announced | None, few: int, many: int) -> Change | None:
    """What is to be told of ``now``; ``before`` are earlier runs, the latest first."""
    runs = (now, *before)
    turns = [
        turn
        for family in (None, *Family)
        if (turn := _turn(family, [_of(run, family) for run in runs], _told(told, family), few, many)) is not None
    ]
    if not turns:
        return None
    last_ok = next((run.at for run in before if run.verdict == Verdict.OK), None)
    return Change(tuple(turns), few, many, len(runs[:many]), last_ok)


def standing(now: Past, found: Change | None, told: Announced | None) -> Announced:
    """What is to be kept once ``found`` was told; where nothing was, how the target stands to begin with."""
    new: dict[Family | None, str] = {turn.family: turn.now for turn in found.turns} if found else {}

    def of(family: Family | None) -> str | None:
        return new.get(family, _told(told, family) or _of(now, family))

    return Announced(now.target, now.at, of(None) or Verdict.OK, of(Family.IPV6), of(Family.IPV4))


def settled(seen: Sequence[Verdict], was: Verdict, few: int, many: int) -> Verdict:
    """How a thing stands that showed ``seen``, the latest first, and was last known to stand as ``was``."""
    window = sorted(seen[:many], key=lambda verdict: -verdict.rank)
    if len(window) >= few and window[few - 1].rank > was.rank:
        return window[few - 1]
    if len(window) >= many and window[0].rank < was.rank:
        return window[0]
    return was


def _turn(family: Family | None, words: Sequence[str | None], told: str | None, few: int, many: int) -> Turn | None:
    seen = [Verdict(word) for word in words if word is not None]
    if not seen or words[0] is None:
        return None  # the family is not asked for, or no longer
    if told is None:
        return Turn(family, None, seen[0]) if seen[0] is not Verdict.OK else None
    was = Verdict(told)
    now = settled(seen, was, few, many)
    return Turn(family, was, now, None if seen[0] is now else seen[0]) if now is not was else None


def _of(past: Past, family: Family | None) -> str | None:
    match family:
        case None:
            return past.verdict
        case Family.IPV6:
            return past.ipv6
        case Family.IPV4:
            return past.ipv4


def _told(told: Announced | None, family: Family | None) -> str | None:
    if told is None:
        return None
    match family:
        case None:
            return told.verdict
        case Family.IPV6:
            return told.ipv6
        case Family.IPV4:
            return told.ipv4
