"""Metrics in Prometheus' text format 0.0.4: for node_exporter's textfile directory, or to be served.

In: judged reports. Out: text, the samples of a metric together beneath their HELP and TYPE. Times are Unix seconds.

The names of the blackbox exporter mean what they mean there, ``probe6_*`` are ours. What fails is 0, and every word of
verdict and parity has its series at 0 or 1, so that no old value stays behind. Two reports on one target would be two
values of one series, and Prometheus drops such a file whole: the later report counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from probe.grammar.privacy import hide_local_parts
from probe.grammar.text import clip
from probe.model.report import Report
from probe.model.words import Family, Parity, Verdict
from probe.report._shown.family import asked, can_tell, conversations, works

_LONGEST = 300  # columns of a label's value

Labels = tuple[tuple[str, str], ...]

_HELP = {
    "probe_success": "1 when mail over the family gets as far as it was asked to, and nothing critical was found",
    "probe_duration_seconds": "How long the whole run against the target took",
    "probe_dns_lookup_time_seconds": "Time spent on the look-ups for the family: MX, then the slowest of its hosts",
    "probe_ip_protocol": "The family of this series as a number, 6 or 4",
    "probe_ssl_earliest_cert_expiry": "When the first certificate seen over the family ends, Unix time",
    "probe6_testable": "1 when it can be told from here whether mail over the family works",
    "probe6_run_timestamp_seconds": "When the run began, Unix time",
    "probe6_verdict": "1 for the verdict on the target, 0 for the others",
    "probe6_parity": "1 for the word on IPv6 beside IPv4, 0 for the others",
    "probe6_findings": "Findings about the family by verdict; family both: shown by every address",
    "probe6_addresses": "Addresses of the family that the MX hosts publish",
    "probe6_session_success": "1 when the conversation with the address got to its end; stage and reason say where not",
    "probe6_stage_duration_seconds": "Time spent in each stage of the conversation with the address",
    "probe6_message_arrived": "1 when the test message was seen where it had to turn up",
    "probe6_message_duration_seconds": "From the final dot to being seen, of a message that arrived",
}


@dataclass(slots=True)
class _Samples:
    """All samples so far: of each series the last value."""

    redact: bool
    found: dict[str, dict[Labels, float]] = field(default_factory=lambda: {name: {} for name in _HELP})

    def add(self, name: str, value: float, **labels: str) -> None:
        said = tuple((key, self._say(text)) for key, text in labels.items())
        self.found[name][said] = value

    def _say(self, text: str) -> str:
        return clip(hide_local_parts(text) if self.redact else text, _LONGEST)


def render(reports: Sequence[Report], *, redact: bool = False) -> str:
    """``reports`` in one exposition; ``redact`` hides the local parts of addresses in labels."""
    samples = _Samples(redact)
    for report in _latest(reports):
        _of_target(samples, report)
        for family in asked(report):
            _of_family(samples, report, family)
            _of_sessions(samples, report, family)
            _of_messages(samples, report, family)
    return "".join(_written(samples))


def _latest(reports: Sequence[Report]) -> list[Report]:
    in_order = sorted(reports, key=lambda report: report.measurement.started)
    return list({report.measurement.target.text: report for report in in_order}.values())


def _of_target(samples: _Samples, report: Report) -> None:
    measurement, target = report.measurement, report.measurement.target.text
    samples.add("probe_duration_seconds", measurement.elapsed, target=target)
    samples.add("probe6_run_timestamp_seconds", measurement.started.timestamp(), target=target)
    for verdict in Verdict:
        samples.add("probe6_verdict", report.verdict is verdict, target=target, verdict=verdict)
    for parity in Parity:
        samples.add("probe6_parity", report.parity is parity, target=target, parity=parity)
    for about in (*asked(report), None):
        for verdict in Verdict:
            count = sum(item.family is about and item.verdict is verdict for item in report.findings)
            samples.add("probe6_findings", count, target=target, family=about or "both", verdict=verdict)


def _of_family(samples: _Samples, report: Report, family: Family) -> None:
    resolved, target = report.measurement.resolved, report.measurement.target.text
    slowest = max((host.resolution(family).elapsed for host in resolved.hosts), default=0.0)
    looked_up = slowest + (resolved.mx.elapsed if resolved.mx else 0.0)
    samples.add("probe_success", works(report, family), target=target, family=family)
    samples.add("probe6_testable", can_tell(report, family), target=target, family=family)
    samples.add("probe_ip_protocol", 6 if family is Family.IPV6 else 4, target=target, family=family)
    samples.add("probe_dns_lookup_time_seconds", looked_up, target=target, family=family)
    published = sum(len(host.of(family)) for host in resolved.hosts)
    samples.add("probe6_addresses", published, target=target, family=family)
    ends = [talk.tls.not_after for talk in conversations(report, family) if talk.tls and talk.tls.not_after]
    if ends:
        samples.add("probe_ssl_earliest_cert_expiry", min(ends).timestamp(), target=target, family=family)


def _of_sessions(samples: _Samples, report: Report, family: Family) -> None:
    """One series an address: of several conversations with it the last."""
    talks = {(talk.mx, talk.address, talk.port): talk for talk in conversations(report, family)}
    for (mx, address, port), talk in talks.items():
        who = {"target": report.measurement.target.text, "family": family, "mx": mx, "address": address}
        who["port"] = str(port)
        reason = talk.failure or "none"
        samples.add("probe6_session_success", talk.completed, **who, stage=talk.reached, reason=reason)
        for stage in dict.fromkeys(step.stage for step in talk.steps):
            spent = sum(step.elapsed for step in talk.steps if step.stage is stage)
            samples.add("probe6_stage_duration_seconds", spent, **who, stage=stage)


def _of_messages(samples: _Samples, report: Report, family: Family) -> None:
    for attempt in report.measurement.attempts:
        if attempt.family is family and (attempt.watched or not attempt.accepted):
            who = {"target": report.measurement.target.text, "family": family}
            who |= {"mx": attempt.mx, "address": attempt.address}
            samples.add("probe6_message_arrived", attempt.arrival is not None, **who)
            if attempt.arrival:
                samples.add("probe6_message_duration_seconds", attempt.arrival.seconds, **who)


def _written(samples: _Samples) -> Iterator[str]:
    for name, found in samples.found.items():
        if found:
            yield f"# HELP {name} {_HELP[name]}\n# TYPE {name} gauge\n"
        for labels, value in found.items():
            shown = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels)
            yield f"{name}{{{shown}}} {_number(value)}\n"


def _escaped(text: str) -> str:
    """A label's value: backslash, quote and line feed have escapes of their own."""
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
