"""What the operator declared, line by line.

WHY
    A check can know what is wrong in general, but not what was meant: that mx2 is to have IPv4 alone, that an old
    prefix must be gone from the DNS, that a message has to arrive within ten minutes. An expectation says so, and then
    its absence is a fault.

FINDS
mon-expectation: what was measured is not what --expect FILE or --expect-banner declares. A note where it is met;
    unknown where this run could not measure it.

FIX
    Mend what is not as declared, or declare it as it is meant to be:
        [domain."example.com"]
        mx = { "mx1.example.com" = ["ipv6", "ipv4"] }

SEE
    probe6 check --help (--expect).
"""

from collections.abc import Iterator

from probe.judge.contrast.expect import held
from probe.model.expectation import Held
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Verdict

_WORDS = {Verdict.OK: "is met", Verdict.CRITICAL: "is not met", Verdict.UNKNOWN: "could not be tested"}


def check(measurement: Measurement, options: JudgeOptions) -> Iterator[Finding]:
    """A finding for each expectation, met or not."""
    for line in held(measurement, options.expected):
        yield _finding(line)


def _finding(line: Held) -> Finding:
    met = line.verdict is Verdict.OK
    return Finding(
        "mon-expectation",
        line.verdict,
        line.family,
        f"{line.subject}: {line.what}",
        f"The expectation {line.what} for {line.subject} {_WORDS[line.verdict]}.",
        (f"expected: {line.expected}", f"seen: {line.actual}"),
        None if met else "Mend it, or declare what is meant in the file of --expect.",
        "probe6 check --help",
    )
