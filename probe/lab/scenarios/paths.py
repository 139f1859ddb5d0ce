"""Scenarios of the way there: refused, dropped, turned back, slow."""

from probe.lab.faults import CAPABILITIES, Mail, PathFault, Wire
from probe.lab.scenario import PARITY, V4, V6, Host, Scenario, pair
from probe.lab.zones import MX4, MX6, SECOND6, host, mx
from probe.model.words import Parity, Verdict

_WORDY = (*CAPABILITIES, *(f"XFEATURE{number:02} {'of-no-use-' * 4}" for number in range(30)))
_NOBODYS = "2d01:db8::25"

PATHS = (
    Scenario(
        name="v6-refused",
        title="nothing listens on port 25 over IPv6",
        hosts=pair(ipv6=PathFault.REFUSED),
        findings=frozenset({("tcp-refused", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="v6-blackhole",
        title="a firewall drops port 25 over IPv6; elsewhere it is proven to get out",
        hosts=pair(ipv6=PathFault.BLACKHOLE),
        findings=frozenset({("tcp-timeout", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="v6-blackhole-unproven",
        title="no answer over IPv6, and no proof that our own network lets port 25 out",
        hosts=pair(ipv6=PathFault.BLACKHOLE),
        references=(),
        findings=frozenset({("tcp-timeout", V6), PARITY}),
        parity=Parity.UNTESTABLE,
        verdict=Verdict.UNKNOWN,
    ),
    Scenario(
        name="v6-unreachable",
        title="a router says that the IPv6 address cannot be reached",
        hosts=pair(ipv6=PathFault.UNREACHABLE),
        findings=frozenset({("tcp-unreachable", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="v6-unrouted",
        title="the AAAA record holds an address out of space that was given to nobody",
        zone=mx("10 mx1.example.com.") + host("mx1.example.com", _NOBODYS, MX4, pointer=False),
        hosts=(Host(_NOBODYS, PathFault.UNREACHABLE), Host(MX4)),
        findings=frozenset({("tcp-unreachable", V6), ("dns-aaaa-unrouted", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="v6-prohibited",
        title="a router says that port 25 over IPv6 is prohibited",
        hosts=pair(ipv6=PathFault.PROHIBITED),
        findings=frozenset({("tcp-unreachable", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="one-dead-aaaa",
        title="one of two IPv6 addresses refuses",
        zone=mx("10 mx1.example.com.") + host("mx1.example.com", MX6, SECOND6, MX4),
        hosts=(Host(MX6), Host(SECOND6, PathFault.REFUSED), Host(MX4)),
        findings=frozenset({("tcp-refused", V6), ("tcp-all-addresses", V6), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="slow-v6",
        title="the way over IPv6 takes far longer",
        hosts=(Host(MX6, Mail(), delay=0.45), Host(MX4)),
        findings=frozenset({("tcp-latency-gap", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="large-lost-v6",
        title="over IPv6 large packets are lost on the way from the host, and nobody says so",
        hosts=pair(ipv6=Wire(loses_large=True)),
        findings=frozenset({("pmtud-blackhole-in", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="large-lost-ehlo",
        title="over IPv6 a long reply to EHLO is lost on the way, short ones are not",
        hosts=pair(*[Wire(capabilities=_WORDY, loses_large=large) for large in (True, False)]),
        findings=frozenset({("pmtud-blackhole-in", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="v4-refused",
        title="nothing listens on port 25 over IPv4",
        hosts=pair(ipv4=PathFault.REFUSED),
        findings=frozenset({("tcp-refused", V4), PARITY}),
        parity=Parity.IPV4_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="both-broken",
        title="nothing listens on port 25 at all",
        hosts=pair(PathFault.REFUSED, PathFault.REFUSED),
        findings=frozenset({("tcp-refused", None), PARITY}),
        parity=Parity.BOTH_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
)
