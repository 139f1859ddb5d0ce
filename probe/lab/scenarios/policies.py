"""Scenarios of what a domain publishes about TLS: DANE, MTA-STS, and where failures are reported."""

from probe.lab.faults import CAPABILITIES, Certificate, DnsFault, Mail, PathFault, Promise, Web
from probe.lab.scenario import PARITY, V6, Host, Scenario, pair
from probe.lab.zones import HOME, MX4, MX6, POLICY4, POLICY6, host, mx, txt
from probe.model.words import Parity, Verdict

SIGNED = ("example.com",)
OTHER_KEY = Promise(certificate=Certificate.OTHER)
TLSA = ("_25._tcp.mx1.example.com", "TLSA")
ANNOUNCED = txt("_mta-sts.example.com", "v=STSv1; id=20260101T000000")
POLICY_HOST = host("mta-sts.example.com", POLICY6, POLICY4, pointer=False)
POLICY_ZONE = HOME + ANNOUNCED + POLICY_HOST
TWO_NAMES = HOME + mx("20 mx2.example.com.") + host("mx2.example.com", MX6, MX4, pointer=False)
PLAIN = tuple(word for word in CAPABILITIES if word != "STARTTLS")


def policy(mode: str, *hosts: str) -> bytes:
    """A policy's text."""
    lines = ["version: STSv1", f"mode: {mode}", *(f"mx: {name}" for name in hosts), "max_age: 604800"]
    return "\r\n".join([*lines, ""]).encode()


TESTING, ENFORCE = Web(policy("testing", "mx1.example.com")), Web(policy("enforce", "*.example.com"))
LEFT_OUT = Web(policy("enforce", "mail.example.com"))


def served(ipv6: Web | PathFault = TESTING, ipv4: Web | PathFault = TESTING) -> tuple[Host, ...]:
    """The policy host, a behaviour for each family."""
    return (Host(POLICY6, ipv6, port=443), Host(POLICY4, ipv4, port=443))


