"""Scenarios of the conversation before the envelope: greetings, EHLO, and hang-ups at every stage."""

from probe.lab.faults import CAPABILITIES, SOFTWARE, Certificate, End, Mail, Say, Step, Wait, Wire
from probe.lab.scenario import PARITY, V6, Found, Scenario, pair
from probe.model.words import Parity, Verdict

_GREETING = f"mx1.example.com {SOFTWARE}".encode()
_TEASER = Wire({Step.BANNER: (Say(b"220-" + _GREETING + b"\r\n"), Wait(0.2), Say(b"220 " + _GREETING + b"\r\n"))})
_SMALLER = "SIZE 1000000"
_HELO_ONLY = Wire({Step.EHLO: (Say(b"502 5.5.1 Error: command not implemented\r\n"),)})


def _v6_broken(code: str) -> Found:
    return frozenset({(code, V6), PARITY})


def _hangup(step: Step, code: str, target: str = "example.com") -> Scenario:
    return Scenario(
        name=f"hangup-{step}-v6",
        title=f"over IPv6 the server hangs up at {step.upper()}",
        target=target,
        hosts=pair(ipv6=Wire({step: (End.CLOSE,)})),
        findings=_v6_broken(code),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    )


SESSIONS = (
    Scenario(
        name="banner-name",
        title="over IPv6 the server greets with another name, and that is all",
        hosts=pair(ipv6=Wire({Step.BANNER: (Say(b"220 mx1-v6.example.com ESMTP Postfix\r\n"),)})),
        notes=frozenset({"banner-name-mismatch"}),
    ),
    Scenario(
        name="pool",
        title="a pool of machines greets with a new name each time, over both families",
        hosts=pair(*[Mail(names=tuple(f"mx1-{letter}.example.com" for letter in "abcdefg"))] * 2),
        notes=frozenset({"banner-name-mismatch", "parity-backend-pool"}),
    ),
    Scenario(
        name="greets-as-localhost",
        title="the server greets as localhost.localdomain, which matters when it sends",
        hosts=pair(*[Mail(names=("localhost.localdomain",))] * 2),
        notes=frozenset({"banner-name-dns"}),
    ),
    Scenario(
        name="other-machine-v6",
        title="an older machine answers over IPv6: name, capabilities and certificate differ",
        hosts=pair(
            ipv6=Mail(
                names=("old.example.com",),
                capabilities=tuple(text for text in CAPABILITIES if text != "8BITMIME"),
                certificate=Certificate.OTHER,
            )
        ),
        findings=frozenset(
            {
                ("banner-name-mismatch", V6),
                ("ehlo-caps-diff", V6),
                ("tls-cert-diff", V6),
                ("parity-host-identity", None),
                PARITY,
            }
        ),
        notes=frozenset({"tls-cert-name"}),
        parity=Parity.DIFFERS,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="other-software-v6",
        title="over IPv6 another mail server greets, by the same name",
        hosts=pair(ipv6=Mail(software="ESMTP Exim 4.96")),
        findings=frozenset({("parity-host-identity", None)}),
        notes=frozenset({"parity-mta-software"}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="bare-lf-v6",
        title="over IPv6 a filter answers MAIL, and does not know how lines end",
        hosts=pair(ipv6=Wire({Step.MAIL: (Say(b"250 2.1.0 Ok\n"),)})),
        findings=frozenset({("ehlo-command-desync", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="auth-in-clear",
        title="passwords are taken before TLS, on port 25",
        hosts=pair(*[Mail(capabilities=(*CAPABILITIES, "AUTH PLAIN LOGIN"))] * 2),
        findings=frozenset({("auth-on-25", None)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="size-differs-v6",
        title="over IPv6 the server takes smaller messages",
        hosts=pair(
            ipv6=Mail(capabilities=tuple(_SMALLER if text.startswith("SIZE") else text for text in CAPABILITIES))
        ),
        notes=frozenset({"size-diff", "ehlo-caps-diff"}),
    ),
    Scenario(
        name="postscreen-teaser",
        title="the greeting comes in two parts with a pause between, to catch talkers",
        hosts=pair(_TEASER, _TEASER),
        notes=frozenset({"banner-teaser"}),
    ),
    Scenario(
        name="slow-banner-v6",
        title="over IPv6 the greeting keeps us waiting",
        hosts=pair(ipv6=Wire({Step.BANNER: (Wait(0.7), Say(b"220 " + _GREETING + b"\r\n"))})),
        notes=frozenset({"banner-delay"}),
    ),
    Scenario(
        name="mute-v6",
        title="over IPv6 the connection opens and nobody greets",
        hosts=pair(ipv6=Wire({Step.BANNER: (End.MUTE,)})),
        findings=_v6_broken("banner-missing"),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="rate-limited-v6",
        title="over IPv6 the greeting is a 421: too many connections",
        hosts=pair(
            ipv6=Wire(
                {
                    Step.BANNER: (
                        Say(b"421 4.7.0 mx1.example.com Error: too many connections from 2001:db8:9::9\r\n"),
                        End.CLOSE,
                    )
                }
            )
        ),
        findings=_v6_broken("banner-4xx-5xx"),
        parity=Parity.UNTESTABLE,
        verdict=Verdict.UNKNOWN,
    ),
    Scenario(
        name="greeting-554-v6",
        title="over IPv6 the greeting is a refusal",
        hosts=pair(ipv6=Wire({Step.BANNER: (Say(b"554 5.3.2 mx1.example.com No SMTP service here\r\n"),)})),
        findings=_v6_broken("banner-4xx-5xx"),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="http-on-25-v6",
        title="over IPv6 a web server answers on port 25",
        hosts=pair(
            ipv6=Wire(
                {
                    Step.BANNER: (
                        Say(b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nConnection: close\r\n\r\n"),
                        End.CLOSE,
                    )
                }
            )
        ),
        findings=_v6_broken("banner-not-smtp"),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="helo-only",
        title="the server knows HELO but not EHLO",
        hosts=pair(_HELO_ONLY, _HELO_ONLY),
        findings=frozenset({("ehlo-rejected", None)}),
        verdict=Verdict.WARNING,
    ),
    _hangup(Step.BANNER, "banner-missing"),
    _hangup(Step.EHLO, "ehlo-rejected"),
    _hangup(Step.MAIL, "mail-from-rejected"),
    _hangup(Step.RCPT, "rcpt-rejected"),
    _hangup(Step.DATA, "data-rejected", target="user@example.com"),
)
