"""JUnit's XML for continuous integration: a suite per target, a test case per check and family.

In: judged reports. Out: an XML 1.0 document as Jenkins and GitLab read it. A warning or critical finding is a failure,
an unknown one is skipped with its reason. A check that found nothing passed where the conversation went past what it
looks at, else it is skipped too: nothing was seen, which is no pass. Notes go to the output of their case.

Text is made printable, so no character that XML 1.0 forbids gets in; quotes and angle brackets are escaped.
"""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from probe.grammar.text import clip
from probe.model.expectation import Held
from probe.model.report import Finding, Report
from probe.model.trials import OPTIONS
from probe.model.words import Family, Purpose, Stage, Verdict
from probe.report._shown.family import asked, furthest, gets_through
from probe.report._shown.private import privacy

_QUOTE = {'"': "&quot;"}
_BAD = frozenset({Verdict.CRITICAL, Verdict.WARNING})
_OWN = "probe6"  # the name of the check for findings that no manual claims
_DECLARED = "expectation"
_LOOKS_AT = {
    "domain": Stage.RESOLVE,
    "mx": Stage.RESOLVE,
    "aaaa": Stage.RESOLVE,
    "reverse": Stage.RESOLVE,
    "vantage": Stage.RESOLVE,
    "connect": Stage.CONNECT,
    "flap": Stage.CONNECT,
    "banner": Stage.BANNER,
    "ehlo": Stage.EHLO,
    "client": Stage.EHLO,
    "starttls": Stage.STARTTLS,
    "certificate": Stage.STARTTLS,
    "sni": Stage.STARTTLS,
    "envelope": Stage.MAIL,
    "data": Stage.DATA,
    "arrival": Stage.DELIVERY,
}
"""The stage a silent check must have seen to have passed. Any other check needs a family that works."""

_BY_LEAVE = frozenset(map(str, OPTIONS))
"""The checks of what its owner alone may ask for, each named as its conversations are."""


