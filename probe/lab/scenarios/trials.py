"""Scenarios of the tests that take the owner's leave: open relays, catch-alls, STARTTLS and the end of a message."""

from probe.lab.faults import Mail, Wire
from probe.lab.scenario import V6, Scenario, pair
from probe.lab.zones import HOME, mx
from probe.model.words import Purpose, Verdict

_RELAY = (Purpose.RELAY,)
_TESTER = HOME + mx("10 mail.reference.example.net.", domain="example.net")
_LATER = "450 4.2.0 Recipient address rejected: Greylisted, try again in 300 seconds"
_NO_DOMAIN = "450 4.1.2 Recipient address rejected: Domain not found"

TRIALS = (
    Scenario(
        name="relay-closed",
        title="a mailbox elsewhere is refused to strangers, over both families",
        zone=_TESTER,
        trials=_RELAY,
        notes=frozenset({"relay-open"}),
    ),
    Scenario(
        name="relay-closed-for-now",
        title="a mailbox elsewhere is refused with a 4xx that says so, as is Postfix's default",
        zone=_TESTER,
        hosts=pair(*[Mail(elsewhere="454 4.7.1 <tester@example.net>: Relay access denied")] * 2),
        trials=_RELAY,
        notes=frozenset({"relay-open"}),
    ),
    Scenario(
        name="relay-open-v6",
        title="a mailbox elsewhere is taken from strangers over IPv6 alone",
        zone=_TESTER,
        hosts=pair(ipv6=Mail(relays=True)),
        trials=_RELAY,
        findings=frozenset({("relay-open", V6)}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="relay-open",
        title="a mailbox elsewhere is taken from strangers over both families",
        zone=_TESTER,
        hosts=pair(*[Mail(relays=True)] * 2),
        trials=_RELAY,
        findings=frozenset({("relay-open", None)}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="relay-greylisted",
        title="who asks for a mailbox elsewhere is put off, which shows nothing",
        zone=_TESTER,
        hosts=pair(*[Mail(elsewhere=_LATER)] * 2),
        trials=_RELAY,
        findings=frozenset({("relay-open", None)}),
        verdict=Verdict.UNKNOWN,
    ),
    Scenario(
        name="relay-domain-unknown-there-v6",
        title="over IPv6 the server cannot find the domain of the mailbox elsewhere",
        zone=_TESTER,
        hosts=pair(ipv6=Mail(elsewhere=_NO_DOMAIN)),
        trials=_RELAY,
        findings=frozenset({("relay-open", V6)}),
        verdict=Verdict.UNKNOWN,
    ),
    Scenario(
        name="relay-trusted-source",
        title="we are in the server's own network, and it relays for us by right",
        zone=_TESTER,
        hosts=pair(*[Mail(relays=True)] * 2),
        trials=_RELAY,
        trusted_source=True,
        findings=frozenset({("relay-open", None)}),
        verdict=Verdict.UNKNOWN,
    ),
    Scenario(
        name="relay-to-nowhere",
        title="the domain of the mailbox elsewhere does not exist, so nobody is asked",
        trials=_RELAY,
        relay_to="tester@nowhere.example.net",
        findings=frozenset({("relay-test-domain-choice", None)}),
        verdict=Verdict.UNKNOWN,
    ),
    Scenario(
        name="relay-to-itself",
        title="the servers under test are the backup of the mailbox elsewhere, so nobody is asked",
        zone=HOME + mx("10 mail.reference.example.net.", "20 mx1.example.com.", domain="example.net"),
        trials=_RELAY,
        findings=frozenset({("relay-test-domain-choice", None)}),
        verdict=Verdict.UNKNOWN,
    ),
    Scenario(
        name="catchall",
        title="any mailbox is taken, the postmaster's too",
        target="user@example.com",
        hosts=pair(*[Mail(catches_all=True)] * 2),
        trials=(Purpose.CATCHALL,),
        notes=frozenset({"rcpt-catchall", "postmaster-accept"}),
    ),
    Scenario(
        name="catchall-none",
        title="a mailbox nobody has is refused, and the postmaster's is taken",
        trials=(Purpose.CATCHALL,),
        notes=frozenset({"rcpt-catchall", "postmaster-accept"}),
    ),
    Scenario(
        name="postmaster-refused-v6",
        title="over IPv6 the postmaster is refused, and others are not",
        target="user@example.com",
        hosts=pair(ipv6=Mail(mailboxes=("user@example.com",))),
        trials=(Purpose.CATCHALL,),
        findings=frozenset({("postmaster-accept", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="literal-taken",
        title="an address literal in EHLO is taken over both families",
        trials=(Purpose.LITERAL,),
        notes=frozenset({"ehlo-literal-support"}),
    ),
    Scenario(
        name="injection-dropped",
        title="what stands in the clear behind STARTTLS is dropped",
        hosts=pair(*[Wire()] * 2),
        trials=(Purpose.INJECTION,),
        notes=frozenset({"tls-command-injection"}),
    ),
    Scenario(
        name="injection-obeyed-v6",
        title="over IPv6 what stands in the clear behind STARTTLS is obeyed inside TLS",
        hosts=pair(ipv6=Wire(keeps_plaintext=True)),
        trials=(Purpose.INJECTION,),
        findings=frozenset({("tls-command-injection", V6)}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="smuggling-none",
        title="nothing but a dot between CR LF ends a message",
        target="user@example.com",
        trials=(Purpose.SMUGGLING,),
        notes=frozenset({"smuggling-eod"}),
    ),
    Scenario(
        name="smuggling-lf-v6",
        title="over IPv6 a dot between LF and CR LF ends a message",
        target="user@example.com",
        hosts=pair(ipv6=Wire(ends=(b"\n.\r\n",))),
        trials=(Purpose.SMUGGLING,),
        proofs=(),
        findings=frozenset({("smuggling-eod", V6)}),
        verdict=Verdict.CRITICAL,
    ),
)
