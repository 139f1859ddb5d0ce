"""Scenarios of the envelope: who is let in, over which family, and why not."""

from probe.lab.faults import End, Mail, Say, Step, Wire
from probe.lab.scenario import PARITY, V6, Scenario, pair
from probe.lab.zones import OWN4, host
from probe.model.words import Parity, Verdict

_DOORKEEPER = Wire(
    {
        Step.RCPT: (Say(b"450 4.3.2 Service currently unavailable\r\n"),),
        Step.QUIT: (Say(b"221 2.0.0 Bye\r\n"), End.CLOSE),
    },
    capabilities=("SIZE 10240000", "STARTTLS", "ENHANCEDSTATUSCODES"),
)

POLICY = (
    Scenario(
        name="no-ptr-rejected-v6",
        title="the server wants a reverse name, and our own IPv6 address has none",
        hosts=pair(*[Mail(wants_ptr=True)] * 2),
        ourselves=host("probe.example.net", OWN4),
        findings=frozenset({("self-ptr", V6), ("rcpt-rejected", V6), PARITY}),
        parity=Parity.UNTESTABLE,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="rejected-v6-policy",
        title="recipients are refused over IPv6 alone, though our reverse name is in order",
        hosts=pair(ipv6=Mail(refusal="550 5.7.1 Service unavailable; mail over IPv6 is not accepted here")),
        findings=frozenset({("rcpt-rejected", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="rcpt-rate-limited-v6",
        title="over IPv6 we have come too often, they say",
        hosts=pair(ipv6=Mail(refusal="450 4.7.1 Error: too much mail from 2001:db8:9::9")),
        findings=frozenset({("rcpt-rate-limited", V6), PARITY}),
        parity=Parity.UNTESTABLE,
        verdict=Verdict.UNKNOWN,
    ),
    Scenario(
        name="mail-rejected-v6",
        title="over IPv6 the sender is refused",
        hosts=pair(ipv6=Wire({Step.MAIL: (Say(b"550 5.1.0 Sender address rejected\r\n"),)})),
        findings=frozenset({("mail-from-rejected", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="unknown-user-both",
        title="the mailbox does not exist, over both families",
        target="nobody@example.com",
        findings=frozenset({("rcpt-unknown-both", None)}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="greylisted",
        title="strangers are asked to come back later",
        target="user@example.com",
        hosts=pair(*[Mail(greylist=3600.0)] * 2),
        notes=frozenset({"rcpt-greylisted"}),
    ),
    Scenario(
        name="greylisted-passed",
        title="strangers are asked to come back later, and we do",
        target="user@example.com",
        hosts=pair(*[Mail(greylist=0.2)] * 2),
        greylist=120.0,
        deadline=300.0,
        notes=frozenset({"rcpt-greylisted"}),
    ),
    Scenario(
        name="greylisted-v6",
        title="strangers are asked to come back later over IPv6 alone",
        hosts=pair(ipv6=Mail(greylist=3600.0)),
        notes=frozenset({"rcpt-greylisted", "parity-policy"}),
    ),
    Scenario(
        name="postscreen-deep-v6",
        title="over IPv6 we are a stranger still, whom postscreen tests and puts off once",
        hosts=pair(ipv6=_DOORKEEPER),
        notes=frozenset({"rcpt-greylisted", "rcpt-postscreen-deep", "ehlo-caps-postscreen"}),
    ),
)