class _Suite:
    """The cases of one target, and how many of them came out how."""

    def __init__(self, report: Report, *, redact: bool) -> None:
        self._report = report
        self._hide = privacy(report, redact=redact)
        self._failed = self._skipped = 0
        self._cases: list[str] = []
        self._checks = self._by_check()
        for line in report.expectations:
            self._cases.append(f"  {self._expectation(line)}\n")
        for check, findings in self._checks.items():
            if check == _DECLARED:
                continue  # a case each, above
            for family in asked(report):
                mine = [item for item in findings if item.family in {family, None}]
                self._cases.append(f"  {self._case(check, family, mine)}\n")

    @property
    def counts(self) -> tuple[int, int, int]:
        """Cases, failures, skipped."""
        return len(self._cases), self._failed, self._skipped

    def lines(self) -> Iterator[str]:
        """The element, a case a line."""
        measurement = self._report.measurement
        tests, failures, skipped = self.counts
        when = f"{measurement.started:%Y-%m-%dT%H:%M:%S}"
        yield (
            f'<testsuite name="{self._say(measurement.target.text)}" tests="{tests}" failures="{failures}" errors="0" '
            f'skipped="{skipped}" time="{measurement.elapsed:.3f}" timestamp="{when}">\n'
        )
        yield "  <properties>\n"
        for name, value in (
            ("verdict", self._report.verdict),
            ("parity", self._report.parity),
            ("summary", self._report.summary),
            ("probe6", measurement.probe6),
        ):
            yield f'    <property name="{name}" value="{self._say(value)}"/>\n'
        yield "  </properties>\n"
        yield from self._cases
        yield "</testsuite>\n"

    def _by_check(self) -> dict[str, list[Finding]]:
        """Every check that ran, with what it found."""
        check_of = {code: manual.check for manual in self._report.manuals for code, _ in manual.codes}
        found: dict[str, list[Finding]] = {name: [] for name in self._report.checks}
        for finding in self._report.findings:
            found.setdefault(check_of.get(finding.code, _OWN), []).append(finding)
        return found

    def _case(self, check: str, family: Family, findings: Sequence[Finding]) -> str:
        inside = "".join(self._inside(check, family, findings))
        target = self._say(self._report.measurement.target.text)
        name = f'name="{self._say(check)} over {family.label}" classname="{target}" time="0"'
        return f"<testcase {name}>{inside}</testcase>" if inside else f"<testcase {name}/>"

    def _expectation(self, line: Held) -> str:
        """A case for one thing that was declared."""
        over = f" over {line.family.label}" if line.family is not None else ""
        name = self._say(f"expect {line.what}, {line.subject}{over}")
        head = f'name="{name}" classname="{self._say(self._report.measurement.target.text)}" time="0"'
        about = self._say(f"expected: {line.expected}; seen: {line.actual}")
        if line.verdict in _BAD:
            self._failed += 1
            return f'<testcase {head}><failure message="{about}" type="mon-expectation"/></testcase>'
        if line.verdict is Verdict.UNKNOWN:
            self._skipped += 1
            return f'<testcase {head}><skipped message="{about}"/></testcase>'
        return f"<testcase {head}><system-out>{about}</system-out></testcase>"

    def _inside(self, check: str, family: Family, findings: Sequence[Finding]) -> Iterator[str]:
        bad = [item for item in findings if item.verdict in _BAD]
        unknown = [item for item in findings if item.verdict is Verdict.UNKNOWN]
        notes = [item for item in findings if item.verdict is Verdict.OK]
        if bad:
            self._failed += 1
            about = f'message="{self._say(bad[0].sentence)}" type="{self._say(bad[0].code)}"'
            yield f"<failure {about}>{self._told([*bad, *unknown])}</failure>"
        elif unknown:
            self._skipped += 1
            yield f'<skipped message="{self._say(f"{unknown[0].code}: {unknown[0].sentence}")}"/>'
        elif not notes and not _seen(self._report, check, family):
            self._skipped += 1
            yield f'<skipped message="{self._say(self._unseen(check, family))}"/>'
        if notes:
            yield f"<system-out>{self._told(notes)}</system-out>"

    def _unseen(self, check: str, family: Family) -> str:
        if check in _BY_LEAVE:
            return (
                f"not looked at: {OPTIONS[Purpose(check)]} was not asked for, or could not be held over {family.label}"
            )
        last = furthest(self._report, family)
        ended = f"the conversation ended with {last.reached}" if last else "there was no conversation"
        return f"not looked at: over {family.label} {ended}"

    def _told(self, findings: Sequence[Finding]) -> str:
        """Whole findings as lines: where, what, seen, fix."""
        lines = []
        for item in findings:
            lines += [f"{item.verdict} {item.code}: {item.subject}", item.sentence]
            lines += [f"seen: {seen}" for seen in item.evidence[:4]]
            lines += ["fix:", *(item.fix or "").split("\n")] if item.fix else []
            lines += [f"see: {item.see}"] if item.see else []
        return "\n".join(self._say(line) for line in lines)

    def _say(self, text: str) -> str:
        return escape(clip(self._hide(text), 1000), _QUOTE)


def _seen(report: Report, check: str, family: Family) -> bool:
    """Whether what ``check`` looks at was there to be seen."""
    if check in _BY_LEAVE:
        trials = report.measurement.trials
        held = trials.sessions if trials is not None else ()
        return any(item.purpose == check and item.family is family and item.banner is not None for item in held)
    stage = _LOOKS_AT.get(check)
    if stage is None:
        return gets_through(report, family)
    if stage is Stage.DELIVERY:
        return any(item.arrival for item in report.measurement.attempts if item.family is family)
    last = furthest(report, family)
    past = last is not None and (last.reached.rank > stage.rank or (last.reached is stage and last.failure is None))
    return past or (stage is Stage.RESOLVE and any(host.of(family) for host in report.measurement.resolved.hosts))


def render(reports: Sequence[Report], *, redact: bool = False) -> str:
    """``reports`` as one document; ``redact`` hides people, and the hops inside."""
    suites = [_Suite(report, redact=redact) for report in reports]
    tests, failures, skipped = (sum(suite.counts[which] for suite in suites) for which in range(3))
    opening = f'<testsuites name="probe6" tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}">\n'
    inside = "".join(line for suite in suites for line in suite.lines())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{opening}{inside}</testsuites>\n'
