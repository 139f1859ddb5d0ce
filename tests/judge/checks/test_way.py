from dataclasses import replace
from typing import Any

import pytest

from probe.model.bounce import Action, Bounce, BouncedRecipient
from probe.model.delivery import Attempt, Held, Hop
from probe.model.log import Fate
from probe.model.measurement import Measurement
from probe.model.words import Failure, Stage
from tests.builders import (
    MX1,
    MX4,
    MX6,
    SECOND4,
    SECOND6,
    V4,
    V6,
    arrival,
    attempt,
    delivered,
    hop,
    host,
    measurement,
    named,
    session,
    trace,
)  # fmt: skip
from tests.judge.checks.table import CRITICAL, MX1_4, MX1_6, OK, WARNING, Row, findings, name, said

LOOP, BACKUP, GREY, TEXT = "rt-loop", "rt-backup-relay", "rt-greylist-trace", "rt-body-altered"
MX2 = "mx2.example.com"


def bounce(**changes: Any) -> Attempt:
    one = BouncedRecipient(Action.FAILED, "user@example.com", **changes)
    return attempt(V6, arrival=None, failure=Failure.NOT_ARRIVED, bounce=Bounce(True, (one,)))


def logged(reason: str, fate: Fate = Fate.FAILED) -> Attempt:
    gone = attempt(V6, arrival=None, failure=Failure.NOT_ARRIVED)
    return replace(gone, traces=(trace(V6, fate, reason=reason),))


def six(*hops: Hop, **changes: Any) -> Measurement:
    return delivered(attempt(V6, arrival=replace(arrival(V6, *hops), **changes)))


ROUND = (
    hop(V6, address="2001:db8:5::1", by=MX1, id="a"),
    hop(V6, address=MX6, by="relay.example.net", id="b"),
)
FILTERS = tuple(hop(V4, address=one, by=MX1, id=one) for one in ("127.0.0.1", "::1", "10.0.0.9") for _ in range(5))
CHAIN = tuple(hop(V6, address=f"2001:db8:7::{number:x}", by=f"hub{number}.example.com") for number in range(1, 40))


def lab(world: Measurement) -> Measurement:
    return replace(world, settings=replace(world.settings, treat_global=("2001:db8::/32",)))


def backup(*lost: Attempt, preference: int = 20, through: bool = True) -> Measurement:
    """Two hosts, a message through every address; ``lost`` are those through the second."""
    sessions = [
        session(family, until=Stage.DELIVERY, mx=mx, names=(mx,), address=text)
        for mx, family, text in ((MX1, V6, MX6), (MX1, V4, MX4), (MX2, V6, SECOND6), (MX2, V4, SECOND4))
    ]
    primary = (attempt(V6), attempt(V4)) if through else ()
    hosts = [host(MX1, MX6, MX4), host(MX2, SECOND6, SECOND4, preference=preference)]
    return named(measurement(*sessions, hosts=hosts, attempts=(*primary, *lost)))


def second(family=V6, **changes: Any) -> Attempt:  # type: ignore[no-untyped-def]
    text, index = (SECOND6, 2) if family is V6 else (SECOND4, 3)
    gone = attempt(family, mx=MX2, address=text, session=index, arrival=None, failure=Failure.NOT_ARRIVED, token="p6b")
    return replace(gone, **changes)


def texts(*, six: bool | None, four: bool | None) -> Measurement:
    came = [replace(arrival(family), unchanged=same) for family, same in ((V6, six), (V4, four))]
    return delivered(attempt(V6, arrival=came[0]), attempt(V4, arrival=came[1]))


AT_SECOND = f"{MX2} [{SECOND6}]"
HELD = (Held(300, "postgrey-1.37", MX1),)
CASES: list[Row] = [
    (LOOP, "a report says so by status", delivered(bounce(status="5.4.6")), {(CRITICAL, V6, MX1_6)}),
    (LOOP, "a report says so in words", delivered(bounce(status="5.0.0", diagnostic="mail for x loops back to myself")),
     {(CRITICAL, V6, MX1_6)}),
    (LOOP, "Sendmail's words", delivered(bounce(diagnostic="554 5.4.6 Too many hops 26 (25 max)")),
     {(CRITICAL, V6, MX1_6)}),
    (LOOP, "the log says so", delivered(logged("mail for example.com loops back to myself")), {(CRITICAL, V6, MX1_6)}),
    (LOOP, "the log speaks of another end", delivered(logged("user unknown")), set()),
    (LOOP, "a report of something else", delivered(bounce(status="5.1.1", diagnostic="no such user")), set()),
    (LOOP, "round and round, and arrived", lab(six(*ROUND * 3, hop())), {(WARNING, V6, MX1_6)}),
    (LOOP, "there and back", lab(six(*ROUND, hop())), set()),
    (LOOP, "the filters of one machine", six(*FILTERS, hop()), set()),
    (LOOP, "no end of headers", six(*CHAIN, hop()), {(WARNING, V6, MX1_6)}),
    (LOOP, "an address that is none", six(*[hop(address="x" * 900)] * 4, hop()), set()),
    (LOOP, "a long way", six(*CHAIN[:12], hop()), set()),
    (LOOP, "all is well", delivered(), set()),
    (BACKUP, "lost over IPv6", backup(second()), {(CRITICAL, V6, AT_SECOND)}),
    (BACKUP, "came back over IPv6", backup(replace(second(), bounce=bounce().bounce)), {(CRITICAL, V6, AT_SECOND)}),
    (BACKUP, "it arrived", backup(second(arrival=arrival(V6), failure=None)), set()),
    (BACKUP, "refused at once", backup(second(accepted=False)), set()),
    (BACKUP, "an equal and no backup", backup(second(), preference=10), set()),
    (BACKUP, "nothing came through the primary", backup(second(), through=False), set()),
    (BACKUP, "seen by another proof alone", backup(second(watched=("imap://user@imap.example.com/INBOX",))), set()),
    (BACKUP, "all is well", delivered(), set()),
    (GREY, "the header says so", six(hop(), held=HELD), {(OK, V6, MX1_6)}),
    (TEXT, "over IPv6 alone", texts(six=False, four=True), {(WARNING, V6, MX1_6)}),
    (TEXT, "over both", texts(six=False, four=False), {(OK, V6, MX1_6), (OK, V4, MX1_4)}),
    (TEXT, "nobody looked over IPv4", texts(six=False, four=None), {(OK, V6, MX1_6)}),
    (TEXT, "as it was sent", texts(six=True, four=True), set()),
    (TEXT, "nobody looked", delivered(), set()),
    (GREY, "no such header", delivered(), set()),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_seconds_are_told() -> None:
    (found,) = findings(six(hop(), held=(*HELD, Held(60, "other"))), GREY)
    assert "360 s" in found.sentence
    assert found.evidence == ("300 s by postgrey-1.37 at mx1.example.com", "60 s by other")
