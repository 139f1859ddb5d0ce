from dataclasses import replace
from datetime import timedelta

import pytest

from probe.model.measurement import Measurement
from probe.model.memory import Memory, Silenced, UnknownRecipient
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Stage
from tests.builders import (
    MX1,
    MX4,
    MX6,
    SECOND6,
    STARTED,
    V4,
    V6,
    both,
    broken,
    healthy,
    host,
    measurement,
    named,
    only,
    session,
    stopped,
    vantage,
)
from tests.judge.checks.table import CRITICAL, MX1_4, MX1_6, UNKNOWN, WARNING, Row, findings, name, said

MINUTE = timedelta(minutes=1)
NO_PTR = (vantage(V6, ptr=(), fcrdns=False), vantage(V4))
OTHER_HELO = (vantage(V6, helo="six.example.net"), vantage(V4, helo="four.example.net"))
LITERALS = (vantage(V6, helo="[IPv6:2001:db8:9::9]"), vantage(V4, helo="[203.0.113.9]"))
WANTS_PTR = "4.7.25 Client host rejected: cannot find your reverse hostname, [2001:db8:9::9]"


def test_postfix_would_take_a_bare_ipv6_address_for_a_table() -> None:
    for family, shown in ((V6, "[2001:db8:9::9]"), (V4, "203.0.113.9")):
        limited = stopped(Stage.EHLO, family, code=421, text="4.7.0 Too many connections from your host")
        [found] = findings(broken(limited), "rcpt-rate-limited")
        assert f"'smtpd_client_event_limit_exceptions = $mynetworks, {shown}'" in (found.fix or "")


def rcpt(code: int, text: str, family: Family = V6) -> Session:
    return stopped(Stage.RCPT, family, code=code, text=text)


def mail(code: int, text: str, family: Family = V6) -> Session:
    return stopped(Stage.MAIL, family, code=code, text=text)


POLICY6, POLICY4 = (rcpt(550, "5.7.1 Recipient refused", family) for family in (V6, V4))
UNKNOWN6, UNKNOWN4 = (rcpt(550, "5.1.1 User unknown", family) for family in (V6, V4))
GREY6, GREY4 = (rcpt(450, "4.2.0 Greylisted, see http://postgrey.schweikert.ch/", family) for family in (V6, V4))
LIMIT6 = rcpt(452, "4.7.1 Too many connections from your network")
LISTED = "5.7.1 Service unavailable; Client host [2001:db8:9::9] blocked using zen.spamhaus.org"
GMAIL = "5.7.25 The IP address sending this message does not have a PTR record setup"
NO_IPV6 = "5.7.510 Access denied, recipient domain does not accept email over IPv6"

ALONE6, ALONE4 = (stopped(Stage.CONNECT, family, failure=Failure.NOT_TRIED, detail="left alone") for family in (V6, V4))
BUSY = Memory(silenced=(Silenced(MX1, STARTED - MINUTE, STARTED + 4 * MINUTE),))
SPARED = both(session(V6, until=Stage.MAIL), session(V4, until=Stage.MAIL))
ASKED_NO_FURTHER = replace(SPARED, settings=replace(SPARED.settings, until=Stage.MAIL))
NOBODY = UnknownRecipient(MX6, "postmaster@example.com", "550 5.1.1 no", STARTED - MINUTE, STARTED + MINUTE)
GONE = Memory(unknown=(NOBODY, replace(NOBODY, address=MX4)))


def remembering(world: Measurement, memory: Memory) -> Measurement:
    return replace(world, memory=memory)


