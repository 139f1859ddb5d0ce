"""Scenarios of a message: how it arrives, and what becomes of it after it was accepted."""

from dataclasses import replace

from probe.lab.faults import CAPABILITIES, SOFTWARE, End, Mail, Say, Step, Wire
from probe.lab.scenario import PARITY, V6, Host, Scenario, pair
from probe.lab.zones import MX1, SECOND4, SECOND6, host, mx
from probe.model.words import Parity, Verdict

USER = "user@example.com"
_EXIM = Mail(software="ESMTP Exim 4.98", echo=True)
_SPF = "mx1.example.com; spf={} smtp.mailfrom=probe.example.net; iprev=pass; dmarc={}"
_PASSES = _SPF.format("pass", "pass")
_JUDGING = Mail(results=_PASSES)
_FORGED = (
    "Received: from a.example ([192.0.2.99]) by b.example with ESMTP id 1; Sun, 22 Nov 2026 18:00:01 +0000\r\n"
    "Authentication-Results: mx1.example.com; spf=fail; dmarc=fail\r\n"
)
_MX2 = Mail(names=("mx2.example.com",), software=SOFTWARE)

_FILTERED = "".join(
    f"Received: from localhost (localhost [{address}])\r\n\tby mx1.example.com (amavis) with ESMTP id F{number}\r\n"
    for number in range(4)
    for address in ("127.0.0.1", "IPv6:::1")
)
_NOTICE = "-- \r\nThis message was checked for viruses.\r\n"
_HELD = "X-Greylist: delayed 300 seconds by postgrey-1.37 at mx1.example.com; Mon, 23 Nov 2026 02:00:00 UTC\r\n"

