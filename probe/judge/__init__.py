"""What is to be thought of a measurement: the checks, the comparison, one verdict.

In: a ``Measurement`` and ``JudgeOptions``. Out: a ``Report``. A check is a file in ``checks``, found by its name; it
offers ``check(measurement, options)`` and yields findings, and its docstring is the user's manual. Nothing here fails:
any valid measurement can be judged, now or in a year, and "now" is always the measurement's own.

The overall verdict is that of the worst finding. ``options.severity`` gives a code, or a word of
parity, another one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from probe.judge import checks
from probe.judge.configuration.openings import openings
from probe.judge.contrast.diff import diff
from probe.judge.contrast.expect import held
from probe.judge.facts.attribution import port25, port25_by
from probe.judge.facts.outbox import outbox
from probe.judge.facts.receiving_hop import receiving_hop
from probe.judge.facts.verified import results
from probe.judge.manual import parse
from probe.judge.parity import CODE, comparisons, overall, settle, stage_of
from probe.judge.senders import senders
from probe.judge.summary import summarise
from probe.judge.wording import only_one_each
from probe.model.catalogue import Entry
from probe.model.delivery import Hop
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions, Manual, Report
from probe.model.words import Family, Parity, Progress, Stage, Verdict

Check = Callable[[Measurement, JudgeOptions], Iterator[Finding]]

DEFAULTS = JudgeOptions()
CHECKS: list[tuple[str, ModuleType]] = [
    (name, import_module(f"{checks.__name__}.{name}"))
    for name in sorted(module.name for module in iter_modules(checks.__path__))
]
_CARRIES = {Parity.IPV6_ABSENT: "dns-mx-no-aaaa", Parity.IPV4_ABSENT: "dns-mx-no-a"}


def judge(measurement: Measurement, options: JudgeOptions = DEFAULTS) -> Report:
    """Run all checks on ``measurement`` and sum up."""
    compared = comparisons(measurement)
    parity = overall(measurement, compared)
    said: dict[str, str] = {}
    found: list[Finding] = []
    for name, module in CHECKS:
        for finding in module.check(measurement, options):
            said[finding.code] = name
            found.append(finding)
    own, others = _apart([_overridden(item, parity, options) for item in only_one_each(found)])
    own = _overridden(settle(own, parity, compared, others), parity, options)
    findings = tuple(sorted((own, *others), key=_order))
    verdict = max((item.verdict for item in findings), key=lambda one: one.rank)
    report = Report(
        measurement=measurement,
        verdict=verdict,
        parity=parity,
        summary=summarise(measurement, parity, verdict, compared, findings),
        comparisons=compared,
        findings=findings,
        port25=port25(measurement),
        receiving=_receiving(measurement),
        manuals=tuple(item for item in manuals() if item.check in said.values()),
        senders=senders(measurement),
        outbox=outbox(measurement),
        results=tuple((it.token, tuple(results(measurement, it).items())) for it in measurement.attempts if it.arrival),
        port25_by=port25_by(measurement),
        openings=openings(measurement),
        checks=tuple(name for name, _ in CHECKS if name not in _idle(options)),
        expectations=held(measurement, options.expected),
    )
    if options.baseline is None:
        return report
    before = judge(options.baseline, replace(options, baseline=None, expected=()))
    return replace(report, changes=diff(before, report))


def _idle(options: JudgeOptions) -> set[str]:
    """The checks that were given nothing to hold the measurement against: they did not run, and did not pass."""
    return {name for name, given in (("drift", options.baseline), ("expectation", options.expected)) if not given}


def _receiving(measurement: Measurement) -> tuple[tuple[str, Hop], ...]:
    found = ((attempt.token, receiving_hop(measurement, attempt)[0]) for attempt in measurement.attempts)
    return tuple((token, hop) for token, hop in found if hop is not None)


def manuals() -> tuple[Manual, ...]:
    """The manual of every check there is, in the order of their names."""
    return tuple(parse(name, module.__doc__ or "") for name, module in CHECKS)


def catalogue() -> tuple[Entry, ...]:
    """All codes in the order of their names: those of the checks, and those that no check yields, with the reason."""
    from probe.catalog import UNBUILT

    mine = (Entry(code, Progress.IMPLEMENTED, None, said) for manual in manuals() for code, said in manual.codes)
    return tuple(sorted((*mine, *UNBUILT), key=lambda entry: entry.code))


def _apart(findings: Sequence[Finding]) -> tuple[Finding, list[Finding]]:
    """The parity finding, and all the others."""
    own = next(item for item in findings if item.code == CODE)
    return own, [item for item in findings if item is not own]


def _overridden(finding: Finding, parity: Parity, options: JudgeOptions) -> Finding:
    """The finding with the verdict the user wants; a code counts more than the word of parity it stands for."""
    wanted: dict[str, Verdict] = dict(options.severity)
    if finding.code in wanted:
        return replace(finding, verdict=wanted[finding.code])
    if parity.value in wanted and finding.code in {CODE, _CARRIES.get(parity)}:
        return replace(finding, verdict=wanted[parity.value])
    return finding


def _order(finding: Finding) -> tuple[int, int, int, str, str]:
    """Worst first, then as the way is walked; our own machine before it, the sum at the end."""
    stage = stage_of(finding.code)
    place = -1 if stage is None else stage.rank
    if finding.code.startswith("out-"):
        place = len(Stage)  # what the domain sends comes after what it is sent
    if finding.code == CODE:
        place = len(Stage) + 1
    families = [None, *Family]
    return -finding.verdict.rank, place, families.index(finding.family), finding.subject, finding.code
