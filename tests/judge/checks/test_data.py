from dataclasses import replace
from typing import Any

import pytest

from probe.judge import judge
from probe.model.delivery import Arrival, Attempt
from probe.model.log import Daemon, Fate
from probe.model.measurement import Measurement
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Parity, Stage
from tests.builders import (
    LOG,
    MAILDIR,
    MX1,
    V4,
    V6,
    arrival,
    attempt,
    delivered,
    logged,
    mail_log,
    named,
    session,
    stopped,
    trace,
)
from tests.builders import measurement as build
from tests.judge.checks.table import CRITICAL, MX1_4, MX1_6, OK, UNKNOWN, WARNING, Row, findings, name, said


def sent(
    six: Session, six_attempt: Attempt, four: Session | None = None, four_attempt: Attempt | None = None
) -> Measurement:
    """A message over each family; ``six`` is how the conversation over IPv6 went."""
    world = build(
        six,
        four or session(V4, until=Stage.DELIVERY),
        attempts=(six_attempt, four_attempt or attempt(V4)),
    )
    return named(world)


def at_data(**changes: Any) -> Session:
    return stopped(Stage.DATA, until=Stage.DELIVERY, **changes)


def both_watched(family: Family, *seen: str) -> Attempt:
    """The log calls it delivered; ``seen`` says who else saw it."""
    found = arrival(family) if MAILDIR in seen else Arrival(LOG, 0.4, 1, (logged(family),))
    return attempt(family, arrival=found, watched=(MAILDIR, LOG), seen=seen, traces=(trace(family),))


def ruled(family: Family, reason: str, fate: Fate = Fate.UNKNOWN) -> Attempt:
    """The log shows a rule which kept it from its mailbox."""
    told = trace(family, fate, reason=reason)
    return attempt(family, arrival=None, failure=Failure.NOT_ARRIVED, watched=(MAILDIR, LOG), traces=(told,))


HELD6 = ruled(V6, "held: hold: RCPT from probe.example.net[2001:db8:9::9]: Client host triggers HOLD action")
DISCARDED6 = ruled(V6, "discarded: milter-discard: END-OF-MESSAGE", Fate.FAILED)
REFUSED = attempt(V6, accepted=False, arrival=None, queue_id=None)
NOBODY_KNOWS = attempt(V6, accepted=None, arrival=None, queue_id=None, failure=Failure.NOT_ARRIVED)
CAME = attempt(V6, accepted=None, queue_id=None)
LOST6 = attempt(V6, arrival=None, failure=Failure.NOT_ARRIVED)
LOST4 = attempt(V4, arrival=None, failure=Failure.NOT_ARRIVED)
CONTENT = at_data(code=550, text="5.7.1 Message content rejected")
MUTE = at_data(failure=Failure.TIMEOUT, elapsed=120.0)

CASES: list[Row] = [
    ("data-rejected", "over IPv6 alone", sent(CONTENT, REFUSED), {(CRITICAL, V6, MX1_6)}),
    (
        "data-rejected",
        "over both",
        sent(
            CONTENT,
            REFUSED,
            stopped(Stage.DATA, V4, code=550, text="5.7.1 Message content rejected", until=Stage.DELIVERY),
            attempt(V4, accepted=False, arrival=None),
        ),
        {(CRITICAL, None, MX1)},
    ),
    (
        "data-rejected",
        "authentication is ours",
        sent(at_data(code=550, text="5.7.26 Unauthenticated mail"), REFUSED),
        {(UNKNOWN, V6, MX1_6)},
    ),
    ("data-rejected", "hangs up", sent(at_data(failure=Failure.CLOSED), REFUSED), {(CRITICAL, V6, MX1_6)}),
    ("data-rejected", "put off", sent(at_data(code=451, text="4.3.0 Out of disk"), REFUSED), {(UNKNOWN, V6, MX1_6)}),
    ("data-rejected", "greylisted after DATA", sent(at_data(code=451, text="4.7.1 Greylisted"), REFUSED), set()),
    ("data-rejected", "nobody answered: nobody refused", sent(MUTE, NOBODY_KNOWS), set()),
    ("data-timeout", "and it is not there", sent(MUTE, NOBODY_KNOWS), {(WARNING, V6, MX1_6)}),
    ("data-timeout", "and it arrived all the same", sent(MUTE, CAME), {(WARNING, V6, MX1_6)}),
    ("data-timeout", "a time-out before the end of the message", sent(MUTE, REFUSED), set()),
    ("data-accept-then-lost", "the other one arrived", delivered(LOST6), {(CRITICAL, V6, MX1_6)}),
    (
        "data-accept-then-lost",
        "neither arrived: perhaps the proof is wrong",
        delivered(LOST6, LOST4),
        {(UNKNOWN, V6, MX1_6), (UNKNOWN, V4, MX1_4)},
    ),
    (
        "data-accept-then-lost",
        "the other one was seen by a proof that did not watch this one",
        delivered(replace(LOST6, watched=("imap://mail.example.com/INBOX",))),
        {(UNKNOWN, V6, MX1_6)},
    ),
    (
        "data-accept-then-lost",
        "no proof was asked for",
        delivered(*[attempt(family, arrival=None, watched=()) for family in (V6, V4)]),
        set(),
    ),
    ("data-accept-then-lost", "arrived", delivered(), set()),
    (
        "data-accept-then-lost",
        "delivered, says the log of both, and the mailbox has only one",
        delivered(both_watched(V6, LOG), both_watched(V4, MAILDIR, LOG)),
        {(CRITICAL, V6, MX1_6)},
    ),
    (
        "data-accept-then-lost",
        "held over IPv6",
        delivered(HELD6, both_watched(V4, MAILDIR, LOG)),
        {(CRITICAL, V6, MX1_6)},
    ),
    (
        "data-accept-then-lost",
        "held over both: it waits for somebody",
        delivered(HELD6, ruled(V4, "held: hold: RCPT")),
        {(WARNING, V6, MX1_6), (WARNING, V4, MX1_4)},
    ),
    (
        "data-accept-then-lost",
        "thrown away over IPv6",
        delivered(DISCARDED6, both_watched(V4, MAILDIR, LOG)),
        {(CRITICAL, V6, MX1_6)},
    ),
    (
        "data-accept-then-lost",
        "held, and let go in time",
        delivered(replace(both_watched(V6, MAILDIR, LOG), traces=HELD6.traces)),
        set(),
    ),
    (
        "data-accept-then-lost",
        "the same for IPv4",
        delivered(both_watched(V6, MAILDIR, LOG), both_watched(V4, LOG)),
        {(CRITICAL, V4, MX1_4)},
    ),
    (
        "data-accept-then-lost",
        "the mailbox has neither: perhaps it is the wrong one",
        delivered(both_watched(V6, LOG), both_watched(V4, LOG)),
        set(),
    ),
    (
        "data-accept-then-lost",
        "the mailbox has both, the log only one",
        delivered(both_watched(V6, MAILDIR, LOG), both_watched(V4, MAILDIR)),
        set(),
    ),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_queue_id_is_what_to_look_for() -> None:
    (finding,) = findings(delivered(LOST6), "data-accept-then-lost")
    assert "as 4XqPrS0Vzzz1" in finding.sentence
    assert finding.fix is not None
    assert finding.fix.endswith("grep -F 4XqPrS0Vzzz1")


def test_delivered_to_somebody_else_over_one_family_is_not_equal() -> None:
    world = delivered(both_watched(V6, LOG), both_watched(V4, MAILDIR, LOG))
    assert judge(world).parity is Parity.IPV6_BROKEN
    (finding,) = findings(world, "data-accept-then-lost")
    assert f"delivered it elsewhere: {LOG} calls it delivered, and it is not in {MAILDIR}" in finding.sentence
    assert f"log: {trace(V6).lines[-1]}" in finding.evidence


@pytest.mark.parametrize(
    ("six", "daemon", "said_of_it", "command"),
    [
        (
            HELD6,
            Daemon.POSTFIX,
            "holds it until somebody lets it go; log:/var/log/mail.log says: hold: RCPT",
            "postsuper -H",
        ),
        (ruled(V6, "held: Frozen"), Daemon.EXIM, "says: Frozen.", "exim -Mt 4XqPrS0Vzzz1"),
        (DISCARDED6, Daemon.POSTFIX, "threw it away; log:/var/log/mail.log says: milter-discard", "postconf -n"),
    ],
)
def test_the_rule_is_quoted_and_how_to_undo_it(six: Attempt, daemon: Daemon, said_of_it: str, command: str) -> None:
    world = delivered(six, both_watched(V4, MAILDIR, LOG), logs=(mail_log(daemons=(daemon,)),))
    (finding,) = findings(world, "data-accept-then-lost")
    assert said_of_it in finding.sentence
    assert finding.fix is not None
    assert command in finding.fix


def test_where_it_was_handed_on_to_is_said() -> None:
    far = trace(V6, relayed="mx9.example.org [2001:db8:77::9]")
    (finding,) = findings(delivered(replace(LOST6, traces=(far,))), "data-accept-then-lost")
    assert "did not arrive in time; it was handed on to mx9.example.org [2001:db8:77::9]" in finding.sentence


def test_greylisting_after_data_is_pending() -> None:
    world = sent(at_data(code=451, text="4.7.1 Greylisted"), REFUSED)
    assert said(world, "rcpt-greylisted") == {(OK, V6, MX1_6)}
    assert MX1 in findings(world, "rcpt-greylisted")[0].sentence
