"""Lines of a configuration that the server itself would not understand.

WHY
    Postfix stops at some mistakes, and passes over others with a line in a log that nobody reads. What was meant is
    then not what is in effect, and an audit of the rest says little.

FINDS
cfg-syntax: a line or a value cannot be understood. A warning, or a note where the server goes on as if nothing were.

FIX
    Mend the line that is named, and let the server look at its files:
        postfix check

SEE
    postconf(5), master(5).
"""

from collections.abc import Iterator

from probe.judge.wording import short
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Verdict

_MOST = 20


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What the reader stumbled over, a finding for each place."""
    configuration = measurement.configuration
    for problem in configuration.problems[:_MOST] if configuration is not None else ():
        sentence = short(problem.sentence)
        yield Finding(
            "cfg-syntax",
            Verdict.WARNING if problem.fatal else Verdict.OK,
            None,
            problem.place,
            f"{sentence[:1].upper()}{sentence[1:]}{'' if sentence.endswith('.') else '.'}",
            (f"{problem.place}: {sentence}",),
            f"Mend {problem.place}." if problem.fatal else None,
            "postconf(5), master(5)",
        )