POLICIES = (
    Scenario(
        name="dane-healthy",
        title="TLSA promises the key that both families show",
        promises=(Promise(),),
        signed=SIGNED,
        trusted=True,
        notes=frozenset({"dane-tlsa-match"}),
    ),
    Scenario(
        name="dane-two-names",
        title="two MX hosts are one machine with a certificate for each name, and TLSA promises both",
        zone=TWO_NAMES,
        hosts=pair(*[Mail(virtual=("mx2.example.com",))] * 2),
        promises=(Promise(), Promise(host="mx2.example.com")),
        signed=SIGNED,
        trusted=True,
        notes=frozenset({"dane-tlsa-match", "tls-sni-dependent"}),
    ),
    Scenario(
        name="dane-two-names-mismatch",
        title="two MX hosts are one machine, and TLSA promises a key for the second that it never shows",
        zone=TWO_NAMES,
        promises=(Promise(), Promise(host="mx2.example.com")),
        signed=SIGNED,
        trusted=True,
        findings=frozenset({("dane-tlsa-mismatch", None)}),
        notes=frozenset({"dane-tlsa-match"}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="dane-rollover",
        title="each family has a key of its own, and TLSA promises both",
        hosts=pair(ipv6=Mail(certificate=Certificate.OTHER)),
        promises=(Promise(), OTHER_KEY),
        signed=SIGNED,
        trusted=True,
        findings=frozenset({("tls-cert-diff", V6), PARITY}),
        notes=frozenset({"dane-tlsa-match"}),
        parity=Parity.DIFFERS,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="dane-self-signed",
        title="TLSA promises a key whose certificate is self-signed, which is enough",
        hosts=pair(*[Mail(certificate=Certificate.SELF_SIGNED)] * 2),
        promises=(Promise(certificate=Certificate.SELF_SIGNED), Promise(usage=1)),
        signed=SIGNED,
        trusted=True,
        notes=frozenset({"dane-tlsa-match", "dane-unusable", "tls-cert-trust"}),
    ),
    Scenario(
        name="dane-authority",
        title="TLSA promises the authority, which is in the chain",
        hosts=pair(*[Mail(whole_chain=True)] * 2),
        promises=(Promise(usage=2, selector=0, matching=2, certificate=None),),
        signed=SIGNED,
        trusted=True,
        notes=frozenset({"dane-tlsa-match"}),
    ),
    Scenario(
        name="dane-authority-name-v6",
        title="TLSA promises the authority, and over IPv6 the certificate is another host's",
        hosts=pair(
            ipv6=Mail(certificate=Certificate.WRONG_NAME, whole_chain=True),
            ipv4=Mail(whole_chain=True),
        ),
        promises=(Promise(usage=2, certificate=None),),
        signed=SIGNED,
        trusted=True,
        findings=frozenset({("dane-tlsa-mismatch", V6), ("tls-cert-diff", V6), PARITY}),
        notes=frozenset({"tls-cert-name", "dane-tlsa-match"}),
        parity=Parity.DIFFERS,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="dane-mismatch-v6",
        title="over IPv6 the key is not the one that TLSA promises",
        hosts=pair(ipv6=Mail(certificate=Certificate.OTHER)),
        promises=(Promise(),),
        signed=SIGNED,
        trusted=True,
        findings=frozenset({("dane-tlsa-mismatch", V6), ("tls-cert-diff", V6), PARITY}),
        notes=frozenset({"dane-tlsa-match"}),
        parity=Parity.DIFFERS,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="dane-mismatch-both",
        title="the key was changed on both families and TLSA was forgotten",
        promises=(OTHER_KEY,),
        signed=SIGNED,
        trusted=True,
        findings=frozenset({("dane-tlsa-mismatch", None)}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="dane-not-known",
        title="TLSA does not fit, but whether it is signed our resolver does not tell",
        promises=(OTHER_KEY,),
        signed=SIGNED,
        notes=frozenset({"dane-unusable"}),
    ),
    Scenario(
        name="dane-unsigned",
        title="TLSA records stand in a zone that is not signed",
        zone=mx("10 mx1.example.net.") + host("mx1.example.net", "2001:db8::25", "192.0.2.25"),
        hosts=pair(*[Mail(names=("mx1.example.net",))] * 2),
        promises=(Promise(host="mx1.example.net"),),
        signed=SIGNED,
        trusted=True,
        findings=frozenset({("dane-unusable", None)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="dane-unusable",
        title="all TLSA records are of usages that mail does not know",
        promises=(Promise(usage=1), Promise(usage=0, certificate=None)),
        signed=SIGNED,
        trusted=True,
        findings=frozenset({("dane-unusable", None)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="dane-lookup-fails",
        title="the name servers answer every question but the one for TLSA",
        dns={TLSA: DnsFault.SERVFAIL},
        signed=SIGNED,
        trusted=True,
        findings=frozenset({("dane-lookup-fail", None)}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="dane-lookup-fails-unsigned",
        title="the question for TLSA fails where nothing is signed, and nobody asks it",
        dns={TLSA: DnsFault.SERVFAIL},
        notes=frozenset({"dane-lookup-fail"}),
    ),
    Scenario(
        name="dane-no-starttls-v6",
        title="TLSA promises a key, and over IPv6 there is no TLS",
        hosts=pair(ipv6=Mail(certificate=None, capabilities=PLAIN)),
        promises=(Promise(),),
        signed=SIGNED,
        trusted=True,
        findings=frozenset({("tls-starttls-missing", V6), ("ehlo-caps-diff", V6), PARITY}),
        notes=frozenset({"dane-tlsa-match"}),
        parity=Parity.DIFFERS,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="sts-testing",
        title="an MTA-STS policy for testing, served over both families",
        zone=POLICY_ZONE + txt("_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:tls@example.com"),
        hosts=(*pair(), *served()),
        notes=frozenset({"mtasts-present", "tlsrpt-present"}),
    ),
    Scenario(
        name="sts-enforced",
        title="an MTA-STS policy in force, and all is as it says",
        zone=POLICY_ZONE,
        hosts=(*pair(), *served(ENFORCE, ENFORCE)),
        notes=frozenset({"mtasts-present"}),
    ),
    Scenario(
        name="sts-testing-certificate",
        title="the certificate is self-signed, and the MTA-STS policy only tests",
        zone=POLICY_ZONE,
        hosts=(*pair(*[Mail(certificate=Certificate.SELF_SIGNED)] * 2), *served()),
        notes=frozenset({"mtasts-present", "tls-cert-trust"}),
    ),
    Scenario(
        name="sts-enforced-certificate",
        title="an MTA-STS policy is in force, and the certificate is self-signed",
        zone=POLICY_ZONE,
        hosts=(*pair(*[Mail(certificate=Certificate.SELF_SIGNED)] * 2), *served(ENFORCE, ENFORCE)),
        findings=frozenset({("tls-cert-trust", None)}),
        notes=frozenset({"mtasts-present"}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="sts-left-out",
        title="an MTA-STS policy is in force that does not list the mail host",
        zone=POLICY_ZONE,
        hosts=(*pair(), *served(LEFT_OUT, LEFT_OUT)),
        findings=frozenset({("mtasts-policy", None)}),
        notes=frozenset({"mtasts-present"}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="sts-missing",
        title="an MTA-STS policy is announced and not there",
        zone=POLICY_ZONE,
        hosts=(*pair(), *served(*[Web(b"not found", 404, "text/html")] * 2)),
        findings=frozenset({("mtasts-policy", None)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="sts-redirected",
        title="the MTA-STS policy is somewhere else, and nobody follows there",
        zone=POLICY_ZONE,
        hosts=(*pair(), *served(*[Web(status=301, location="https://www.example.com/mta-sts.txt")] * 2)),
        findings=frozenset({("mtasts-policy", None)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="sts-wrong-certificate",
        title="the policy host shows another host's certificate",
        zone=POLICY_ZONE,
        hosts=(*pair(), *served(*[Web(TESTING.body, certificate=Certificate.WRONG_NAME)] * 2)),
        findings=frozenset({("mtasts-policy", None)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="sts-refused-v6",
        title="the policy host refuses connections over IPv6",
        zone=POLICY_ZONE,
        hosts=(*pair(), *served(PathFault.REFUSED)),
        findings=frozenset({("mtasts-host", V6)}),
        notes=frozenset({"mtasts-present"}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="sts-differs-v6",
        title="over IPv6 the policy host serves last year's policy",
        zone=POLICY_ZONE,
        hosts=(*pair(), *served(Web(policy("testing", "mx1.example.com", "mx9.example.com")))),
        findings=frozenset({("mtasts-host", V6)}),
        notes=frozenset({"mtasts-present"}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="sts-no-aaaa",
        title="the policy host has no IPv6, which is nobody's fault",
        zone=HOME + ANNOUNCED + host("mta-sts.example.com", POLICY4, pointer=False),
        hosts=(*pair(), *served()[1:]),
        notes=frozenset({"mtasts-present"}),
    ),
    Scenario(
        name="tlsrpt-malformed",
        title="the record for TLS reports names no address",
        zone=HOME + txt("_smtp._tls.example.com", "v=TLSRPTv1; ruf=mailto:tls@example.com"),
        findings=frozenset({("tlsrpt-malformed", None)}),
        verdict=Verdict.WARNING,
    ),
)
