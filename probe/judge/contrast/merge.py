"""One target seen from several places: what all of them see is the target's, what one alone sees lies on its way there.

In: ``Report``s of the same target. Out: ``Merged``. Values are those two measurements are compared by (``traits``); a
place that could not see a thing has none, and disagrees with nobody. The verdict is that of the worst place, but a
place that could not test a family says nothing where another one could.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from probe.judge.contrast.seen import FAILING, WORKING, Seen, exchangers, taken_apart
from probe.judge.parity import CODE
from probe.judge.standing import State
from probe.model.report import Finding, Report
from probe.model.vantages import Merged, Place, Shared, Trait, View
from probe.model.words import Family, Stage, Verdict

_LONG = timedelta(hours=1)  # between the first and the last; what differs may then be due to the time
_UNTOLD = frozenset({State.UNTESTED, State.NOT_ASKED})


def merge(reports: Sequence[Report]) -> Merged:
    """The places side by side, in the order given; at least one."""
    every = [taken_apart(report) for report in reports]
    families = [family for family in Family if any(family in one.families for one in every)]
    return Merged(
        reports[0].measurement.target.text,
        _verdict(every, families),
        tuple(_place(report) for report in reports),
        tuple(_view(every, family) for family in families),
        (*_records(every), *_traits(every, families)),
        tuple(_findings(reports)),
        tuple(_notes(reports)),
    )


def _notes(reports: Sequence[Report]) -> Iterator[str]:
    times = [report.measurement.started for report in reports]
    if max(times) - min(times) > _LONG:
        apart = (max(times) - min(times)).total_seconds() / 3600
        yield f"the first and the last were measured {apart:.0f} h apart: what differs may be due to the time"
    if len({report.measurement.settings.until for report in reports}) > 1:
        yield "not all went equally far"
    if any(report.measurement.settings.overlay for report in reports):
        yield "at a place the DNS is assumed otherwise (--overlay, --mx, --resolve, --server)"


def _place(report: Report) -> Place:
    measurement = report.measurement
    sources = tuple(item.source for item in measurement.vantage if item.source is not None)
    names = tuple(dict.fromkeys(name for item in measurement.vantage for name in item.ptr))
    return Place(measurement.started, sources, names, report.verdict, report.parity, report.summary)


def _verdict(every: Sequence[Seen], families: Sequence[Family]) -> Verdict:
    told = {family for family in families if any(_state(one, family) not in _UNTOLD for one in every)}
    counted = [
        one.report.verdict
        for one in every
        if one.report.verdict is not Verdict.UNKNOWN or not _made_up_for(one, families, told)
    ]
    return max(counted, key=lambda verdict: verdict.rank, default=Verdict.UNKNOWN)


def _made_up_for(one: Seen, families: Sequence[Family], told: set[Family]) -> bool:
    """True when what this place could not test, another one could."""
    untold = {family for family in families if _state(one, family) in _UNTOLD}
    return bool(untold) and untold <= told


def _state(one: Seen, family: Family) -> State:
    return one.states.get(family, State.NOT_ASKED)


def _view(every: Sequence[Seen], family: Family) -> View:
    states = [_state(one, family) for one in every]
    works, fails = (sum(state in some for state in states) for some in (WORKING, FAILING))
    if works and fails:
        said = "it depends on where one asks: look at the way there, at filters and at what each DNS answers"
    elif fails > 1:
        said = "the same from every place that could test it: it is not the way there"
    elif not works and not fails:
        said = "no place could test it"
    else:
        said = "no place says otherwise"
    return View(family, tuple(states), said)


def _records(every: Sequence[Seen]) -> Iterator[Trait]:
    """The MX records as each place's DNS had them."""
    found = [one.report.measurement.resolved.mx for one in every]
    values = tuple(None if item is None or item.outcome.inconclusive else exchangers(item) for item in found)
    if any(value is not None for value in values):
        yield Trait(every[0].report.measurement.target.name, None, Stage.RESOLVE, "MX", values)


def _traits(every: Sequence[Seen], families: Sequence[Family]) -> Iterator[Trait]:
    for host in dict.fromkeys(host for one in every for host in one.hosts):
        for family in families:
            seen = [one.by.get((host, family)) for one in every]
            keys = {key for item in seen if item is not None for key in item.held}
            for key in sorted(keys, key=lambda key: (key[0].rank, key[1] != "outcome", key[1])):
                traits = [None if item is None else item.get(key) for item in seen]
                values = tuple(None if trait is None else trait.value for trait in traits)
                yield Trait(host, family, *key, values)


def _findings(reports: Sequence[Report]) -> Iterator[Shared]:
    """Each finding once, worst first, with who made it."""
    places: dict[tuple[str, Family | None, str], list[int]] = {}
    worst: dict[tuple[str, Family | None, str], Finding] = {}
    for number, report in enumerate(reports):
        for item in report.findings:
            if item.verdict is Verdict.OK or item.code == CODE:
                continue
            key = (item.code, item.family, item.subject)
            places.setdefault(key, []).append(number)
            worst[key] = max(worst.get(key, item), item, key=lambda finding: finding.verdict.rank)
    ranked = sorted(worst, key=lambda key: (-worst[key].verdict.rank, -len(places[key])))
    for key in ranked:
        yield Shared(worst[key], tuple(dict.fromkeys(places[key])))
