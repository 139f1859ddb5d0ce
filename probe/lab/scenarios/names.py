"""Scenarios of the domain name system: what is published, and how look-ups fail."""

from probe.lab.faults import DnsFault, Mail, PathFault
from probe.lab.scenario import PARITY, V4, V6, Host, Scenario, pair
from probe.lab.zones import (
    DEAD_NAMESERVER,
    HOME,
    MX1,
    MX4,
    MX6,
    NAMESERVER,
    SECOND4,
    SECOND6,
    alias,
    host,
    mx,
)
from probe.model.words import Parity, Verdict

_MX2 = Mail(names=("mx2.example.com",))
_TWO = mx("10 mx1.example.com.", "20 mx2.example.com.")
_CROWD = tuple(f"2001:db8::{number}" for number in range(61, 67))
_ONLY4 = mx("10 mx1.example.com.") + host("mx1.example.com", MX4)

NAMES = (
    Scenario(
        name="no-aaaa",
        title="the only MX host has no IPv6 address",
        zone=_ONLY4,
        hosts=(Host(MX4),),
        findings=frozenset({("dns-mx-no-aaaa", V6), PARITY}),
        parity=Parity.IPV6_ABSENT,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="no-a",
        title="the only MX host has no IPv4 address",
        zone=mx("10 mx1.example.com.") + host("mx1.example.com", MX6),
        hosts=(Host(MX6),),
        findings=frozenset({("dns-mx-no-a", V4), PARITY}),
        parity=Parity.IPV4_ABSENT,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="partial-aaaa",
        title="the best MX host has IPv4 alone, the backup has both",
        zone=_TWO + host("mx1.example.com", MX4) + host("mx2.example.com", SECOND6, SECOND4),
        hosts=(Host(MX4), Host(SECOND6, _MX2), Host(SECOND4, _MX2)),
        findings=frozenset({("dns-mx-partial-aaaa", V6), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="families-apart",
        title="IPv6 has a host of its own at the best preference, IPv4 one at a worse",
        zone=_TWO + host("mx1.example.com", MX6) + host("mx2.example.com", SECOND4),
        hosts=(Host(MX6), Host(SECOND4, _MX2)),
        findings=frozenset({("dns-mx-pref-family-trap", V6), ("dns-mx-no-a", V4), ("dns-mx-partial-aaaa", V6), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="one-ipv6-for-two",
        title="two MX hosts share one machine over IPv6, and have their own over IPv4",
        zone=_TWO + MX1 + host("mx2.example.com", MX6, SECOND4),
        hosts=(*pair(), Host(SECOND4)),
        notes=frozenset({"dns-dup-mx-same-host"}),
    ),
    Scenario(
        name="crowd-of-aaaa",
        title="six IPv6 addresses, none of which answers, come before the IPv4 one",
        zone=mx("10 mx1.example.com.") + host("mx1.example.com", *_CROWD, MX4),
        hosts=(*(Host(address, PathFault.REFUSED) for address in _CROWD), Host(MX4)),
        findings=frozenset({("dns-mx-address-limit", V6), ("tcp-refused", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="null-mx",
        title="the domain says that it takes no mail (RFC 7505)",
        zone=mx("0 .") + host("example.com", MX6, MX4),
        notes=frozenset({"dns-null-mx"}),
        parity=Parity.NO_MAIL,
    ),
    Scenario(
        name="null-mx-mixed",
        title="a null MX stands among real ones",
        zone=mx("0 .", "10 mx1.example.com.") + MX1,
        findings=frozenset({("dns-null-mx", None)}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="no-mx",
        title="no MX record: the domain's own addresses take the mail",
        zone=host("example.com", MX6, MX4),
        hosts=pair(Mail(names=("example.com",)), Mail(names=("example.com",))),
        findings=frozenset({("dns-mx-present", None)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="nxdomain",
        title="the domain does not exist",
        target="gone.example.com",
        findings=frozenset({("dns-domain-exists", None)}),
        parity=Parity.NO_MAIL,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="cname-mx",
        title="the MX record names an alias",
        zone=mx("10 mail.example.com.") + alias("mail.example.com", "mx1.example.com") + MX1,
        findings=frozenset({("dns-mx-cname", None)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="mx-literal",
        title="the second MX record holds an address where a name belongs",
        zone=mx("10 mx1.example.com.", "20 192.0.2.26.") + MX1,
        findings=frozenset({("dns-mx-ip-literal", None)}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="mx-localhost",
        title="the second MX record names localhost",
        zone=mx("10 mx1.example.com.", "20 localhost.") + MX1 + host("localhost", "::1", "127.0.0.1"),
        findings=frozenset({("dns-mx-localhost", None)}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="dangling-mx",
        title="the second MX host has no address at all",
        zone=_TWO + MX1,
        findings=frozenset({("dns-mx-no-address", None)}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="special-aaaa",
        title="the IPv6 addresses are a local one and a 6to4 one",
        zone=mx("10 mx1.example.com.") + host("mx1.example.com", "fd00::25", "2002:c000:219::25", MX4),
        hosts=(Host(MX4),),
        findings=frozenset({("dns-aaaa-special", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="no-ptr",
        title="the MX host's IPv6 address has no reverse name",
        zone=mx("10 mx1.example.com.") + host("mx1.example.com", MX6, pointer=False) + host("mx1.example.com", MX4),
        notes=frozenset({"dns-mx-ptr"}),
    ),
    Scenario(
        name="servfail-mx",
        title="the MX look-up fails",
        dns={("example.com", "MX"): DnsFault.SERVFAIL},
        findings=frozenset({("dns-mx-servfail", None), PARITY}),
        parity=Parity.UNTESTABLE,
        verdict=Verdict.UNKNOWN,
    ),
    Scenario(
        name="servfail-aaaa",
        title="the look-up of IPv6 addresses fails, that of IPv4 addresses does not",
        dns={("mx1.example.com", "AAAA"): DnsFault.SERVFAIL},
        findings=frozenset({("dns-aaaa-servfail", V6), PARITY}),
        parity=Parity.UNTESTABLE,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="dns64",
        title="our own resolver makes up the IPv6 address of an IPv4-only host",
        zone=_ONLY4,
        hosts=(Host(MX4), Host("64:ff9b::c000:219", PathFault.UNREACHABLE)),
        dns64="64:ff9b::/96",
        findings=frozenset({("self-nat64", V6), ("dns-mx-no-aaaa", V6), PARITY}),
        parity=Parity.IPV6_ABSENT,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="dead-nameserver",
        title="the first of our two name servers is dead",
        nameservers=(DEAD_NAMESERVER, NAMESERVER),
    ),
    Scenario(
        name="truncated-dns",
        title="answers do not fit into UDP: the resolver must ask again over TCP",
        dns={("example.com", "MX"): DnsFault.TRUNCATED, ("mx1.example.com", "AAAA"): DnsFault.TRUNCATED},
    ),
    Scenario(
        name="old-nameserver",
        title="the name server does not know EDNS",
        dns={
            (name, rrtype): DnsFault.FORMERR
            for name in ("example.com", "mx1.example.com")
            for rrtype in ("MX", "AAAA", "A")
        },
        zone=HOME,
    ),
)
