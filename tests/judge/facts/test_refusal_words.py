"""A row for every form of refusal we know: who is blamed by it, us or the host, and what a 4xx means for now.

The texts are those that servers send to clients; addresses and names in them are documentation's.
"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.judge.facts import refusal_words
from probe.judge.facts.attribution import Blame, Deferral, blame, deferral, denies_relay, held_against_us, refuses_ipv6
from probe.judge.facts.refusal_words import said
from probe.model.smtp import Reply
from probe.model.words import Stage
from tests.builders import V6, broken, healthy, stopped

US = "[2001:db8:9::9      19]"  # as Google pads it
CODE = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")


def reply(code: int, *lines: str) -> Reply:
    found = CODE.match(lines[0])
    same_class = found is not None and found[1][0] == str(code)[0]
    return Reply(code, lines, found[1] if found is not None and same_class else None)


PTR, HELO, AUTH, LISTED = Blame.REVERSE, Blame.HELO, Blame.AUTHENTICATION, Blame.LISTED
SENDER, EXCESS = Blame.SENDER, Blame.EXCESS

GOOGLE: list[tuple[int, tuple[str, ...], Blame | None]] = [
    (
        550,
        (
            f"5.7.1 {US} Our system has detected that this",
            "5.7.1 message does not meet IPv6 sending guidelines regarding PTR records",
            "5.7.1 and authentication. Please review",
            "5.7.1  https://support.google.com/mail/?p=IPv6AuthError for more information",
            "5.7.1 . n184-20020a8172c1000000b002fe9ac76197si316115ywc.122 - gsmtp",
        ),
        PTR,
    ),
    (
        421,
        ("4.7.23 This mail has been rate limited because the sending IP address", "4.7.23 doesn't have a PTR record"),
        PTR,
    ),
    (
        550,
        (
            "5.7.25 The IP address sending this message does not have a",
            "5.7.25 PTR record, or the corresponding forward",
        ),
        PTR,
    ),
    (451, ("4.7.24 The SPF record of the sending domain has one or more suspicious entries.",), AUTH),
    (550, ("5.7.24 The SPF record of the sending domain has one or more suspicious entries.",), AUTH),
    (421, ("4.7.26 This mail has been rate limited because it is unauthenticated.",), AUTH),
    (550, ("5.7.26 This mail has been blocked because the sender is unauthenticated.",), AUTH),
    (
        550,
        ("5.7.26 Unauthenticated email from example.net is not accepted due to", "5.7.26 domain's DMARC policy"),
        AUTH,
    ),
    (550, ("5.7.26 The MAIL FROM domain [example.net] has an SPF record with a hard fail",), AUTH),
    (550, ("5.7.1 This message does not have authentication information or fails to", "5.7.1 pass SPF"), AUTH),
    (421, ("4.7.27 Your email has been rate limited because SPF authentication didn't", "4.7.27 pass"), AUTH),
    (421, ("4.7.30 Your email has been rate limited because DKIM authentication",), AUTH),
    (421, ("4.7.32 Your email has been rate limited because the From: header (RFC5322)",), AUTH),
    (
        421,
        ("4.7.0 This message is suspicious due to the very", "4.7.0 low reputation of the sending IP address."),
        LISTED,
    ),
    (550, ("5.7.1 likely suspicious due to the very low", "5.7.1 reputation of the sending domain."), LISTED),
    (421, ("4.7.0 IP not in whitelist for RCPT domain, closing connection.",), LISTED),
    (550, ("5.7.1 The IP you're using to send mail is not authorized to", "5.7.1 send email directly to"), LISTED),
    (550, ("5.7.1 Our system has detected an unusual rate of", "5.7.1 unsolicited mail originating from"), EXCESS),
    (550, ("5.7.28 There is an unusual rate of unsolicited mail originating",), EXCESS),
    (501, ("5.5.4 Empty HELO/EHLO argument not allowed, closing connection.",), HELO),
    (501, ('5.5.4 HELO/EHLO argument "_" invalid, closing connection.',), HELO),
    (421, ("4.7.28 Gmail has detected an unusual rate of mail originating from",), None),
    (421, ("4.7.29 Gmail requires all bulk email senders to use TLS/SSL for SMTP",), None),
    (421, ("4.7.0 Try again later, closing connection.",), None),
    (550, ("5.1.1 The email account that you tried to reach does not exist.",), None),
    (552, ("5.2.2 The recipient's inbox is out of storage space and inactive.",), None),
]
MICROSOFT: list[tuple[int, tuple[str, ...], Blame | None]] = [
    (450, ("4.7.25 Access denied, the sending IPv6 address [2001:db8:9::9] must have a reverse DNS record",), PTR),
    (550, ("5.7.25 Access denied, the sending IPv6 address [2001:db8:9::9] must have a reverse DNS record",), PTR),
    (450, ("4.7.26 Access denied, a message sent over IPv6 [2001:db8:9::9] must pass either SPF or DKIM",), AUTH),
    (550, ("5.7.23 The message was rejected because of Sender Policy Framework violation",), AUTH),
    (550, ("5.7.509 Access denied, sending domain [EXAMPLE.NET] does not pass DMARC verification",), AUTH),
    (
        550,
        ("5.7.508 Access denied, [2001:db8:9::9] has exceeded permitted limits within 2001:db8:9::/64 range",),
        EXCESS,
    ),
    (550, ("5.7.506 Access Denied, Bad HELO",), HELO),
    (550, ("EHLO argument does not match calling host",), HELO),
    (550, ("5.7.507 Access denied, rejected by recipient",), LISTED),
    (550, ("5.7.511 Access denied, banned sender[2001:db8:9::9]. To request removal from this list",), LISTED),
    (
        550,
        ("5.7.513 Service unavailable, Client host [203.0.113.9] blocked by example.com using Customer Block list",),
        LISTED,
    ),
    (550, ("5.7.606 Access denied, banned sending IP [203.0.113.9]. To request removal",), LISTED),
    (
        550,
        ("5.7.1 Unfortunately, messages from [203.0.113.9] weren't sent. part of their network is on our block list",),
        LISTED,
    ),
    (451, ("4.7.500 Server busy. Please try again later from [203.0.113.9]. (S77714)",), None),
    (451, ("4.7.650 The mail server [203.0.113.9] has been temporarily rate limited due to IP reputation.",), LISTED),
    (451, ("4.7.850 Access denied, please try again later",), LISTED),
    (550, ("5.7.510 Access denied, example.com does not accept email over IPv6",), None),
    (550, ("5.2.1 Service unavailable, [example.com] does not accept email over IPv6",), None),
    (550, ("5.4.1 Recipient address rejected: Access denied.",), None),
    (550, ("5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found",), None),
]
PROVIDERS: list[tuple[int, tuple[str, ...], Blame | None]] = [
    (554, ("mx.charter.example ESMTP Spectrum 203.0.113.9 blocked. AUP#I-1000",), LISTED),
    (550, ("5.1.0 no DNS. AUP#I-1110",), PTR),
    (554, ("mx.charter.example cmsmtp 203.0.113.9 listed. AUP#I-1210",), LISTED),
    (554, ("mx.charter.example ESMTP refused. AUP#I-1260",), None),
    (421, ("too many connections AUP#I-1310",), None),
    (554, ("mx.cox.example cox 203.0.113.9 blocked - no. AUP#CXDNS",), PTR),
    (554, ("mx.cox.example cox 203.0.113.9 rejected - no rDNS",), PTR),
    (421, ("mx.cox.example cox 203.0.113.9 DNS check failure - try again later",), PTR),
    (552, ("5.2.0 message rejected AUP#CXSNDR",), AUTH),
    (554, ("mx.cox.example cox 203.0.113.9 blocked. AUP#CXBL",), LISTED),
    (554, ("mx.cox.example 203.0.113.9 AUP#IPBL0001",), LISTED),
    (
        553,
        ("5.7.1 [BL21] Connections will not be accepted from 203.0.113.9, because the ip is in Spamhaus's list",),
        LISTED,
    ),
    (
        553,
        ("5.7.2 [TSS09] All messages from 203.0.113.9 will be permanently deferred; Retrying will NOT succeed.",),
        LISTED,
    ),
    (550, ("5.7.9 This mail has been blocked because the sender is unauthenticated.",), AUTH),
    (451, ("Message temporarily deferred due to unresolvable RFC.5321 from domain.",), SENDER),
    (
        421,
        ("4.7.0 [TSS04] Messages from 203.0.113.9 temporarily deferred due to unexpected volume or user complaints",),
        None,
    ),
    (554, ("5.7.1 Your message was rejected due to example.net's DMARC policy.",), AUTH),
    (554, ("5.7.1 [HME1] This message was blocked for failing both SPF and DKIM authentication checks.",), AUTH),
    (550, ("5.7.1 Mail from IP 203.0.113.9 was rejected due to listing in Spamhaus SBL.",), LISTED),
    (550, ("5.7.0 Blocked - see https://ipcheck.proofpoint.com/?ip=203.0.113.9",), LISTED),
    (550, ("5.7.0 Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=203.0.113.9",), LISTED),
    (554, ("Comcast requires that all mail servers must have a PTR record with a valid Reverse DNS entry.",), PTR),
    (
        554,
        ("IP=203.0.113.9 - A problem occurred. (Ask your postmaster for help or to contact the postmaster)",),
        LISTED,
    ),
    (554, ("No SMTP service", "IP address is black listed."), LISTED),
    (554, ("No SMTP service", "Bad DNS PTR resource record."), PTR),
    (554, ("5.7.1 Adresse IP source bloquee pour incident de spam. Client host blocked for spamming issues.",), LISTED),
    (550, ("Access from ip address 203.0.113.9 blocked.",), LISTED),
    (
        550,
        ("5.7.1 Connections not accepted from servers without a valid sender domain. Fix reverse DNS for 203.0.113.9",),
        PTR,
    ),
    (554, ("Your access to this mail system has been rejected due to the sending MTA's poor reputation.",), LISTED),
    (550, ("Rejected by header based Anti-Spoofing policy: no-reply@example.net",), AUTH),
    (553, ("SPF (Sender Policy Framework) domain authentication", "fail."), AUTH),
]
SERVERS: list[tuple[int, tuple[str, ...], Blame | None]] = [
    # RFC 7372
    (550, ("5.7.20 No passing DKIM signature found",), AUTH),
    (550, ("5.7.21 No acceptable signature found",), AUTH),
    (550, ("5.7.22 No valid author-matched signature found",), AUTH),
    (550, ("5.7.23 validation failed",), AUTH),
    (451, ("4.7.24 validation error",), AUTH),
    (550, ("5.7.25 check failed",), PTR),
    (550, ("5.7.26 Multiple authentication checks failed",), AUTH),
    (550, ("5.7.27 Sender address has null MX",), AUTH),
    (556, ("5.1.10 Recipient address has null MX",), None),
    # Postfix, and postscreen
    (450, ("4.7.1 Client host rejected: cannot find your reverse hostname, [2001:db8:9::9]",), PTR),
    (450, ("4.7.25 Client host rejected: cannot find your hostname, [2001:db8:9::9]",), PTR),
    (450, ("4.7.1 <probe>: Helo command rejected: Host not found",), HELO),
    (504, ("5.5.2 <probe>: Helo command rejected: need fully-qualified hostname",), HELO),
    (450, ("4.1.8 <probe@example.net>: Sender address rejected: Domain not found",), SENDER),
    (550, ("5.1.7 <probe@example.net>: Sender address rejected: undeliverable address",), SENDER),
    (554, ("5.7.1 Service unavailable; Client host [203.0.113.9] blocked using zen.example.org",), LISTED),
    (550, ("5.7.1 Service unavailable; client [2001:db8:9::9] blocked using zen.example.org",), LISTED),
    (454, ("4.7.1 <postmaster@example.com>: Relay access denied",), None),
    (550, ("5.1.1 <postmaster@example.com>: Recipient address rejected: User unknown in local recipient table",), None),
    (450, ("4.1.1 <x@example.com>: Recipient address rejected: unverified address: Address lookup failed",), None),
    (450, ("4.3.2 Service currently unavailable",), None),
    # Exim
    (550, ("Host lookup failed: reverse lookup for 203.0.113.9 failed",), PTR),
    (550, ("R1: HELO should be a FQDN or address literal (See RFC 2821 4.1.1.1)",), HELO),
    (550, ("Forged HELO: you are not mx1.example.com",), HELO),
    (550, ("Sender verify failed",), SENDER),
    (451, ("Could not complete sender verify",), SENDER),
    (550, ("relay not permitted",), None),
    (550, ("Unrouteable address",), None),
    # Sendmail
    (550, ("5.7.1 Fix reverse DNS for 203.0.113.9",), PTR),
    (450, ("4.7.1 Relaying temporarily denied. Cannot resolve PTR record for 203.0.113.9",), PTR),
    (553, ("5.1.8 <probe@example.net>... Domain of sender address probe@example.net does not exist",), SENDER),
    (451, ("4.1.8 Domain of sender address probe@example.net does not resolve",), SENDER),
    (550, ("5.7.1 <postmaster@example.com>... Relaying denied",), None),
    # OpenSMTPD, rspamd, and nobody in particular
    (550, ("your IP has no rDNS",), PTR),
    (550, ("FCrDNS check failed",), PTR),
    (550, ("Invalid recipient: <postmaster@example.com>",), None),
    (554, ("5.7.1 Spam message rejected",), None),
    (550, ("5.1.1 adaptrdns@example.com unknown",), None),
    (550, ("5.7.1 Recipient not authorized, your IP has been found on a block list",), LISTED),
]
EVERY = [*GOOGLE, *MICROSOFT, *PROVIDERS, *SERVERS]


@pytest.mark.parametrize(("code", "lines", "expected"), EVERY, ids=[f"{row[0]} {row[1][0][:50]}" for row in EVERY])
def test_whom_it_blames(code: int, lines: tuple[str, ...], expected: Blame | None) -> None:
    assert blame(reply(code, *lines)) is expected


def test_no_form_stands_here_twice() -> None:
    assert len({(code, lines) for code, lines, _ in EVERY}) == len(EVERY)


@pytest.mark.parametrize(
    ("code", "line", "expected"),
    [
        (550, "5.7.510 Access denied, example.com does not accept email over IPv6", True),
        (550, "5.2.1 Service unavailable, [example.com] does not accept email over IPv6", True),
        (554, "ESMTP refused. AUP#I-1260", True),
        (550, "We do not accept mail from IPv6 hosts", True),
        (450, "4.7.25 Access denied, the sending IPv6 address [2001:db8:9::9] must have a reverse DNS record", False),
        (550, "5.7.1 message does not meet IPv6 sending guidelines regarding PTR records", False),
        (550, "no IPv6 PTR record", False),
    ],
)
def test_who_takes_no_ipv6_at_all(code: int, line: str, expected: bool) -> None:
    assert refuses_ipv6(reply(code, line)) is expected


@pytest.mark.parametrize(
    ("code", "line", "expected"),
    [
        (421, "4.7.28 Gmail has detected an unusual rate of mail originating from", Deferral.RATE),
        (451, "4.7.500 Server busy. Please try again later from [203.0.113.9]. (S77714)", Deferral.OTHER),
        (
            450,
            "4.7.508 Access denied, [2001:db8:9::9] has exceeded permitted limits within the IPv6 range",
            Deferral.RATE,
        ),
        (421, "4.7.0 [TSS04] Messages from 203.0.113.9 temporarily deferred due to unexpected volume", Deferral.RATE),
        (451, "4.7.1 Messages to a@example.com deferred due to excessive volume.", Deferral.RATE),
        (450, "User is receiving mail too quickly", Deferral.RATE),
        (421, "too many connections AUP#I-1310", Deferral.RATE),
        (450, "no. AUP#I-1490", Deferral.RATE),
        (450, "4.1.8 <probe@example.net>: Sender address rejected: Domain not found", Deferral.CLIENT),
        (
            450,
            "4.7.26 Access denied, a message sent over IPv6 [2001:db8:9::9] must pass either SPF or DKIM",
            Deferral.CLIENT,
        ),
        (451, "4.7.1 Greylisting in action, please come back later", Deferral.GREYLISTED),
        (451, "4.7.1 Try again later", Deferral.GREYLISTED),
        (450, "4.3.2 Service currently unavailable", Deferral.GREYLISTED),
    ],
)
def test_what_putting_off_means(code: int, line: str, expected: Deferral) -> None:
    cut = stopped(Stage.RCPT, code=code, text=line)
    assert deferral(broken(cut), cut, cut.steps[-1]) is expected


def test_a_name_in_good_order_leaves_authentication() -> None:
    both = reply(550, "5.7.1 does not meet IPv6 sending guidelines regarding PTR records", "5.7.1 and authentication.")
    assert held_against_us(healthy(), V6, both) is AUTH
    assert held_against_us(healthy(), V6, reply(550, "5.7.25 no PTR record")) is None


def test_a_broken_text_is_put_together() -> None:
    assert said(reply(550, "5.7.1 [2001:db8::9      19] very low", "5.7.1 reputation", "5.7.1")) == (
        "5.7.1 [2001:db8::9 19] very low reputation "
    )
    assert denies_relay(reply(554, "5.7.1 <a@example.com>: Relay", "5.7.1 access denied"))


@given(st.text(st.sampled_from("aip AUP#I-1260.57 helo\x00é[]:"), max_size=300) | st.text())
def test_no_text_raises(text: str) -> None:
    blame(Reply(550, (text,)))
    refuses_ipv6(Reply(550, (text,)))


def test_words_are_searched_in_time() -> None:
    for text in ("helo " * 500, "access from " * 200, "your ip " * 300, "1.1.1 " * 400, " " * 3000, "AUP#" * 600):
        assert blame(Reply(550, (text,))) is None
    assert {key for key, _ in refusal_words.BLAMES} <= set(Blame)
