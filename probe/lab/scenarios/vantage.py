"""Scenarios in which something is wrong with ourselves."""

from probe.lab.faults import Mail, PathFault
from probe.lab.scenario import PARITY, V6, Host, Scenario, pair
from probe.lab.zones import MX4, MX6, OWN4, OWN6, REFERENCE6, SECOND6, host, mx
from probe.model.words import Parity, Verdict

_PROXY = Mail(names=("smtp-filter.access.example.org",))

VANTAGE = (
    Scenario(
        name="no-ipv6-here",
        title="this machine has no IPv6",
        own=(OWN4,),
        findings=frozenset({("self-route", V6), PARITY}),
        parity=Parity.UNTESTABLE,
        verdict=Verdict.UNKNOWN,
    ),
    Scenario(
        name="port25-blocked-here",
        title="our own network drops port 25 over IPv6, to whomever it goes",
        hosts=(*pair(ipv6=PathFault.BLACKHOLE), Host(REFERENCE6, PathFault.BLACKHOLE)),
        findings=frozenset({("self-port25-blocked", V6), ("tcp-timeout", V6), PARITY}),
        parity=Parity.UNTESTABLE,
        verdict=Verdict.UNKNOWN,
    ),
    Scenario(
        name="intercepted-here",
        title="one and the same proxy answers for every host",
        hosts=(
            Host(MX6, _PROXY),
            Host(SECOND6, PathFault.BLACKHOLE),
            Host(MX4, _PROXY),
            Host(REFERENCE6, _PROXY),
        ),
        zone=mx("10 mx1.example.com.") + host("mx1.example.com", MX6, SECOND6, MX4),
        findings=frozenset(
            {
                ("self-transparent-proxy", V6),
                ("tcp-timeout", V6),
                ("tcp-all-addresses", V6),
                PARITY,
            }
        ),
        parity=Parity.DIFFERS,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="no-ptr-here",
        title="our own IPv6 address has no reverse name, and nobody minds",
        ourselves=host("probe.example.net", OWN6, pointer=False) + host("probe.example.net", OWN4),
        notes=frozenset({"self-ptr"}),
    ),
    Scenario(
        name="temporary-source",
        title="we speak from a temporary IPv6 address, and nobody minds",
        temporary=True,
        notes=frozenset({"self-source-temp-addr"}),
    ),
    Scenario(
        name="behind-nat",
        title="our IPv4 address is private and translated on the way, as it is in most homes",
        target="user@example.com",
        own=(OWN6, "192.168.6.9"),
        hosts=pair(Mail(echo=True), Mail(echo=True, seen_as=OWN4)),
    ),
)
