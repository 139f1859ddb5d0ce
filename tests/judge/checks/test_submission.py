from dataclasses import replace
from typing import Any

import pytest

from probe.judge import judge
from probe.model.measurement import Measurement
from probe.model.smtp import Session
from probe.model.words import Failure, Parity, Purpose, Stage, Verdict
from tests.builders import MX1, V4, V6, both, named, session, step, stopped
from tests.judge.checks.table import CRITICAL, MX1_4, MX1_6, UNKNOWN, Row, findings, name, said

AUTH = "AUTH PLAIN ***"
RELAY = "5.7.1 <user@example.com>: Relay access denied"


def via(six: Session, four: Session | None = None) -> Measurement:
    """A run through mx1.example.com as submission server."""
    world = named(both(to_server(six), to_server(four or session(V4, until=Stage.DELIVERY)), references=()))
    return replace(world, settings=replace(world.settings, via=f"smtp://{MX1}:25"))


def to_server(talk: Session) -> Session:
    return replace(talk, purpose=Purpose.VIA)


def at(stage: Stage, code: int, text: str, **changes: Any) -> Session:
    return stopped(stage, changes.pop("family", V6), until=Stage.DELIVERY, code=code, text=text, **changes)


def login(
    code: int | None = 535, text: str = "5.7.8 Authentication failed", family: Any = V6, **changes: Any
) -> Session:
    """A conversation that ended with AUTH."""
    talk = stopped(Stage.MAIL, family, until=Stage.DELIVERY, code=code, text=text, **changes)
    return replace(talk, steps=(*talk.steps[:-1], replace(talk.steps[-1], command=AUTH)))


def no_tls(failure: Failure, family: Any = V6, **changes: Any) -> Session:
    return stopped(Stage.STARTTLS, family, until=Stage.DELIVERY, failure=failure, **changes)


