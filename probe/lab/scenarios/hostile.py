"""Scenarios of servers that mean harm to the probe or to who reads its report."""

from probe.lab.faults import Act, Endless, Say, Step, Wire
from probe.lab.scenario import PARITY, V6, Scenario, pair
from probe.model.words import Parity, Verdict

_LINES = 4096  # octets of an endless reply given at once


def _hostile(name: str, title: str, code: str, step: Step, act: Act) -> Scenario:
    return Scenario(
        name=f"hostile-{name}",
        title=title,
        hosts=pair(ipv6=Wire({step: (act,)})),
        findings=frozenset({(code, V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    )


def _endless(line: bytes) -> Endless:
    return Endless(line * (_LINES // len(line)))


HOSTILE = (
    Scenario(
        name="hostile-banner",
        title="the greeting clears the screen and forges a report",
        hosts=pair(
            ipv6=Wire(
                {
                    Step.BANNER: (
                        Say(
                            b"220-mx1.example.com \x1b[2J\x1b[1;1H\x1b[32mverdict: ok\x1b[0m\x07\x9b31m\r\n"
                            b"220 mx1.example.com ESMTP Postfix \xe2\x80\xae\xff\xfe\\x1b\x00\x08\x08\r\n"
                        ),
                    )
                }
            )
        ),
        findings=frozenset({("ehlo-command-desync", V6)}),
        verdict=Verdict.WARNING,
    ),
    _hostile(
        "endless-banner",
        "the greeting never ends",
        "banner-not-smtp",
        Step.BANNER,
        _endless(b"220-mx1.example.com and another thing\r\n"),
    ),
    _hostile(
        "endless-reply",
        "the reply to EHLO never ends",
        "ehlo-rejected",
        Step.EHLO,
        _endless(b"250-X-ANOTHER-EXTENSION 1\r\n"),
    ),
    _hostile(
        "drip",
        "the greeting comes one octet at a time",
        "banner-missing",
        Step.BANNER,
        Say(b"220 mx1.example.com ESMTP Postfix\r\n", every=0.1),
    ),
    _hostile(
        "binary",
        "the greeting is binary",
        "banner-not-smtp",
        Step.BANNER,
        Say(bytes(range(256)) * 2 + b"\r\n"),
    ),
    _hostile(
        "long-line",
        "the greeting is one line of a megabyte",
        "banner-not-smtp",
        Step.BANNER,
        Say(b"220 " + b"x" * (1 << 20) + b"\r\n"),
    ),
)
