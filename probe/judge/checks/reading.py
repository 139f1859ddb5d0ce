"""Lines of a configuration that the server itself would not understand.

WHY
    A mail server stops at some mistakes, and passes over others with a line in a log that nobody reads. What was meant
    is then not what is in effect, and an audit of the rest says little.

FINDS
cfg-syntax: a line or a value cannot be understood. A warning, or a note where the server goes on as if nothing were.

FIX
    Mend the line that is named, and let the server look at its files:
        postfix check
        exim -bV

SEE
    postconf(5), master(5); Exim specification, chapter 13.
"""

from collections.abc import Iterator

from probe.judge.wording import short
from probe.model.configuration import Mta
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Verdict

_MOST = 20
_SEE = {
    Mta.POSTFIX: "postconf(5), master(5)",
    Mta.EXIM: "Exim specification 13",
    Mta.OPENSMTPD: "smtpd.conf(5)",
    Mta.SENDMAIL: "Sendmail Operations Guide",
}


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What the reader stumbled over, a finding for each place."""
    configuration = measurement.configuration
    if configuration is None:
        return
    for problem in configuration.problems[:_MOST]:
        sentence = short(problem.sentence)
        yield Finding(
            "cfg-syntax",
            Verdict.WARNING if problem.fatal else Verdict.OK,
            None,
            problem.place,
            f"{sentence[:1].upper()}{sentence[1:]}{'' if sentence.endswith('.') else '.'}",
            (f"{problem.place}: {sentence}",),
            f"Mend {problem.place}." if problem.fatal else None,
            _SEE[configuration.mta],
        )
