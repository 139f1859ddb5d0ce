"""How the tables of the check tests are read: what ``judge`` says of one code, as verdict, family and subject."""

from probe.judge import judge
from probe.model.measurement import Measurement
from probe.model.report import Finding
from probe.model.words import Family, Verdict

Said = tuple[Verdict, Family | None, str]
Row = tuple[str, str, Measurement, set[Said]]
"""Code, what is tested, the world, and what must be said of the code in it; an empty set: it must stay silent."""

OK, UNKNOWN, WARNING, CRITICAL = Verdict.OK, Verdict.UNKNOWN, Verdict.WARNING, Verdict.CRITICAL
MX1_6, MX1_4 = "mx1.example.com [2001:db8::25]", "mx1.example.com [192.0.2.25]"


def findings(measurement: Measurement, code: str) -> list[Finding]:
    return [item for item in judge(measurement).findings if item.code == code]


def said(measurement: Measurement, code: str) -> set[Said]:
    found = findings(measurement, code)
    for item in found:
        assert item.sentence.endswith((".", "?"))
        assert item.evidence, f"{code} without evidence"
        assert item.verdict is OK or item.fix, f"{code} above ok without a fix"
    told = [(item.verdict, item.family, item.subject) for item in found]
    assert len(told) == len(set(told))
    return set(told)


def name(row: Row) -> str:
    return f"{row[0]}: {row[1]}"
