"""The output of a monitoring plugin (Monitoring Plugins Development Guidelines): for Nagios, Icinga, Naemon, checkmk.

In: judged reports. Out: one line of status with performance data behind ``|``, then the details. The status text is
under 80 characters, a pipe within any text is replaced (it would begin performance data), and all of it stays below the
8 KB a daemon reads. Raw and stateless: when a state is hard is the scheduler's business.

No blank stands between ``|`` and the data: check_v46 would make it part of a label.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from probe.grammar.privacy import hide_local_parts
from probe.grammar.text import clip
from probe.model.report import Report
from probe.model.smtp import Session
from probe.model.words import Stage, Verdict
from probe.report._shown.family import asked, conversations, works
from probe.report._shown.findings import SAID_ELSEWHERE, fix_lines
from probe.report._shown.wording import counted, returned

SERVICE = "PROBE6"
STATUS_LONGEST = 79
DETAILS_LONGEST = 6000  # bytes; with the performance data below what a daemon keeps
PERFDATA_LONGEST = 1500
_DAY = 86400


def render(
    reports: Sequence[Report],
    *,
    redact: bool = False,
    warning: str = "",
    critical: str = "",
    cert_days: tuple[int, int] = (14, 7),
) -> str:
    """The worst of ``reports`` as the status, all of them as details. ``warning`` and ``critical`` are the thresholds
    of time as they were written, ``cert_days`` those of certificates: they are repeated in the performance data.
    """
    if not reports:
        return f"{SERVICE} UNKNOWN - nothing was checked\n"
    worst = max(reports, key=lambda report: report.verdict.rank)
    status = _line(f"{SERVICE} {worst.verdict.upper()} - {_status(reports, worst)}", STATUS_LONGEST, redact=redact)
    data = _bounded(chain.from_iterable(_data(item, reports, (warning, critical), cert_days) for item in reports))
    lines = [f"{status}|{data}" if data else status]
    size = 0
    for text in chain.from_iterable(map(_details, reports)):
        line = _line(text, 300, redact=redact)
        size += len(line.encode("utf-8", "replace")) + 1
        if size > DETAILS_LONGEST:
            lines.append("(more: probe6 with --format text)")
            break
        lines.append(line)
    return "".join(f"{line}\n" for line in lines)


def _status(reports: Sequence[Report], worst: Report) -> str:
    if len(reports) > 1:
        bad = [item for item in reports if item.verdict is not Verdict.OK]
        said = f"{len(bad)} of {counted(len(reports), 'target')} not ok" if bad else f"all of {len(reports)} targets ok"
        return f"{said}: {', '.join(item.measurement.target.text for item in bad)}" if bad else said
    late = next((item for item in worst.findings if item.code == "run-deadline"), None)
    if late is not None and worst.verdict is late.verdict:
        return f"slow, gave up at {worst.measurement.settings.timeouts.deadline:g} s"
    # Parity is a word about two families; of one alone it is always "untestable".
    return f"{worst.parity}: {worst.summary}" if len(asked(worst)) > 1 else worst.summary


def _details(report: Report) -> Iterator[str]:
    measurement = report.measurement
    yield f"{measurement.target.text}: {report.parity}. {report.summary}"
    for family in asked(report):
        for talk in conversations(report, family):
            yield f"{family.label}: {talk.mx} [{talk.address}]:{talk.port} {_fared(talk)}"
    for attempt in measurement.attempts:
        arrived = "arrived" if attempt.arrival else attempt.failure or "accepted, not watched"
        if attempt.bounce and not attempt.arrival:
            arrived = f"came back {returned(attempt.bounce)}" if not attempt.bounce.is_success else "reported as taken"
        yield f"{attempt.family.label}: message by {attempt.mx} [{attempt.address}] {arrived}"
    for finding in report.findings:
        if finding.verdict is Verdict.OK or finding.code in SAID_ELSEWHERE:
            continue
        over = f"{finding.family.label} " if finding.family else ""
        yield f"{finding.verdict.upper()} {finding.code} {over}{finding.subject}: {finding.sentence}"
        for line in (text.strip() for text, to_copy in fix_lines(finding.fix or "") if to_copy):
            if line:
                yield f"  fix: {line}"


def _fared(talk: Session) -> str:
    if talk.failure is None:
        return f"ok up to {talk.reached} in {talk.elapsed:.3f} s"
    last = talk.steps[-1] if talk.steps else None
    said = f" ({last.reply.code} {last.reply.text})" if last and last.reply else ""
    return f"{talk.reached}: {talk.failure}{said} after {talk.elapsed:.3f} s"


def _data(
    report: Report, reports: Sequence[Report], times: tuple[str, str], cert_days: tuple[int, int]
) -> Iterator[str]:
    """``'label'=value[UOM];warn;crit;min;max``, a family at a time."""
    measurement = report.measurement
    name = f" {measurement.target.text}" if len(reports) > 1 else ""
    deadline = measurement.settings.timeouts.deadline
    longest = f"{deadline:g}" if deadline is not None else ""
    for family in asked(report):
        talks = conversations(report, family)
        yield _datum(f"{family}_ok{name}", f"{int(works(report, family))}", "", "", "0", "1")
        if talks:
            slowest = max(talk.elapsed for talk in talks)
            yield _datum(f"{family}_time{name}", f"{slowest:.6f}s", *times, "0", longest)
        connected = [step.elapsed for talk in talks if (step := talk.step(Stage.CONNECT)) and step.failure is None]
        if connected:
            yield _datum(f"{family}_connect{name}", f"{max(connected):.6f}s", "", "", "0", "")
        ends = [talk.tls.not_after for talk in talks if talk.tls and talk.tls.not_after]
        if ends:
            left = (min(ends) - measurement.started).total_seconds()
            limits = [f"{days * _DAY}:" for days in cert_days]
            yield _datum(f"{family}_certificate{name}", f"{left:.0f}s", *limits, "", "")


def _datum(label: str, value: str, *limits: str) -> str:
    # A label may hold anything but a quote and an equals sign; it needs quotes when there is a blank in it.
    clean = "".join(char if char.isprintable() and char not in "'=|" else "_" for char in label)
    name = f"'{clean}'" if " " in clean else clean
    return ";".join((f"{name}={value}", *limits)).rstrip(";")


def _bounded(data: Iterator[str]) -> str:
    """As many whole values as there is room for: half a value would be a wrong one."""
    kept: list[str] = []
    room = PERFDATA_LONGEST
    for datum in data:
        room -= len(datum.encode("utf-8", "replace")) + 1
        if room < 0:
            break
        kept.append(datum)
    return " ".join(kept)


def _line(text: str, limit: int, *, redact: bool) -> str:
    # Marks without width count too: the limit is one of characters.
    return clip(hide_local_parts(text) if redact else text, limit)[:limit].replace("|", "/")