CASES: list[Row] = [
    ("mail-from-rejected", "over IPv6 alone", broken(mail(550, "5.1.0 Sender refused")), {(CRITICAL, V6, MX1_6)}),
    (
        "mail-from-rejected",
        "over both",
        both(mail(550, "5.1.0 no"), mail(550, "5.1.0 no", V4)),
        {(WARNING, None, MX1)},
    ),
    ("mail-from-rejected", "SPF is ours", broken(mail(550, "5.7.23 SPF check failed")), {(UNKNOWN, V6, MX1_6)}),
    ("mail-from-rejected", "hangs up", broken(stopped(Stage.MAIL, failure=Failure.CLOSED)), {(CRITICAL, V6, MX1_6)}),
    ("mail-from-rejected", "another 4xx", broken(mail(451, "4.3.0 Lookup failure")), {(UNKNOWN, V6, MX1_6)}),
    ("mail-from-rejected", "accepted", healthy(), set()),
    ("rcpt-rejected", "over IPv6 alone", broken(POLICY6), {(CRITICAL, V6, MX1_6)}),
    ("rcpt-rejected", "over IPv4 alone", broken(POLICY4), {(CRITICAL, V4, MX1_4)}),
    ("rcpt-rejected", "the postmaster over both", both(POLICY6, POLICY4), {(WARNING, None, MX1)}),
    ("rcpt-rejected", "a named mailbox over both", named(both(POLICY6, POLICY4)), {(CRITICAL, None, MX1)}),
    ("rcpt-rejected", "a named mailbox, one family asked", only(V6, named(broken(POLICY6))), {(CRITICAL, V6, MX1_6)}),
    ("rcpt-rejected", "no IPv6 here is the target's choice", broken(rcpt(550, NO_IPV6)), {(CRITICAL, V6, MX1_6)}),
    ("rcpt-rejected", "it misses a PTR we lack", broken(rcpt(550, GMAIL), vantage=NO_PTR), {(UNKNOWN, V6, MX1_6)}),
    ("rcpt-rejected", "it misses a PTR we have", broken(rcpt(550, GMAIL)), {(CRITICAL, V6, MX1_6)}),
    (
        "rcpt-rejected",
        "it misses a PTR, and our names differ",
        broken(rcpt(550, GMAIL), vantage=OTHER_HELO),
        {(UNKNOWN, V6, MX1_6)},
    ),
    ("rcpt-rejected", "literals differ by nature", broken(rcpt(550, GMAIL), vantage=LITERALS), {(CRITICAL, V6, MX1_6)}),
    ("rcpt-rejected", "policy does not excuse a missing PTR", broken(POLICY6, vantage=NO_PTR), {(CRITICAL, V6, MX1_6)}),
    ("rcpt-rejected", "on a list", broken(rcpt(554, LISTED)), {(UNKNOWN, V6, MX1_6)}),
    ("rcpt-rejected", "a 4xx that misses a PTR", broken(rcpt(450, WANTS_PTR), vantage=NO_PTR), {(UNKNOWN, V6, MX1_6)}),
    ("rcpt-rejected", "unknown over IPv6 alone", broken(UNKNOWN6), {(CRITICAL, V6, MX1_6)}),
    (
        "rcpt-rejected",
        "another address takes it",
        measurement(session(V6), replace(POLICY6, address=SECOND6), session(V4), hosts=[host(MX1, MX6, SECOND6, MX4)]),
        {(WARNING, V6, f"{MX1} [{SECOND6}]")},
    ),
    ("rcpt-rejected", "greylisting is not a refusal", broken(GREY6), set()),
    ("rcpt-rejected", "unknown over both has its own code", both(UNKNOWN6, UNKNOWN4), set()),
    (
        "rcpt-unknown-both",
        "a named mailbox",
        named(both(UNKNOWN6, UNKNOWN4), "nobody@example.com"),
        {(CRITICAL, None, MX1)},
    ),
    ("rcpt-unknown-both", "the postmaster", both(UNKNOWN6, UNKNOWN4), {(WARNING, None, MX1)}),
    (
        "rcpt-unknown-both",
        "told by the words alone",
        both(rcpt(550, "No such user here"), rcpt(550, "No such user here", V4)),
        {(WARNING, None, MX1)},
    ),
    ("rcpt-unknown-both", "over IPv6 alone", broken(UNKNOWN6), set()),
    ("rcpt-unknown-both", "refused for another reason over IPv4", both(UNKNOWN6, POLICY4), set()),
    ("rcpt-rate-limited", "too many connections", broken(LIMIT6), {(UNKNOWN, V6, MX1_6)}),
    (
        "rcpt-rate-limited",
        "421 at any stage",
        broken(stopped(Stage.EHLO, code=421, text="4.3.2 closing")),
        {(UNKNOWN, V6, MX1_6)},
    ),
    (
        "rcpt-rate-limited",
        "a greeting of 421 has its own code",
        broken(stopped(Stage.BANNER, code=421, text="busy")),
        set(),
    ),
    ("rcpt-rate-limited", "greylisting is no limit", broken(GREY6), set()),
    ("rcpt-rate-limited", "a 421 in an earlier run", remembering(both(ALONE6, ALONE4), BUSY), {(UNKNOWN, None, MX1)}),
    ("rcpt-rate-limited", "a 421 long ago", remembering(healthy(), BUSY), set()),
    ("rcpt-rate-limited", "left alone for another reason", both(ALONE6, ALONE4), set()),
    ("rcpt-unknown-both", "not asked again", remembering(SPARED, GONE), {(WARNING, None, MX1)}),
    ("rcpt-unknown-both", "asked again, and there", remembering(healthy(), GONE), set()),
    ("rcpt-unknown-both", "nobody wanted to ask", remembering(ASKED_NO_FURTHER, GONE), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_a_refusal_held_against_us_says_so() -> None:
    (finding,) = findings(broken(rcpt(550, GMAIL), vantage=NO_PTR), "rcpt-rejected")
    assert "this probe's own fault" in finding.sentence
    assert finding.fix is not None
    assert "PTR" in finding.fix
    assert any("reverse name none" in line for line in finding.evidence)


def test_another_machines_relay_denial_is_a_refusal_whatever_its_first_digit() -> None:
    for code in (454, 554):
        (finding,) = findings(broken(rcpt(code, f"{code // 100}.7.1 Relay access denied")), "rcpt-rejected")
        assert finding.verdict is CRITICAL
        assert "refuses the mailbox" in finding.sentence
        assert "relay_domains" in (finding.fix or "")


def test_the_choice_of_a_provider_is_explained() -> None:
    (finding,) = findings(broken(rcpt(550, NO_IPV6)), "rcpt-rejected")
    assert finding.fix is not None
    assert "Enable-IPv6ForAcceptedDomain -Domain example.com" in finding.fix
    assert "while over IPv4 it is taken" in finding.sentence


def test_a_command_to_copy_never_carries_what_a_shell_would_run() -> None:
    world = named(both(UNKNOWN6, UNKNOWN4), "a'$(reboot)@example.com")
    (finding,) = findings(world, "rcpt-unknown-both")
    assert finding.fix == "Create the mailbox."


def test_a_host_that_is_left_alone_says_since_when_and_until_when() -> None:
    (found,) = findings(remembering(both(ALONE6, ALONE4), BUSY), "rcpt-rate-limited")
    assert "421 at 17:59 UTC" in found.sentence
    assert found.fix is not None
    assert "18:04 UTC" in found.fix
    assert "probe6 --no-state example.com" in found.fix
