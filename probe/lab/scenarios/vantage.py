"""Scenarios in which something is wrong with ourselves."""

from probe.lab.faults import Mail
from probe.lab.scenario import PARITY, V6, Scenario, pair
from probe.lab.zones import OWN4, OWN6, host
from probe.model.words import Parity, Verdict

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
