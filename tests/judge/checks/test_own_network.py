from dataclasses import replace

import pytest

from probe.model.dns import Resolution
from probe.model.measurement import Measurement
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Outcome, Purpose, Stage
from tests.builders import ELSEWHERE, V4, V6, broken, healthy, only, reply, resolved, session, step, stopped
from tests.judge.checks.table import MX1_6, OK, UNKNOWN, Row, findings, name, said

THIS = "this machine"
SILENT = stopped(Stage.CONNECT, failure=Failure.TIMEOUT, elapsed=15.0)
MASK = "220 ".removeprefix("220 ") + "*" * 40 + "2002*****0*00"


def reference(talk: Session, family: Family = V6) -> Session:
    mx = "mail.reference.example.net"
    return replace(talk, mx=mx, names=(mx,), address=ELSEWHERE[family], purpose=Purpose.REFERENCE)


def world(six: Session, *references: Session) -> Measurement:
    return replace(healthy(), sessions=(six, session(V4)), references=references)


def greeting(text: str, **changes: object) -> Session:
    whole = session()
    steps = tuple(replace(it, reply=reply(220, text)) if it.stage is Stage.BANNER else it for it in whole.steps)
    return replace(whole, steps=steps, **changes)  # type: ignore[arg-type]


PROXY = greeting("smtp-filter.access.example.org ESMTP")
MASKED = greeting(MASK)
REFUSED = stopped(Stage.CONNECT, failure=Failure.REFUSED)
OTHER_HOST = replace(SILENT, address="2001:db8:aaaa::25", mx="mx2.example.com", names=("mx2.example.com",))

CASES: list[Row] = [
    ("self-port25-blocked", "two networks are silent", world(SILENT, reference(SILENT)), {(UNKNOWN, V6, THIS)}),
    (
        "self-port25-blocked",
        "hosts of the target in two networks",
        replace(healthy(), sessions=(SILENT, OTHER_HOST, session(V4))),
        {(UNKNOWN, V6, THIS)},
    ),
    ("self-port25-blocked", "the reference greets", world(SILENT, reference(session())), set()),
    ("self-port25-blocked", "one network alone", broken(SILENT), set()),
    ("self-port25-blocked", "somebody refuses, so port 25 gets out", world(SILENT, reference(REFUSED)), set()),
    ("self-port25-blocked", "not asked for", only(V4, world(SILENT, reference(SILENT))), set()),
    ("self-port25-blocked", "another port", world(replace(SILENT, port=2525), reference(SILENT)), set()),
    ("self-transparent-proxy", "one proxy for all", world(PROXY, reference(PROXY)), {(UNKNOWN, V6, THIS)}),
    ("self-transparent-proxy", "a mask everywhere", world(MASKED, reference(MASKED)), {(UNKNOWN, V6, THIS)}),
    ("self-transparent-proxy", "a mask at one host", world(MASKED, reference(session())), {(OK, V6, MX1_6)}),
    (
        "self-transparent-proxy",
        "masked capabilities",
        broken(session(capabilities=("PIPELINING", "XXXXXXXA"))),
        {(OK, V6, MX1_6)},
    ),
    (
        "self-transparent-proxy",
        "a provider's own name",
        world(greeting("mx.example.net ESMTP"), reference(greeting("mx.example.net ESMTP"))),
        set(),
    ),
    ("self-transparent-proxy", "a name without a domain", world(greeting("mail"), reference(greeting("mail"))), set()),
    ("self-transparent-proxy", "names of their own", world(session(), reference(greeting("a.example.net"))), set()),
    ("self-transparent-proxy", "XCLIENT is no mask", broken(session(capabilities=("XCLIENT", "XEXCH50"))), set()),
    (
        "self-transparent-proxy",
        "two hosts of the target share a provider",
        replace(healthy(), sessions=(PROXY, replace(PROXY, mx="mx.other.example.org", address="2001:db8:aaaa::25"))),
        set(),
    ),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, measurement, expected = row
    assert said(measurement, code) == expected


@pytest.mark.parametrize(("server", "blamed"), [("[2001:db8::53]:53", True), ("192.0.2.53:53", False)])
def test_an_answer_over_the_family_shows_that_it_is_the_port(server: str, blamed: bool) -> None:
    found = resolved()
    mx = Resolution("example.com", "MX", Outcome.ANSWER, ("10 mx1.example.com.",), server=server, elapsed=0.01)
    blocked = replace(world(SILENT, reference(SILENT)), resolved=replace(found, mx=mx))
    (finding,) = findings(blocked, "self-port25-blocked")
    assert ("seems to be blocked" in finding.sentence) is blamed
    assert any("name server" in line for line in finding.evidence) is blamed


def test_only_two_unrelated_masks_are_ours() -> None:
    neighbour = replace(MASKED, mx="mx2.example.com", names=("mx2.example.com",), address="2001:db8:aaaa::25")
    both = replace(healthy(), sessions=(MASKED, neighbour, session(V4)))
    assert said(both, "self-transparent-proxy") == {(OK, V6, MX1_6)}
    assert step(Stage.BANNER, code=220).reply is not None
