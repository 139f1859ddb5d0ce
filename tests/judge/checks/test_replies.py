from dataclasses import replace

import pytest

from probe.model.smtp import Session
from probe.model.words import Family, Stage
from tests.builders import CAPABILITIES, MX1, V4, V6, both, healthy, session
from tests.judge.checks.table import MX1_6, OK, WARNING, Row, name, said

DESYNC, AUTH, SIZE = "ehlo-command-desync", "auth-on-25", "size-diff"


def odd(*facts: str, family: Family = V6) -> Session:
    """A conversation that went well, with something odd about the reply to MAIL."""
    base = session(family)
    steps = tuple(
        replace(step, reply=replace(step.reply, facts=facts)) if step.stage is Stage.MAIL and step.reply else step
        for step in base.steps
    )
    return replace(base, steps=steps)


def offering(*lines: str, family: Family = V6, port: int = 25) -> Session:
    return session(family, capabilities=(*CAPABILITIES, *lines), port=port)


CASES: list[Row] = [
    (DESYNC, "bare LF over one family", both(odd("bare-lf"), session(V4)), {(WARNING, V6, MX1_6)}),
    (DESYNC, "a reply too many", both(odd("unasked-reply"), session(V4)), {(WARNING, V6, MX1_6)}),
    (DESYNC, "the same over both", both(odd("mixed-codes"), odd("mixed-codes", family=V4)), {(WARNING, None, MX1)}),
    (DESYNC, "a long line hurts nobody", both(odd("long-line"), session(V4)), {(OK, V6, MX1_6)}),
    (DESYNC, "what is odd about our own message", both(odd("message-long-line"), session(V4)), set()),
    (DESYNC, "all is well", healthy(), set()),
    (
        AUTH,
        "PLAIN and LOGIN before TLS",
        both(offering("AUTH PLAIN LOGIN"), offering("AUTH PLAIN LOGIN", family=V4)),
        {(WARNING, None, MX1)},
    ),
    (AUTH, "the old form of the line", both(offering("AUTH=LOGIN"), session(V4)), {(WARNING, V6, MX1_6)}),
    (AUTH, "nothing that shows a password", both(offering("AUTH SCRAM-SHA-256"), session(V4)), set()),
    (AUTH, "on a port for clients", both(offering("AUTH PLAIN", port=587), session(V4)), set()),
    (AUTH, "only inside TLS", both(session(V6, capabilities_tls=("AUTH PLAIN",)), session(V4)), set()),
    (
        SIZE,
        "another limit over IPv6",
        both(session(V6, capabilities=("SIZE 1000", "STARTTLS")), session(V4, capabilities=("SIZE 2000", "STARTTLS"))),
        {(OK, None, MX1)},
    ),
    (SIZE, "the same limit", healthy(), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected
