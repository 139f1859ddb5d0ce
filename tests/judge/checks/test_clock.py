from dataclasses import replace
from datetime import timedelta

import pytest

from probe.grammar.date_time import write
from probe.model.measurement import Measurement
from probe.model.smtp import Session
from probe.model.words import Purpose, Stage
from tests.builders import ELSEWHERE, STARTED, V4, V6, delivered, healthy, reply, session
from tests.judge.checks.table import WARNING, Row, findings, name, said


def dated(minutes: float, mx: str = "mx1.example.com", **changes: object) -> Session:
    """A host whose greeting has a date, that many minutes from our clock."""
    text = f"{mx} ESMTP Exim 4.96 {write(STARTED + timedelta(minutes=minutes))}"
    whole = session(mx=mx, names=(mx,), **changes)
    steps = tuple(replace(it, reply=reply(220, text)) if it.stage is Stage.BANNER else it for it in whole.steps)
    return replace(whole, steps=steps)


def reference(minutes: float) -> Session:
    return dated(minutes, "mail.reference.example.net", address=ELSEWHERE[V6], purpose=Purpose.REFERENCE)


def world(*sessions: Session, references: tuple[Session, ...] = ()) -> Measurement:
    return replace(healthy(), sessions=(*sessions, session(V4)), references=references)


def arrived(hours: float, *by: str) -> Measurement:
    """Messages whose headers of these hosts are that many hours from our clock."""
    found = delivered()
    attempts = []
    for attempt in found.attempts:
        assert attempt.arrival is not None
        first = attempt.arrival.hops[0]
        hops = tuple(replace(first, by=who, time=STARTED + timedelta(hours=hours)) for who in by)
        attempts.append(replace(attempt, arrival=replace(attempt.arrival, hops=hops)))
    return replace(found, attempts=tuple(attempts))


THIS = (WARNING, None, "this machine")

CASES: list[Row] = [
    ("self-clock", "two hosts agree that we are slow", world(dated(10), references=(reference(10.5),)), {THIS}),
    ("self-clock", "or fast", world(dated(-60), references=(reference(-60),)), {THIS}),
    ("self-clock", "two hosts of a message's way", arrived(2, "mx1.example.com", "store.example.net"), {THIS}),
    ("self-clock", "one host's clock may be the wrong one", world(dated(10)), set()),
    ("self-clock", "one machine by two names", arrived(2, "mx1.example.com", "store.example.com"), set()),
    ("self-clock", "and by a name of no domain", arrived(2, "mx1.example.com", "localhost"), set()),
    ("self-clock", "they do not agree", world(dated(10), references=(reference(20),)), set()),
    ("self-clock", "a few minutes", world(dated(4), references=(reference(4),)), set()),
    ("self-clock", "all is well", world(dated(0), references=(reference(0),)), set()),
    ("self-clock", "no dates", healthy(), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, measurement, expected = row
    assert said(measurement, code) == expected


def test_a_message_that_waited_says_nothing_of_our_clock() -> None:
    slow = arrived(2, "mx1.example.com", "store.example.net")
    waited = tuple(
        replace(item, arrival=replace(item.arrival, seconds=3 * 3600.0)) for item in slow.attempts if item.arrival
    )
    assert said(replace(slow, attempts=waited), "self-clock") == set()


def test_which_way_it_is_wrong() -> None:
    (finding,) = findings(world(dated(10), references=(reference(10),)), "self-clock")
    assert "10 minutes behind" in finding.sentence
    (finding,) = findings(world(dated(-10), references=(reference(-10),)), "self-clock")
    assert "10 minutes ahead of" in finding.sentence
