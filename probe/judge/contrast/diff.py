"""Two judged measurements held against each other: what got better, what got worse, what merely moved.

In: two ``Report``s. Out: ``Changes``. Only what both measurements saw is
compared; what one of them could not see is ``unclear``, never worse. Findings count where no trait tells the same.
"""

from collections.abc import Iterator, Sequence

from probe.judge.contrast.seen import FAILING, WORKING, Seen, exchangers, taken_apart
from probe.judge.contrast.traits import Key, Trait, Traits
from probe.judge.facts.inquired import resolutions
from probe.judge.parity import stage_of
from probe.judge.standing import State
from probe.judge.wording import short
from probe.model.change import Change, Changes, Direction, Row, Side
from probe.model.measurement import Measurement
from probe.model.report import Finding, Report
from probe.model.words import Family, Stage, Verdict

_RANKS = {State.WORKS: 3, State.PENDING: 3, State.PARTLY: 2, State.REFUSED: 1, State.BROKEN: 1, State.ABSENT: 0}
_OURS = frozenset({"self", "mon"})  # codes about our own machine, and those that come of a comparison
_ORDER = (Direction.WORSE, Direction.UNCLEAR, Direction.BETTER, Direction.MOVED)
_ALL = "all MX hosts"


def diff(before: Report, after: Report) -> Changes:
    """What changed between two measurements of one target."""
    first, second = taken_apart(before), taken_apart(after)
    found = [
        *_states(first, second),
        *_exchangers(first, second),
        *_records(before.measurement, after.measurement),
        *_hosts(first, second),
    ]
    found += _findings(first, second, found)
    return _summed(first, second, tuple(sorted(found, key=_place)))


def side_by_side(old: Report, new: Report) -> Changes:
    """Two targets, stage by stage, whatever their hosts are called."""
    first, second = taken_apart(old), taken_apart(new)
    rows: list[Row] = []
    found = list(_states(first, second))
    for family in _both(first, second):
        found += _between(new.measurement.target.name, family, first.whole[family], second.whole[family])
        rows += _rows(family, first.whole[family], second.whole[family])
    return _summed(first, second, tuple(sorted(found, key=_place)), tuple(rows))


def _summed(first: Seen, second: Seen, changes: tuple[Change, ...], rows: tuple[Row, ...] = ()) -> Changes:
    broke = tuple(
        family
        for family in _both(first, second)
        if first.states[family] in WORKING and second.states[family] in FAILING
    )
    return Changes(_side(first), _side(second), changes, broke, tuple(_notes(first, second)), rows)


def _side(seen: Seen) -> Side:
    report = seen.report
    found = report.measurement
    return Side(found.target.text, found.started, report.verdict, report.parity, report.summary)


def _both(first: Seen, second: Seen) -> tuple[Family, ...]:
    return tuple(family for family in first.families if family in second.families)


def _notes(first: Seen, second: Seen) -> Iterator[str]:
    """What limits the comparison."""
    one, other = first.report.measurement, second.report.measurement
    if other.started < one.started:
        yield "the second measurement is older than the first"
    for family in Family:
        if (family in first.families) is not (family in second.families):
            which = "second" if family in first.families else "first"
            yield f"{family.label} was not asked for in the {which}, so it is left out"
    if one.settings.until is not other.settings.until:
        yield f"one went up to {one.settings.until}, the other up to {other.settings.until}"
    if one.settings.overlay != other.settings.overlay:
        yield "in one of the two the DNS is assumed otherwise (--overlay, --mx, --resolve, --server)"


def _states(first: Seen, second: Seen) -> Iterator[Change]:
    for family in _both(first, second):
        was, now = first.states[family], second.states[family]
        if was is now:
            continue
        if State.UNTESTED in {was, now} or State.NOT_ASKED in {was, now}:
            direction = Direction.UNCLEAR
        else:
            direction = _by_rank(_RANKS[was], _RANKS[now])
        yield Change(direction, family, second.report.measurement.target.name, None, "mail", str(was), str(now))


def _by_rank(was: int, now: int) -> Direction:
    if was == now:
        return Direction.MOVED
    return Direction.BETTER if now > was else Direction.WORSE


def _exchangers(first: Seen, second: Seen) -> Iterator[Change]:
    """The MX records as a set: their order and their case mean nothing."""
    one, other = (seen.report.measurement.resolved.mx for seen in (first, second))
    if one is None or other is None:
        return
    was, now = (exchangers(item) for item in (one, other))
    if was == now:
        return
    unsure = one.outcome.inconclusive or other.outcome.inconclusive
    direction = Direction.UNCLEAR if unsure else Direction.MOVED
    yield Change(direction, None, second.report.measurement.target.name, Stage.RESOLVE, "MX", was, now)


