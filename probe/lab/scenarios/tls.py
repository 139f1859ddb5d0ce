"""Scenarios of STARTTLS: missing, refused, broken, and certificates that differ."""

from probe.lab.faults import CAPABILITIES, READY, Certificate, End, Mail, Say, Step, Wait, Wire
from probe.lab.scenario import PARITY, V6, Scenario, pair
from probe.model.words import Parity, Verdict

TLS = (
    Scenario(
        name="no-starttls-v6",
        title="STARTTLS is offered over IPv4 alone",
        hosts=pair(
            ipv6=Mail(certificate=None, capabilities=tuple(text for text in CAPABILITIES if text != "STARTTLS"))
        ),
        findings=frozenset({("tls-starttls-missing", V6), ("ehlo-caps-diff", V6), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="starttls-refused-v6",
        title="over IPv6 STARTTLS is offered and then refused",
        hosts=pair(ipv6=Wire({Step.STARTTLS: (Say(b"454 4.7.0 TLS not available due to local problem\r\n"),)})),
        findings=frozenset({("tls-starttls-refused", V6), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="tls-garbage-v6",
        title="over IPv6 what follows STARTTLS is not TLS",
        hosts=pair(
            ipv6=Wire({Step.STARTTLS: (READY, Wait(0.05), Say(b"\x16\x03\x01\x00\x02garbage\xff\x00" * 4), End.MUTE)})
        ),
        findings=frozenset({("tls-starttls-refused", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="starttls-injected-v6",
        title="over IPv6 somebody adds words in the clear behind the reply to STARTTLS",
        hosts=pair(ipv6=Wire({Step.STARTTLS: (Say(READY.data + b"250 2.0.0 \x1b[2Jwelcome\r\n"), End.HANDSHAKE)})),
        findings=frozenset({("tls-response-injection", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="tls-hang-v6",
        title="over IPv6 the TLS handshake hangs",
        hosts=pair(ipv6=Wire({Step.STARTTLS: (READY, End.MUTE)})),
        findings=frozenset({("tls-handshake-hang", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="wrong-certificate-v6",
        title="over IPv6 the certificate is that of another host",
        hosts=pair(ipv6=Mail(certificate=Certificate.WRONG_NAME)),
        findings=frozenset({("tls-cert-diff", V6), PARITY}),
        notes=frozenset({"tls-cert-name"}),
        parity=Parity.DIFFERS,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="other-certificate-v6",
        title="the certificate was renewed for IPv4 alone; both are valid",
        hosts=pair(ipv6=Mail(certificate=Certificate.OTHER)),
        findings=frozenset({("tls-cert-diff", V6), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="expired-v6",
        title="over IPv6 the certificate has expired",
        hosts=pair(ipv6=Mail(certificate=Certificate.EXPIRED)),
        findings=frozenset({("tls-cert-expiry", V6), ("tls-cert-diff", V6), PARITY}),
        notes=frozenset({"tls-cert-trust"}),
        parity=Parity.DIFFERS,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="expiring",
        title="the certificate expires in ten days",
        hosts=pair(*[Mail(certificate=Certificate.EXPIRING)] * 2),
        findings=frozenset({("tls-cert-expiry", None)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="old-tls-v6",
        title="TLS 1.3 is spoken over IPv4 alone",
        hosts=pair(ipv6=Mail(tls13=False)),
        findings=frozenset({("tls-version-diff", V6), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="self-signed",
        title="the certificate is self-signed, over both families",
        hosts=pair(*[Mail(certificate=Certificate.SELF_SIGNED)] * 2),
        notes=frozenset({"tls-cert-trust"}),
    ),
)