DELIVERY = (
    Scenario(
        name="healthy",
        title="all is well over both families; a message arrives over each",
        target=USER,
        hosts=pair(_JUDGING, _JUDGING),
        notes=frozenset({"rt-received-family", "rt-auth-results"}),
    ),
    Scenario(
        name="healthy-two-mx",
        title="all is well on two MX hosts of equal preference",
        target=USER,
        zone=mx("10 mx1.example.com.", "10 mx2.example.com.") + MX1 + host("mx2.example.com", SECOND6, SECOND4),
        hosts=(*pair(), Host(SECOND6, _MX2), Host(SECOND4, _MX2)),
    ),
    Scenario(
        name="healthy-echo",
        title="all is well, and the server says in EHLO whom it sees",
        target=USER,
        hosts=pair(_EXIM, _EXIM),
    ),
    Scenario(
        name="dsn-refused",
        title="DSN is offered and its parameters are refused, which senders without them never notice",
        target=USER,
        hosts=pair(*[Mail(capabilities=(*CAPABILITIES, "DSN"))] * 2),
    ),
    Scenario(
        name="accepted-and-lost-v6",
        title="the message sent over IPv6 is accepted and never delivered",
        target=USER,
        hosts=pair(ipv6=Mail(copies=0)),
        findings=frozenset({("data-accept-then-lost", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="source-rewritten-v6",
        title="a proxy in front hides who sends over IPv6: the trace header shows the proxy",
        target=USER,
        hosts=pair(ipv6=Mail(seen_as="172.17.0.1")),
        findings=frozenset({("rt-received-source-lost", V6), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="source-translated-v6",
        title="IPv6 ends in front of the server: the trace header shows an IPv4 address of the Internet",
        target=USER,
        hosts=pair(ipv6=Mail(seen_as="198.51.100.77")),
        findings=frozenset({("rt-received-family", V6), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="echo-rewritten-v6",
        title="a proxy in front hides who connects over IPv6: EHLO shows the proxy",
        hosts=pair(Mail(software="ESMTP Exim 4.98", echo=True, seen_as="172.17.0.1"), _EXIM),
        findings=frozenset({("ehlo-client-echo", V6), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="duplicate-v6",
        title="the message sent over IPv6 arrives twice",
        target=USER,
        hosts=pair(ipv6=Mail(copies=2)),
        findings=frozenset({("rt-duplicate", V6), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="late-v6",
        title="the message sent over IPv6 arrives later",
        target=USER,
        hosts=pair(ipv6=Mail(delay=0.5)),
        notes=frozenset({"rt-latency-gap"}),
    ),
    Scenario(
        name="bounced-v6",
        title="the message sent over IPv6 is accepted, and then the sender is told that it failed",
        target=USER,
        sender="probe@example.com",
        hosts=pair(ipv6=Mail(bounce="550 5.7.1 Client has no reverse name")),
        findings=frozenset({("data-accept-then-bounce", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="vacation",
        title="the mailbox answers each message with a vacation note to the sender, which is no bounce",
        target=USER,
        sender="probe@example.com",
        hosts=pair(Mail(answers=True), Mail(answers=True)),
        notes=frozenset({"rt-received-family"}),
    ),
    Scenario(
        name="junk-v6",
        title="the message sent over IPv6 goes to the junk folder",
        target=USER,
        hosts=pair(ipv6=Mail(folder=".Junk")),
        findings=frozenset({("rt-spam-folder", V6), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="junk-both",
        title="both messages go to the junk folder, whichever family they came over",
        target=USER,
        hosts=pair(Mail(folder=".Junk"), Mail(folder=".Junk")),
        notes=frozenset({"rt-spam-folder"}),
    ),
    Scenario(
        name="spf-fails-v6",
        title="the receiver finds our IPv6 address in no SPF record",
        target=USER,
        hosts=pair(Mail(results=_SPF.format("fail", "fail")), _JUDGING),
        findings=frozenset({("rt-auth-results", V6), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="results-forged-v6",
        title="a header below that of the mail host claims that SPF failed; it is not the host's",
        target=USER,
        hosts=pair(Mail(results=_PASSES, beneath=_FORGED), _JUDGING),
        notes=frozenset({"rt-auth-results"}),
    ),
    Scenario(
        name="tls-ended-v6",
        title="a proxy in front ends TLS over IPv6: the mail host records a conversation without it",
        target=USER,
        hosts=pair(ipv6=Mail(in_clear=True)),
        findings=frozenset({("rt-received-tls", V6), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="helo-rewritten-v6",
        title="a proxy in front says EHLO itself over IPv6: the mail host records its name",
        target=USER,
        hosts=pair(ipv6=Mail(heard_as="proxy.example.com")),
        findings=frozenset({("rt-received-helo", V6), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="loop-v6",
        title="the message sent over IPv6 goes in circles until it is given up",
        target=USER,
        sender="probe@example.com",
        hosts=pair(ipv6=Mail(bounce="554 5.4.6 mail for example.com loops back to myself")),
        findings=frozenset({("rt-loop", V6), ("data-accept-then-bounce", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="filter-twice",
        title="the message passes the filters of the same host again and again, which is no circle",
        target=USER,
        hosts=pair(*[Mail(beneath=_FILTERED)] * 2),
    ),
    Scenario(
        name="backup-stuck-v6",
        title="the backup takes the message over IPv6 and cannot hand it to the primary",
        target=USER,
        zone=mx("10 mx1.example.com.", "20 mx2.example.com.") + MX1 + host("mx2.example.com", SECOND6, SECOND4),
        hosts=(*pair(), Host(SECOND6, replace(_MX2, copies=0)), Host(SECOND4, _MX2)),
        every_address=True,
        findings=frozenset({("rt-backup-relay", V6), ("data-accept-then-lost", V6), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="greylist-trace",
        title="the header of each message says how long a greylist held it",
        target=USER,
        hosts=pair(*[Mail(beneath=_HELD)] * 2),
        notes=frozenset({"rt-greylist-trace"}),
    ),
    Scenario(
        name="text-changed-v6",
        title="a filter puts a notice under the messages that come over IPv6",
        target=USER,
        hosts=pair(ipv6=Mail(footer=_NOTICE)),
        findings=frozenset({("rt-body-altered", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="text-changed",
        title="a filter puts a notice under every message, which is its right",
        target=USER,
        hosts=pair(*[Mail(footer=_NOTICE)] * 2),
        notes=frozenset({"rt-body-altered"}),
    ),
    Scenario(
        name="data-rejected-v6",
        title="over IPv6 the message is refused after it was sent",
        target=USER,
        hosts=pair(ipv6=Wire({Step.DOT: (Say(b"550 5.7.1 Message content rejected\r\n"),)})),
        findings=frozenset({("data-rejected", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="data-timeout-v6",
        title="over IPv6 no reply follows the message: nobody knows who has it",
        target=USER,
        hosts=pair(ipv6=Wire({Step.DOT: (End.MUTE,)})),
        findings=frozenset({("data-timeout", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
)
