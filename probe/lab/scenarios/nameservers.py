"""Scenarios of name servers: what each of them says itself, the way to them, signatures, wildcards and views."""

from probe.lab.faults import DnsFault, Mail, PathFault, Server
from probe.lab.scenario import PARITY, V4, V6, Host, Scenario, pair
from probe.lab.zones import (
    HOME,
    MX1,
    MX4,
    MX6,
    NS1_4,
    NS1_6,
    NS2_4,
    NS2_6,
    SECOND4,
    SECOND6,
    TOP4,
    TOP6,
    authority,
    host,
    mx,
    served,
)
from probe.model.words import Parity, Verdict

_EVERYWHERE = (NS1_6, NS1_4, NS2_6, NS2_4)
_ONLY4 = mx("10 mx1.example.com.") + host("mx1.example.com", MX4)
_OTHER = "mx1.example.com. 300 IN A 192.0.2.99\n"
# A domain with name servers of its own; its mail host is the one of all scenarios.
_SHOP = (
    authority("shop.com")
    + served("shop.com", "ns1.shop.com", "ns2.shop.com")
    + mx("10 mx1.example.com.", domain="shop.com")
)
_SHOP_NS4 = host("ns1.shop.com", "192.0.2.71", pointer=False) + host("ns2.shop.com", "203.0.113.71", pointer=False)
_SHOP_NS6 = host("ns1.shop.com", "2001:db8:e::1", pointer=False) + host("ns2.shop.com", "2001:db8:f::1", pointer=False)
_SHOP_MAIL = Mail(mailboxes=("postmaster@shop.com",))


def _faulty(fault: DnsFault, *addresses: str) -> dict[str, Server]:
    """These servers fail on the IPv6 address of the mail host."""
    return dict.fromkeys(addresses, Server(dns={("mx1.example.com", "AAAA"): fault}))


