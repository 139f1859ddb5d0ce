"""Scenarios of commands that come together (RFC 2920): who stands that, and who only says so."""

from probe.lab.faults import Grouped, Mail, Wire
from probe.lab.scenario import PARITY, V6, Scenario, pair
from probe.model.settings import Pipelining
from probe.model.words import Parity, Verdict

_TARGET = "user@example.com"


def _broken(name: str, title: str, how: Grouped, target: str = "example.com") -> Scenario:
    return Scenario(
        name=f"pipelining-{name}-v6",
        title=title,
        target=target,
        hosts=pair(ipv6=Wire(grouped=how)),
        pipelining=Pipelining.AUTO,
        findings=frozenset({("ehlo-pipelining-broken", V6), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.WARNING,
    )


PIPELINING = (
    Scenario(
        name="pipelining-healthy",
        title="the envelope is sent together, over both families, and every command is answered",
        pipelining=Pipelining.AUTO,
    ),
    Scenario(
        name="pipelining-delivered",
        title="envelope and DATA are sent together; both messages arrive",
        target=_TARGET,
        pipelining=Pipelining.AUTO,
        notes=frozenset({"rt-received-family"}),
    ),
    Scenario(
        name="pipelining-unknown-user",
        title="commands are sent together to a mailbox that does not exist",
        target="nobody@example.com",
        pipelining=Pipelining.AUTO,
        findings=frozenset({("rcpt-unknown-both", None)}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="pipelining-greylisted",
        title="commands are sent together to a server that puts strangers off",
        target=_TARGET,
        hosts=pair(*[Mail(greylist=3600.0)] * 2),
        pipelining=Pipelining.AUTO,
        notes=frozenset({"rcpt-greylisted"}),
    ),
    Scenario(
        name="pipelining-not-asked",
        title="over IPv6 the server stands no commands together, and gets one at a time",
        hosts=pair(ipv6=Wire(grouped=Grouped.CLOSES)),
    ),
    _broken(
        "lost", "over IPv6 a firewall in front reads one command a packet and loses the others", Grouped.LOSES_REST
    ),
    _broken(
        "second-lost", "over IPv6 the second of several commands is lost, and all replies shift", Grouped.LOSES_SECOND
    ),
    _broken("closed", "over IPv6 the server hangs up when commands come together", Grouped.CLOSES),
    _broken("refused", "over IPv6 commands that come together are refused", Grouped.REFUSES),
)
