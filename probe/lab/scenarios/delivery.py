"""Scenarios of a message: how it arrives, and what becomes of it after it was accepted."""

from probe.lab.faults import SOFTWARE, End, Mail, Say, Step, Wire
from probe.lab.scenario import PARITY, V6, Host, Scenario, pair
from probe.lab.zones import MX1, SECOND4, SECOND6, host, mx
from probe.model.words import Parity, Verdict

USER = "user@example.com"
_EXIM = Mail(software="ESMTP Exim 4.98", echo=True)
_MX2 = Mail(names=("mx2.example.com",), software=SOFTWARE)

DELIVERY = (
    Scenario(
        name="healthy",
        title="all is well over both families; a message arrives over each",
        target=USER,
        notes=frozenset({"rt-received-family"}),
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
