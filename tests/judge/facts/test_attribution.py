from dataclasses import replace

import pytest

from probe.judge.facts.attribution import (
    Blame,
    Deferral,
    blame,
    deferral,
    held_against_us,
    port25,
    proven,
    refuses_ipv6,
)
from probe.model.words import Port25, Stage
from tests.builders import (
    MX6,
    V4,
    V6,
    both,
    broken,
    healthy,
    measurement,
    only,
    reference,
    reply,
    session,
    stopped,
    vantage,
)

REFUSALS = [
    (550, "5.7.25 The IP address sending this message does not have a PTR record setup", Blame.REVERSE),
    (450, "4.7.25 Client host rejected: cannot find your hostname, [2001:db8:9::9]", Blame.REVERSE),
    (450, "4.7.1 Client host rejected: cannot find your reverse hostname, [2001:db8:9::9]", Blame.REVERSE),
    (
        550,
        "5.7.1 [2001:db8:9::9      19] This message does not meet IPv6 sending guidelines regarding PTR records",
        Blame.REVERSE,
    ),
    (550, "rDNS required", Blame.REVERSE),
    (550, "5.7.23 The message was rejected because of Sender Policy Framework violation", Blame.AUTHENTICATION),
    (550, "5.7.26 Unauthenticated email from example.net is not accepted", Blame.AUTHENTICATION),
    (550, "5.7.1 SPF fail", Blame.AUTHENTICATION),
    (550, "5.7.27 Sender address has null MX", Blame.AUTHENTICATION),
    (554, "5.7.1 Service unavailable; Client host [2001:db8:9::9] blocked using zen.spamhaus.org", Blame.LISTED),
    (550, "5.7.606 Access denied, banned sending IP [2001:db8:9::9]", Blame.LISTED),
    (504, "5.5.2 <probe>: Helo command rejected: need fully-qualified hostname", Blame.HELO),
    (550, "5.1.1 User unknown", None),
    (550, "5.7.1 Relaying denied", None),
    (550, "5.7.510 Access denied, contoso.example does not accept email over IPv6", None),
    (550, "5.2.1 Recipient domain does not accept mail over IPv6; check your PTR", None),
    (550, "5.1.1 adaptrdns@example.com unknown", None),
]


@pytest.mark.parametrize(("code", "text", "expected"), REFUSALS, ids=[row[1][:40] for row in REFUSALS])
def test_whom_a_refusal_blames(code: int, text: str, expected: Blame | None) -> None:
    assert blame(reply(code, text)) is expected


def test_no_ipv6_is_the_targets_choice() -> None:
    assert refuses_ipv6(reply(550, "5.2.1 This mailbox does not accept email over IPv6"))
    assert refuses_ipv6(reply(550, "5.7.510 whatever"))
    assert not refuses_ipv6(reply(550, "5.7.1 not accepted, your IPv6 address is unknown"))


def test_an_unfounded_complaint_is_the_servers_affair() -> None:
    wants_ptr, listed = reply(550, "5.7.25 no PTR"), reply(554, "5.7.1 blocked using bl.example.org")
    assert held_against_us(healthy(), V6, wants_ptr) is None
    assert held_against_us(healthy(vantage=(vantage(V6, fcrdns=None), vantage(V4))), V6, wants_ptr) is Blame.REVERSE
    assert held_against_us(healthy(), V6, listed) is Blame.LISTED
    other_name, literal = (
        reply(550, "EHLO argument does not match calling host"),
        vantage(V6, helo="[IPv6:2001:db8:9::9]"),
    )
    assert held_against_us(healthy(), V6, other_name) is None
    assert held_against_us(healthy(vantage=(literal, vantage(V4, helo="[192.0.2.9]"))), V6, other_name) is Blame.HELO


def at_rcpt(code: int, text: str) -> Deferral:
    cut = stopped(Stage.RCPT, code=code, text=text)
    return deferral(broken(cut), cut, cut.steps[-1])


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        (450, "4.2.0 Greylisted", Deferral.GREYLISTED),
        (451, "4.7.1 Greylisting in action, too many details", Deferral.GREYLISTED),
        (451, "4.7.0 come back", Deferral.GREYLISTED),
        (450, "4.3.2 Service currently unavailable", Deferral.GREYLISTED),
        (450, "4.3.2 System not accepting messages", Deferral.OTHER),
        (450, "4.7.1 Client host rejected: cannot find your hostname", Deferral.CLIENT),
        (421, "4.7.0 Try again later", Deferral.RATE),
        (452, "4.7.1 too many recipients from you", Deferral.RATE),
        (450, "4.7.508 rate limit for your IPv6 range", Deferral.RATE),
        (452, "4.2.2 Mailbox full", Deferral.OTHER),
        (451, "4.3.0 Temporary lookup failure", Deferral.OTHER),
        (450, "temporarily rejected", Deferral.GREYLISTED),
        (450, "no", Deferral.OTHER),
        (454, "4.7.1 <postmaster@example.com>: Relay access denied", Deferral.RELAY),
        (454, "4.7.1 <probe.example.net[2001:db8:9::9]>: Client host rejected: Access denied", Deferral.OTHER),
        (451, "4.7.1 Service unavailable - try again later", Deferral.OTHER),
    ],
)
def test_what_a_deferral_means(code: int, text: str, expected: Deferral) -> None:
    assert at_rcpt(code, text) is expected


def test_the_same_bare_deferral_over_both_is_greylisting() -> None:
    six, four = (stopped(Stage.RCPT, family, code=450, text="no") for family in (V6, V4))
    assert deferral(both(six, four), six, six.steps[-1]) is Deferral.GREYLISTED
    other = stopped(Stage.RCPT, V4, code=452, text="no")
    assert deferral(both(six, other), six, six.steps[-1]) is Deferral.OTHER


def test_a_refusal_at_the_greeting_is_proof_that_port_25_gets_out() -> None:
    world = measurement(stopped(Stage.BANNER, code=554, text="no"))
    assert proven(world, V6)
    assert not proven(world, V4)
    assert not proven(world, V6, MX6)
    assert not proven(world, V6, port=2525)


def test_port_25_per_family_asked_for() -> None:
    world = measurement(session(V4), references=())
    assert port25(world) == ((V6, Port25.UNPROVEN), (V4, Port25.PROVEN))
    assert port25(replace(world, references=(reference(V6),))) == ((V6, Port25.PROVEN), (V4, Port25.PROVEN))
    assert port25(only(V4, world)) == ((V4, Port25.PROVEN),)


def test_long_replies_are_searched_to_a_bound() -> None:
    assert blame(reply(550, "x" * 100_000 + " spamhaus")) is None
