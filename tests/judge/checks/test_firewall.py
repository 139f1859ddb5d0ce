from dataclasses import replace

import pytest

from probe.judge import judge
from probe.model.configuration import Configuration, Prefix
from probe.model.measurement import Measurement
from probe.model.words import Failure, Stage, Verdict
from tests.builders import MX4, MX6, V4, V6, broken, healthy, session, stopped
from tests.configurations import LISTENERS, PREFIXES, here, machine
from tests.judge.checks.table import CRITICAL, MX1_4, MX1_6, OK, Row, findings, name, said

CODE = "cfg-firewall"
OWN = (*PREFIXES, Prefix("eth0", MX6, 64, V6), Prefix("eth0", MX4, 24, V4))
SIX, FOUR = LISTENERS


def with_audit(measurement: Measurement, **changes: object) -> Measurement:
    """The probe of example.com with the audit of its mail host beside it."""
    place = machine(**{"prefixes": OWN, **changes})
    configuration: Configuration = here(machine=place)
    return replace(measurement, configuration=configuration)


def stopped_by(failure: Failure) -> Measurement:
    return broken(stopped(Stage.CONNECT, failure=failure))


def from_itself() -> Measurement:
    return replace(healthy(), sessions=(session(V6, source=MX6), session(V4, source=MX4)))


CASES: list[Row] = [
    (CODE, "refused although it listens", with_audit(stopped_by(Failure.REFUSED)), {(CRITICAL, V6, MX1_6)}),
    (CODE, "silent although it listens", with_audit(stopped_by(Failure.TIMEOUT)), {(CRITICAL, V6, MX1_6)}),
    (CODE, "prohibited", with_audit(stopped_by(Failure.PROHIBITED)), {(CRITICAL, V6, MX1_6)}),
    (CODE, "refused since nothing listens", with_audit(stopped_by(Failure.REFUSED), listeners=(FOUR,)), set()),
    (CODE, "another machine's address", with_audit(stopped_by(Failure.REFUSED), prefixes=PREFIXES), set()),
    (CODE, "our own machine has no route", with_audit(stopped_by(Failure.NO_ROUTE)), set()),
    (CODE, "all is well, seen from elsewhere", with_audit(healthy()), set()),
    (CODE, "all is well, seen from itself", with_audit(from_itself()), {(OK, V6, MX1_6), (OK, V4, MX1_4)}),
    (CODE, "no audit", stopped_by(Failure.REFUSED), set()),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_three_columns_and_the_wire_are_the_evidence() -> None:
    (finding,) = findings(with_audit(stopped_by(Failure.REFUSED)), CODE)
    assert finding.sentence.startswith(
        "IPv6 is configured, listening and published, but refused on the wire; a firewall"
    )
    words = [line.partition(":")[0] for line in finding.evidence]
    assert words == ["configured", "listening", "published", "connect"]


def test_a_probe_beside_a_good_configuration_stays_ok() -> None:
    assert judge(with_audit(healthy())).verdict is Verdict.OK
