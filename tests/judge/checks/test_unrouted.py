from dataclasses import replace

import pytest

from probe.model.measurement import Measurement
from probe.model.words import Failure, Stage
from tests.builders import MX1, MX4, V4, V6, healthy, host, measurement, session, stopped
from tests.judge.checks.table import WARNING, Row, name, said

CODE = "dns-aaaa-unrouted"
NOBODYS, GIVEN = "2d01:db8::25", "2a01:4f8::25"


def world(address: str, failure: Failure | None = Failure.UNREACHABLE, **changes: object) -> Measurement:
    one = session(V6) if failure is None else stopped(Stage.CONNECT, V6, failure=failure)
    one = replace(one, address=address, **changes)
    return measurement(one, session(V4), hosts=[host(MX1, address, MX4)])


def lab(address: str) -> Measurement:
    given = world(address)
    return replace(given, settings=replace(given.settings, treat_global=("2d01::/16",)))


FOUND = {(WARNING, V6, f"{MX1} [{NOBODYS}]")}
CASES: list[Row] = [
    (CODE, "no way there", world(NOBODYS), FOUND),
    (CODE, "no answer", world(NOBODYS, Failure.TIMEOUT), FOUND),
    (CODE, "it answers all the same", world(NOBODYS, None), set()),
    (CODE, "it refuses, so it is there", world(NOBODYS, Failure.REFUSED), set()),
    (CODE, "dialled elsewhere", world(NOBODYS, redirected=True), set()),
    (CODE, "the address itself was the target", world(NOBODYS, mx=NOBODYS, names=(NOBODYS,)), set()),
    (CODE, "one's own network", lab(NOBODYS), set()),
    (CODE, "given out, and dead", world(GIVEN), set()),
    (
        CODE,
        "an address that is none",
        replace(world(NOBODYS), sessions=(replace(world(NOBODYS).sessions[0], address="?"),)),
        set(),
    ),
    (CODE, "all is well", healthy(), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected
