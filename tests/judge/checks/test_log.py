from dataclasses import replace
from typing import Any

import pytest

from probe.judge import judge
from probe.model.delivery import Arrival, Attempt, WatchedLog
from probe.model.log import Fate, LogKind
from probe.model.measurement import Measurement
from probe.model.words import Failure, Family, Parity, Purpose, Stage
from tests.builders import (
    LOG,
    MAILDIR,
    MX1,
    OWN,
    SECOND4,
    SECOND6,
    V4,
    V6,
    arrival,
    attempt,
    contact,
    delivered,
    healthy,
    host,
    logged,
    mail_log,
    measurement,
    named,
    session,
    stopped,
    trace,
    vantage,
)
from tests.judge.checks.table import CRITICAL, MX1_4, MX1_6, OK, UNKNOWN, WARNING, Row, findings, name, said

SEEN = {(OK, V6, MX1_6), (OK, V4, MX1_4)}
ONLY4 = (OWN[V4],)
GATEWAY = contact("172.17.0.1")


def told(family: Family = V6, fate: Fate | None = Fate.DELIVERED, **changes: Any) -> Attempt:
    """A message whose fate only the log knows."""
    found = Arrival(LOG, 0.4, 1, (logged(family),)) if fate is Fate.DELIVERED else None
    changes = {"arrival": found, "failure": None if found else Failure.NOT_ARRIVED, **changes}
    return attempt(family, watched=(LOG,), traces=(trace(family, fate),), **changes)


def redirected(family: Family) -> Attempt:
    """Delivered, to somebody else than was asked for."""
    rule = "redirect: RCPT from probe.example.net: Client host triggers REDIRECT archive@example.com"
    return replace(told(family), traces=(trace(family, redirected=rule),))


def world(six: Attempt | None = None, four: Attempt | None = None, log: WatchedLog | None = None) -> Measurement:
    return delivered(six or told(V6), four or told(V4), logs=(log or mail_log(),))


def elsewhere(*, gateways: Any = (), **changes: Any) -> Measurement:
    """The log shows IPv4 and its message alone."""
    return world(told(V6, None, **changes), log=mail_log(*ONLY4, gateways=gateways))


def behind_nat() -> Measurement:
    given = world(four=told(V4, None), log=mail_log(OWN[V6]))
    sessions = (given.sessions[0], replace(given.sessions[1], source="10.0.0.9"))
    return replace(given, sessions=sessions, vantage=(vantage(V6), vantage(V4, source="10.0.0.9", nat=True)))


def silent_daemon(*, accepted: bool) -> Measurement:
    """Exim tells of no connection, only of the message it brings."""
    six = told(V6, None) if accepted else told(V6, None, accepted=False, failure=None)
    return world(six, log=mail_log(contacts=(contact(OWN[V4], LogKind.RECEPTION),)))


def second_host(*, proven: bool) -> Measurement:
    """A second host, whose log this is not; with ``proven`` the log has the first one's message under its own id."""
    second = {"mx": "mx2.example.com", "names": ("mx2.example.com",)}
    others = [session(V6, address=SECOND6, **second), session(V4, address=SECOND4, **second)]
    six = told(V6, None)
    four = told(V4) if proven else told(V4, queue_id="another")
    return named(
        measurement(
            session(V6, until=Stage.DELIVERY),
            session(V4, until=Stage.DELIVERY),
            *others,
            hosts=[host(MX1, "2001:db8::25", "192.0.2.25"), host("mx2.example.com", SECOND6, SECOND4)],
            attempts=(six, four),
            logs=(mail_log(*ONLY4),),
        )
    )


def refused() -> Measurement:
    """Nobody answers over IPv6: there was nothing to log."""
    given = world(log=mail_log(*ONLY4))
    sessions = (stopped(Stage.CONNECT, V6, failure=Failure.REFUSED), given.sessions[1])
    return replace(given, sessions=sessions, attempts=given.attempts[1:])


def changed(given: Measurement, **changes: Any) -> Measurement:
    return replace(given, sessions=tuple(replace(item, **changes) for item in given.sessions))


CASES: list[Row] = [
    ("log-connect-seen", "both are in it", world(), SEEN),
    ("log-connect-seen", "no log was watched", delivered(), set()),
    ("log-connect-seen", "only IPv4", elsewhere(), {(CRITICAL, V6, MX1_6), (OK, V4, MX1_4)}),
    (
        "log-connect-seen",
        "only IPv6",
        world(four=told(V4, None), log=mail_log(OWN[V6])),
        {(OK, V6, MX1_6), (CRITICAL, V4, MX1_4)},
    ),
    (
        "log-connect-seen",
        "only IPv4, and the message arrived: machines of one pool",
        elsewhere(arrival=arrival(V6), failure=None),
        {(WARNING, V6, MX1_6), (OK, V4, MX1_4)},
    ),
    (
        "log-connect-seen",
        "only IPv4, and somebody hides clients",
        elsewhere(gateways=(GATEWAY,)),
        {(UNKNOWN, V6, MX1_6), (OK, V4, MX1_4)},
    ),
    (
        "log-connect-seen",
        "rewritten, but the message is in the log",
        world(told(V6), log=mail_log(*ONLY4, gateways=(GATEWAY,))),
        {(OK, V4, MX1_4)},
    ),
    ("log-connect-seen", "behind address translation", behind_nat(), {(OK, V6, MX1_6)}),
    (
        "log-connect-seen",
        "a daemon that logs messages only, and a message",
        silent_daemon(accepted=True),
        {(CRITICAL, V6, MX1_6), (OK, V4, MX1_4)},
    ),
    (
        "log-connect-seen",
        "a daemon that logs messages only, and no message",
        silent_daemon(accepted=False),
        {(OK, V4, MX1_4)},
    ),
    (
        "log-connect-seen",
        "two hosts, and the log is that of the first",
        second_host(proven=True),
        {(CRITICAL, V6, MX1_6), (OK, V4, MX1_4), (OK, V4, f"mx2.example.com [{SECOND4}]")},
    ),
    (
        "log-connect-seen",
        "two hosts, and nobody knows whose log it is",
        second_host(proven=False),
        {(OK, V4, MX1_4), (OK, V4, f"mx2.example.com [{SECOND4}]")},
    ),
    ("log-connect-seen", "nobody answered over IPv6", refused(), {(OK, V4, MX1_4)}),
    (
        "log-connect-seen",
        "nothing of us in it",
        world(told(V6, None), told(V4, None), mail_log(contacts=())),
        {(UNKNOWN, None, "example.com")},
    ),
    (
        "log-connect-seen",
        "nothing of us in it, and it could not be read",
        world(told(V6, None), told(V4, None), mail_log(contacts=(), blind="Permission denied")),
        set(),
    ),
    ("log-connect-seen", "nothing in it, and no message was sent", healthy(logs=(mail_log(contacts=()),)), set()),
    ("log-connect-seen", "through a submission server", changed(elsewhere(), purpose=Purpose.VIA), set()),
    ("log-connect-seen", "dialled elsewhere", changed(elsewhere(), redirected=True), set()),
    ("log-status-sent", "delivered", world(), SEEN),
    ("log-status-sent", "no log was watched", delivered(), set()),
    ("log-status-sent", "not in the log", elsewhere(), {(OK, V4, MX1_4)}),
    ("log-status-sent", "no end yet", world(told(V6, Fate.UNKNOWN)), {(OK, V4, MX1_4)}),
    ("log-status-sent", "never accepted", world(told(V6, Fate.REJECTED)), {(OK, V4, MX1_4)}),
    ("log-status-sent", "bounced", world(told(V6, Fate.FAILED)), {(CRITICAL, V6, MX1_6), (OK, V4, MX1_4)}),
    ("log-status-sent", "deferred", world(told(V6, Fate.DEFERRED)), {(WARNING, V6, MX1_6), (OK, V4, MX1_4)}),
    ("log-status-sent", "redirected over IPv6", world(redirected(V6)), {(WARNING, V6, MX1_6), (OK, V4, MX1_4)}),
    ("log-status-sent", "redirected over both", world(redirected(V6), redirected(V4)), SEEN),
    (
        "log-status-sent",
        "bounced for another recipient of an alias",
        world(told(V6, Fate.FAILED, arrival=arrival(V6), failure=None)),
        SEEN,
    ),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, given, expected = row
    assert said(given, code) == expected


def test_the_line_is_the_evidence() -> None:
    assert {item.family: item.evidence for item in findings(world(), "log-connect-seen")} == {
        family: (contact(OWN[family]).line,) for family in (V6, V4)
    }
    (lost,) = [item for item in findings(elsewhere(), "log-connect-seen") if item.verdict is CRITICAL]
    assert any(contact(OWN[V4]).line in line for line in lost.evidence)
    assert "another machine" in lost.sentence
    assert lost.fix is not None
    assert "2001:db8::25" in lost.fix


@pytest.mark.parametrize(
    ("fate", "reason", "words"),
    [
        (Fate.FAILED, "bounced: mailbox is full.", "was accepted and then given up: bounced: mailbox is full."),
        (Fate.DEFERRED, "deferred: no disk", "was accepted and waits in the queue: deferred: no disk."),
        (Fate.DELIVERED, None, "was delivered into a mailbox."),
    ],
)
def test_the_fate_has_its_reason_and_its_lines(fate: Fate, reason: str | None, words: str) -> None:
    six = told(V6, fate, arrival=None)
    found = findings(world(replace(six, traces=(trace(V6, fate, reason=reason),))), "log-status-sent")
    (finding,) = [item for item in found if item.family is V6]
    assert finding.sentence.endswith(words)
    assert finding.evidence == trace(V6, fate).lines


def test_a_recipient_changed_over_one_family_alone_is_a_difference() -> None:
    given = world(redirected(V6))
    (finding,) = [item for item in findings(given, "log-status-sent") if item.family is V6]
    assert "the one over IPv4 was not: redirect: RCPT from" in finding.sentence
    assert judge(given).parity is Parity.DIFFERS
    assert judge(world(redirected(V6), redirected(V4))).parity is Parity.EQUAL


def test_handed_on_says_where() -> None:
    far = "mx9.example.org [2001:db8:77::9] as 5CzQ"
    six = replace(told(V6), traces=(trace(V6, relayed=far),))
    (finding,) = [item for item in findings(world(six), "log-status-sent") if item.family is V6]
    assert finding.sentence.endswith(f"was handed on to {far}.")


def test_what_the_log_tells_is_not_called_lost() -> None:
    for fate, parity in ((Fate.FAILED, Parity.IPV6_BROKEN), (Fate.DEFERRED, Parity.UNTESTABLE)):
        given = world(told(V6, fate))
        assert said(given, "data-accept-then-lost") == set()
        assert judge(given).parity is parity
    assert said(world(told(V6, Fate.UNKNOWN)), "data-accept-then-lost") == {(CRITICAL, V6, MX1_6)}
    (lost,) = findings(world(told(V6, Fate.UNKNOWN)), "data-accept-then-lost")
    assert f"log: {trace(V6, Fate.UNKNOWN).lines[-1]}" in lost.evidence


def test_a_rewritten_source_in_the_log_counts_as_one_in_a_header() -> None:
    rewritten = logged(V6, address="172.17.0.1", family=V4)
    six = told(V6, arrival=Arrival(LOG, 0.4, 1, (rewritten,)))
    assert said(world(six), "rt-received-source-lost") == {(CRITICAL, V6, MX1_6)}
    lost = replace(told(V6, Fate.DEFERRED), traces=(trace(V6, Fate.DEFERRED, came=rewritten),))
    (finding,) = findings(world(lost), "rt-received-source-lost")
    assert finding.evidence[0].startswith("log: mx1 postfix/smtpd[7]: ")


def test_the_header_of_the_host_counts_more_than_its_log() -> None:
    six = attempt(V6, traces=(trace(V6, came=logged(V6, address="172.17.0.1", family=V4)),), watched=(MAILDIR, LOG))
    assert said(world(six), "rt-received-source-lost") == set()
    assert {item[0] for item in said(world(six), "rt-received-family")} == {OK}