def _records(one: Measurement, other: Measurement) -> Iterator[Change]:
    """What was asked beside the conversations: policies, sending records, wherever an inquiry keeps a look-up."""
    was, now = ({(it.name, it.rrtype, it.server): it for it in resolutions(side.inquiries)} for side in (one, other))
    for key in sorted(was.keys() & now.keys(), key=str):
        before, after = was[key], now[key]
        unsure = before.outcome.inconclusive or after.outcome.inconclusive
        shown = [short(", ".join(sorted(item.records)), 400) or str(item.outcome) for item in (before, after)]
        if shown[0] != shown[1] and not unsure:
            yield Change(Direction.MOVED, None, before.name, Stage.RESOLVE, before.rrtype, shown[0], shown[1])


def _hosts(first: Seen, second: Seen) -> Iterator[Change]:
    """Host by host where both know it; all hosts as one where they are not the same."""
    families = _both(first, second)
    for host in first.hosts:
        if host in second.hosts:
            for family in families:
                yield from _between(host, family, first.by[host, family], second.by[host, family])
    if first.hosts and second.hosts and set(first.hosts) != set(second.hosts):
        for family in families:
            yield from _between(_ALL, family, first.whole[family], second.whole[family])


def _between(subject: str, family: Family, was: Traits, now: Traits) -> Iterator[Change]:
    for key in _keys(was, now):
        before, after = was.get(key), now.get(key)
        if before is None or after is None or before.value == after.value:
            continue
        yield Change(_direction(before, after), family, subject, key[0], key[1], before.value, after.value)


def _keys(was: Traits, now: Traits) -> list[Key]:
    return sorted(was.held.keys() | now.held.keys(), key=lambda key: (key[0].rank, key[1] != "outcome", key[1]))


def _direction(before: Trait, after: Trait) -> Direction:
    if not (before.known and after.known):
        return Direction.UNCLEAR
    if before.rank is None or after.rank is None:
        return Direction.MOVED
    return _by_rank(before.rank, after.rank)


def _rows(family: Family, was: Traits, now: Traits) -> Iterator[Row]:
    for key in _keys(was, now):
        before, after = was.get(key), now.get(key)
        direction = None
        if before is not None and after is not None and before.value != after.value:
            direction = _direction(before, after)
        shown = [None if trait is None else trait.value for trait in (before, after)]
        yield Row(family, *key, shown[0], shown[1], direction)


def _findings(first: Seen, second: Seen, told: Sequence[Change]) -> list[Change]:
    """Findings that came, went or weigh otherwise, where both measurements looked and no trait has told it."""
    was, now = (_worst(seen.report.findings) for seen in (first, second))
    said = {(change.family, change.stage, change.direction) for change in told}
    found = []
    for key in sorted(was.keys() | now.keys(), key=str):
        code, family, subject = key
        before, after = was.get(key, Verdict.OK), now.get(key, Verdict.OK)
        if before is after or Verdict.UNKNOWN in {before, after}:
            continue
        stage = stage_of(code)
        direction = _by_rank(-before.rank, -after.rank)
        if (family, stage, direction) in said or not _looked(first, second, stage, family):
            continue
        found.append(Change(direction, family, subject, stage, code, str(before), str(after)))
    return found


def _worst(findings: Sequence[Finding]) -> dict[tuple[str, Family | None, str], Verdict]:
    """By code, family and host: an address may move, and the same is then said of another one."""
    found: dict[tuple[str, Family | None, str], Verdict] = {}
    for item in findings:
        if item.code == "parity-verdict" or item.code.partition("-")[0] in _OURS:
            continue
        key = (item.code, item.family, item.subject.partition(" [")[0])
        found[key] = max(found.get(key, Verdict.OK), item.verdict, key=lambda verdict: verdict.rank)
    return found


def _looked(first: Seen, second: Seen, stage: Stage | None, family: Family | None) -> bool:
    """True when both measurements came as far as ``stage``, so that a finding there can have come or gone."""
    if stage is None:
        return (first.report.measurement.configuration is None) is (second.report.measurement.configuration is None)
    if stage is Stage.RESOLVE:
        answers = [seen.report.measurement.resolved.mx for seen in (first, second)]
        return not any(item is not None and item.outcome.inconclusive for item in answers)
    key = (stage, "outcome")
    return any(
        key in first.whole[one].held and key in second.whole[one].held
        for one in _both(first, second)
        if family in {one, None}
    )


def _place(change: Change) -> tuple[int, int, int, str, str]:
    stage = -1 if change.stage is None else change.stage.rank
    families = [*Family, None]
    return _ORDER.index(change.direction), families.index(change.family), stage, change.subject, change.what