CASES: list[Row] = [
    ("relay-denied", "Postfix, over IPv6 alone", via(at(Stage.RCPT, 554, RELAY)), {(CRITICAL, V6, MX1_6)}),
    ("relay-denied", "Postfix's default", via(at(Stage.RCPT, 454, f"4{RELAY[1:]}")), {(CRITICAL, V6, MX1_6)}),
    ("relay-denied", "Exim", via(at(Stage.RCPT, 550, "relay not permitted")), {(CRITICAL, V6, MX1_6)}),
    ("relay-denied", "Sendmail", via(at(Stage.RCPT, 550, "5.7.1 a@b... Relaying denied")), {(CRITICAL, V6, MX1_6)}),
    (
        "relay-denied",
        "Exchange",
        via(at(Stage.RCPT, 550, "5.7.54 SMTP; Unable to relay recipient in non-accepted domain")),
        {(CRITICAL, V6, MX1_6)},
    ),
    (
        "relay-denied",
        "a login is wanted",
        via(at(Stage.MAIL, 530, "5.7.57 Client not authenticated to send mail")),
        {(CRITICAL, V6, MX1_6)},
    ),
    (
        "relay-denied",
        "submission service for users alone",
        via(at(Stage.RCPT, 554, "5.7.1 <unknown[2001:db8:9::9]>: Client host rejected: Access denied")),
        {(CRITICAL, V6, MX1_6)},
    ),
    (
        "relay-denied",
        "over both",
        via(at(Stage.RCPT, 554, RELAY), at(Stage.RCPT, 554, RELAY, family=V4)),
        {(CRITICAL, None, MX1)},
    ),
    (
        "relay-denied",
        "over IPv4 alone",
        via(session(V6, until=Stage.DELIVERY), at(Stage.RCPT, 554, RELAY, family=V4)),
        {(CRITICAL, V4, MX1_4)},
    ),
    ("relay-denied", "the mailbox is unknown", via(at(Stage.RCPT, 550, "5.1.1 User unknown")), set()),
    ("relay-denied", "greylisted", via(at(Stage.RCPT, 450, "4.2.0 Greylisted, see you")), set()),
    (
        "relay-denied",
        "our source stands on a list",
        via(at(Stage.RCPT, 554, "5.7.1 Service unavailable; blocked using bl.example.org")),
        set(),
    ),
    ("relay-denied", "the message is refused", via(at(Stage.DATA, 554, "5.7.1 Spam")), set()),
    ("relay-denied", "a mail host says so", named(both(at(Stage.RCPT, 554, RELAY), session(V4))), set()),
    ("submission-auth", "over IPv6 alone", via(login()), {(CRITICAL, V6, MX1_6)}),
    ("submission-auth", "over both", via(login(), login(family=V4)), {(CRITICAL, None, MX1)}),
    (
        "submission-auth",
        "for now",
        via(login(454, "4.7.0 Temporary authentication failure")),
        {(UNKNOWN, V6, MX1_6)},
    ),
    (
        "submission-auth",
        "not offered",
        via(login(None, "", failure=Failure.NOT_OFFERED, detail="AUTH is not offered")),
        {(CRITICAL, V6, MX1_6)},
    ),
    ("submission-auth", "the connection broke", via(login(None, "", failure=Failure.RESET)), set()),
    ("submission-auth", "the sender is refused", via(at(Stage.MAIL, 553, "5.7.1 Sender not owned by user")), set()),
    (
        "submission-tls",
        "a bad certificate",
        via(no_tls(Failure.TLS_CERTIFICATE, detail="the certificate is not accepted: self-signed certificate")),
        {(CRITICAL, V6, MX1_6)},
    ),
    (
        "submission-tls",
        "not offered, over both",
        via(no_tls(Failure.NOT_OFFERED, detail="not offered"), no_tls(Failure.NOT_OFFERED, V4, detail="not offered")),
        {(CRITICAL, None, MX1)},
    ),
    (
        "submission-tls",
        "refused for now",
        via(at(Stage.STARTTLS, 454, "4.7.0 TLS not available")),
        {(UNKNOWN, V6, MX1_6)},
    ),
    ("submission-tls", "the handshake fails", via(no_tls(Failure.TLS_HANDSHAKE)), set()),
    ("submission-tls", "a mail host", both(no_tls(Failure.NOT_OFFERED), session(V4)), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


@pytest.mark.parametrize("row", [row for row in CASES if row[3]], ids=name)
def test_it_is_said_once(row: Row) -> None:
    """No other check says in its own words what is said here."""
    others = {item.code for item in judge(row[2]).findings if item.verdict is not Verdict.OK}
    assert others <= {row[0], "parity-verdict"}


@pytest.mark.parametrize("code", [554, 454])
def test_accepted_over_ipv4_and_denied_over_ipv6_is_a_broken_family(code: int) -> None:
    report = judge(via(at(Stage.RCPT, code, f"{code // 100}{RELAY[1:]}")))
    assert (report.parity, report.verdict) == (Parity.IPV6_BROKEN, Verdict.CRITICAL)
    assert report.summary.startswith(f"IPv6 is broken at rcpt: {MX1_6} does not relay for this machine over IPv6")


def test_the_fix_names_the_range_as_postfix_reads_it() -> None:
    (six,) = findings(via(at(Stage.RCPT, 554, RELAY)), "relay-denied")
    assert six.fix is not None
    assert '"mynetworks = $(postconf -h mynetworks) [2001:db8:9::]/64"' in six.fix
    (four,) = findings(via(session(V6, until=Stage.DELIVERY), at(Stage.RCPT, 554, RELAY, family=V4)), "relay-denied")
    assert four.fix is not None
    assert '"mynetworks = $(postconf -h mynetworks) 203.0.113.9"' in four.fix


def test_a_silent_server_is_not_to_be_proven_by_a_mail_host_elsewhere() -> None:
    (finding,) = findings(via(stopped(Stage.CONNECT, failure=Failure.TIMEOUT, port=587)), "tcp-timeout")
    assert finding.verdict is UNKNOWN
    assert finding.fix is not None
    assert "--reference" not in finding.fix
    assert "traceroute -6 -T -p 587 2001:db8::25" in finding.fix


def test_an_end_without_a_source_leaves_a_gap_to_fill_in() -> None:
    (finding,) = findings(via(at(Stage.RCPT, 554, RELAY, source=None)), "relay-denied")
    assert finding.fix is not None
    assert "[IPV6-RANGE]/64" in finding.fix


def test_a_step_that_went_on_is_no_end() -> None:
    """Without a password to protect, a refused STARTTLS is what it is for everybody: a warning, and mail goes on."""
    talk = session(V6, until=Stage.DELIVERY)
    refused = step(Stage.STARTTLS, code=454, text="4.7.0 TLS not available")
    steps = tuple(refused if item.stage is Stage.STARTTLS else replace(item, tls=False) for item in talk.steps)
    world = via(replace(talk, steps=steps, tls=None, capabilities_tls=()))
    assert findings(world, "submission-tls") == []
    assert [item.verdict for item in findings(world, "tls-starttls-refused")] == [Verdict.WARNING]
