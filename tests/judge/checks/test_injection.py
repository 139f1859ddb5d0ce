from dataclasses import replace

import pytest

from probe.model.measurement import Measurement
from probe.model.smtp import Observation, Session
from probe.model.words import Failure, Family, Purpose, Stage
from tests.builders import MX1, V4, V6, healthy, step
from tests.judge.checks.table import CRITICAL, MX1_4, MX1_6, OK, UNKNOWN, Row, name, said
from tests.judge.trials import talk, untried, world

READY = step(Stage.STARTTLS, code=220, text="go", command="STARTTLS")
HELLO = step(Stage.EHLO, code=250, text=MX1, tls=True, command="EHLO probe.example.net")
OBEYED = step(Stage.STARTTLS, code=250, text="2.0.0 Ok", tls=True, command="NOOP")


def held(family: Family, *steps: Observation) -> Session:
    return talk(Purpose.INJECTION, family, steps=steps, failure=steps[-1].failure)


def tried(*steps: Observation) -> Measurement:
    return world(held(V6, *steps), held(V4, READY, HELLO))


def broken(failure: Failure, detail: str) -> Measurement:
    return tried(READY, step(Stage.STARTTLS, failure=failure, detail=detail))


OFFERED_NONE = held(V6, replace(step(Stage.STARTTLS, failure=Failure.NOT_OFFERED)))
REFUSED = step(Stage.STARTTLS, code=554, text="5.5.0 Error: SMTP protocol synchronization", command="STARTTLS")
PLAIN = step(Stage.STARTTLS, failure=Failure.PROTOCOL, detail="it said more in the clear: 250 Ok", command="NOOP")
WELL = (OK, V4, MX1_4)

CASES: list[Row] = [
    ("tls-command-injection", "nobody asked", healthy(), set()),
    ("tls-command-injection", "dropped", tried(READY, HELLO), {(OK, None, MX1)}),
    ("tls-command-injection", "obeyed", tried(READY, OBEYED, HELLO), {(CRITICAL, V6, MX1_6), WELL}),
    ("tls-command-injection", "refused", tried(REFUSED), {(OK, V6, MX1_6), WELL}),
    ("tls-command-injection", "no STARTTLS",
     world(replace(OFFERED_NONE, failure=None)), {(OK, V6, MX1_6)}),
    ("tls-command-injection", "an alert",
     broken(Failure.TLS_HANDSHAKE, "TLS failed: tlsv1 alert decode error"), {(OK, V6, MX1_6), WELL}),
    ("tls-command-injection", "no TLS came back",
     broken(Failure.TLS_HANDSHAKE, "TLS failed: wrong version number"), {(UNKNOWN, V6, MX1_6), WELL}),
    ("tls-command-injection", "silence", broken(Failure.TIMEOUT, "no answer"), {(UNKNOWN, V6, MX1_6), WELL}),
    ("tls-command-injection", "answered in the clear", tried(PLAIN), {(UNKNOWN, V6, MX1_6), WELL}),
    ("tls-command-injection", "not held",
     world(untried(Purpose.INJECTION, V6, "no time")), {(UNKNOWN, V6, MX1_6)}),
    ("tls-command-injection", "no host", world(purpose=Purpose.INJECTION), {(UNKNOWN, None, "example.com")}),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_finds(row: Row) -> None:
    code, _, measurement, expected = row
    assert said(measurement, code) == expected


def test_a_refusal_counts_only_where_tls_is_else_to_be_had() -> None:
    bare = tried(REFUSED)
    bare = replace(bare, sessions=tuple(replace(item, tls=None) for item in bare.sessions))
    assert (UNKNOWN, V6, MX1_6) in said(bare, "tls-command-injection")
