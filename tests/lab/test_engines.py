"""Two engines, one story: every scenario through each, and what they may differ in stands here with its reason."""

import pytest

from probe.lab.scenarios import SCENARIOS
from probe.measure.session.conversation import engines
from probe.model.report import Report
from probe.model.settings import Pipelining
from probe.model.words import Verdict
from tests.stories import stories

from .conftest import Told

DIFFERENCES = {
    "the 220 before a handshake that failed": (
        {"tls-garbage-v6", "tls-hang-v6", "large-lost-v6"},
        "aiosmtplib's exception carries no reply: native keeps the 220 in the step, aiosmtplib has none there",
    ),
}
"""What may differ, in which scenarios, and why. Everything else is a bug of one of the two."""

COMPARED = [
    name for name, scenario in SCENARIOS.items() if scenario.via is None and scenario.pipelining is Pipelining.NEVER
]
"""Through a submission server mail goes as a normal client sends it, by aiosmtplib, whichever engine was named; and
aiosmtplib says one thing at a time, so that ``--pipelining auto`` is refused with it."""

OUT_OF_FORM = {"bare-lf-v6", "hostile-banner"}
"""aiosmtplib hands over a text where native hands over octets: that a reply was out of form only the one can tell."""

FORGIVEN = set().union(*(names for names, _ in DIFFERENCES.values()))


def test_there_are_two() -> None:
    assert engines() == ["aiosmtplib", "native"]


@pytest.mark.parametrize("name", COMPARED)
def test_the_same_stages_replies_failures_and_tls(name: str, told: Told) -> None:
    forgiving = name in FORGIVEN
    theirs, ours = told(name, "aiosmtplib"), told(name, "native")
    assert stories(ours.measurement, forgiving=forgiving) == stories(theirs.measurement, forgiving=forgiving)


@pytest.mark.parametrize("name", sorted(FORGIVEN))
def test_a_documented_difference_is_still_one(name: str, told: Told) -> None:
    ours, theirs = told(name, "native").measurement, told(name, "aiosmtplib").measurement
    assert stories(ours) != stories(theirs), "strike it from DIFFERENCES"


@pytest.mark.parametrize("name", COMPARED)
def test_the_same_findings(name: str, told: Told) -> None:
    def found(report: Report) -> set[tuple[object, ...]]:
        return {
            (item.code, item.family, item.verdict, item.subject)
            for item in report.findings
            if not (item.code == "tcp-latency-gap" and item.verdict is Verdict.OK)  # a busy machine makes that note
        }

    theirs, ours = told(name, "aiosmtplib"), told(name, "native")
    if name in OUT_OF_FORM:
        assert {item[0] for item in found(ours) - found(theirs)} == {"ehlo-command-desync"}
        return
    assert found(ours) == found(theirs)
    assert (ours.verdict, ours.parity, ours.port25) == (theirs.verdict, theirs.parity, theirs.port25)
    assert (ours.measurement.engine, theirs.measurement.engine) == ("native", "aiosmtplib")


@pytest.mark.parametrize("name", COMPARED)
def test_the_same_deliveries(name: str, told: Told) -> None:
    def sent(report: Report) -> list[tuple[object, ...]]:
        return [
            (item.family, item.mx, item.address, item.accepted, item.failure, item.arrival and item.arrival.copies)
            for item in report.measurement.attempts
        ]

    assert sent(told(name, "native")) == sent(told(name, "aiosmtplib"))