NAMESERVERS = (
    Scenario(
        name="ns-aaaa-servfail",
        title="one of two name servers fails when asked for IPv6 addresses",
        servers=_faulty(DnsFault.SERVFAIL, NS1_6, NS1_4),
        findings=frozenset({("dns-aaaa-servfail", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="ns-aaaa-timeout",
        title="one of two name servers is silent when asked for IPv6 addresses",
        servers=_faulty(DnsFault.TIMEOUT, NS1_6, NS1_4),
        findings=frozenset({("dns-aaaa-servfail", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="ns-aaaa-nxdomain",
        title="the name servers say that the mail host does not exist when asked for IPv6",
        servers=_faulty(DnsFault.NXDOMAIN, *_EVERYWHERE),
        findings=frozenset({("dns-aaaa-nxdomain-mismatch", V6)}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="ns-stale-over-v6",
        title="behind the IPv6 address of one name server stands an old copy of the zone",
        servers={NS1_6: Server(records=_OTHER)},
        findings=frozenset({("dns-ns-different-answer", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="ns-geography",
        title="each name server gives the addresses that are near to it",
        servers={NS1_6: Server(records=_OTHER), NS1_4: Server(records=_OTHER)},
    ),
    Scenario(
        name="ns-forgotten-aaaa",
        title="one name server has not heard of the IPv6 address yet",
        servers=dict.fromkeys((NS2_6, NS2_4), Server(lacks=(("mx1.example.com", "AAAA"),))),
        findings=frozenset({("dns-ns-different-answer", None)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="ns-serial-skew",
        title="one name server has not fetched the last change yet",
        servers=dict.fromkeys(
            (NS2_6, NS2_4),
            Server(records="example.com. 3600 IN SOA ns1.example.net. hostmaster.example.net. 2 7200 1800 604800 60"),
        ),
        notes=frozenset({"dns-ns-different-answer"}),
    ),
    Scenario(
        name="ns-lame",
        title="one of two name servers knows nothing of the zone",
        servers=dict.fromkeys((NS2_6, NS2_4), Server(lame=True)),
        findings=frozenset({("dns-ns-lame", None)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="ns-lame-over-v6",
        title="behind the IPv6 address of a name server stands one that knows nothing",
        servers={NS2_6: Server(lame=True)},
        findings=frozenset({("dns-ns-lame", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="ns-no-tcp-over-v6",
        title="a name server takes TCP over IPv4 alone",
        servers={NS1_6: Server(tcp=False)},
        findings=frozenset({("dns-tcp-edns", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="ns-dead-over-v6",
        title="the IPv6 address of one of two name servers is dead",
        servers={NS2_6: Server(dead=True)},
        findings=frozenset({("dns-ns-family", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="ns-ipv6-all-dead",
        title="the IPv6 addresses of all name servers are dead",
        target="shop.com",
        zone=_SHOP + _SHOP_NS4 + _SHOP_NS6 + MX1,
        hosts=pair(_SHOP_MAIL, _SHOP_MAIL),
        servers=dict.fromkeys(("2001:db8:e::1", "2001:db8:f::1"), Server(dead=True)),
        findings=frozenset({("dns-ns-family", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="ns-ipv4-only",
        title="no name server of the domain has an IPv6 address, its mail host has one",
        target="shop.com",
        zone=_SHOP + _SHOP_NS4 + MX1,
        hosts=pair(_SHOP_MAIL, _SHOP_MAIL),
        findings=frozenset({("dns-ns-family", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="ns-glue-ipv4-only",
        title="the zone above tells the IPv4 addresses of the name servers alone",
        target="shop.com",
        zone=_SHOP + _SHOP_NS4 + _SHOP_NS6 + MX1,
        hosts=pair(_SHOP_MAIL, _SHOP_MAIL),
        servers=dict.fromkeys((TOP6, TOP4), Server(lacks=(("ns1.shop.com", "AAAA"), ("ns2.shop.com", "AAAA")))),
        findings=frozenset({("dns-ns-family", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="all-v4",
        title="neither the name servers nor the mail host know of IPv6",
        target="shop.com",
        zone=_SHOP + _SHOP_NS4 + host("mx1.example.com", MX4),
        hosts=(Host(MX4, _SHOP_MAIL),),
        findings=frozenset({("dns-mx-no-aaaa", V6), PARITY}),
        notes=frozenset({"dns-ns-family"}),
        parity=Parity.IPV6_ABSENT,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="bogus-mx",
        title="the signature of the MX records does not hold",
        dns={("example.com", "MX"): DnsFault.BOGUS},
        findings=frozenset({("dns-dnssec-bogus", None), ("dns-mx-servfail", None), PARITY}),
        parity=Parity.UNTESTABLE,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="bogus-aaaa",
        title="the signature of the IPv6 address does not hold, that of the IPv4 address does",
        dns={("mx1.example.com", "AAAA"): DnsFault.BOGUS},
        findings=frozenset({("dns-dnssec-bogus", V6), ("dns-aaaa-servfail", V6), PARITY}),
        parity=Parity.UNTESTABLE,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="wildcard",
        title="every name of the domain leads to the web server",
        zone=HOME + host("*.example.com", "2001:db8::80", "192.0.2.80", pointer=False),
        notes=frozenset({"dns-wildcard-mx"}),
    ),
    Scenario(
        name="wildcard-mx-host",
        title="the second MX host exists by a wildcard alone, which leads to a web server",
        zone=mx("10 mx1.example.com.", "20 mx2.example.com.")
        + MX1
        + host("*.example.com", SECOND6, SECOND4, pointer=False),
        hosts=(*pair(), Host(SECOND6, PathFault.REFUSED), Host(SECOND4, PathFault.REFUSED)),
        findings=frozenset({("dns-wildcard-mx", None), ("tcp-refused", None), PARITY}),
        parity=Parity.DIFFERS,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="hidden-aaaa",
        title="our resolver keeps the IPv6 address from us that all name servers give",
        zone=_ONLY4,
        hosts=(Host(MX4),),
        servers=dict.fromkeys(_EVERYWHERE, Server(records=f"mx1.example.com. 300 IN AAAA {MX6}")),
        findings=frozenset({("dns-split-horizon", V6), PARITY}),
        parity=Parity.UNTESTABLE,
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="inner-view",
        title="our resolver gives the private address of a mail host that has a public one",
        zone=mx("10 mx1.example.com.") + host("mx1.example.com", MX6) + host("mx1.example.com", "10.0.0.25"),
        hosts=(Host(MX6),),
        servers=dict.fromkeys(_EVERYWHERE, Server(records=f"mx1.example.com. 300 IN A {MX4}")),
        findings=frozenset({("dns-split-horizon", V4), ("dns-mx-localhost", V4), PARITY}),
        parity=Parity.IPV4_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
)
