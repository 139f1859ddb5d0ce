"""Who answers for what in the lab, and how each server can be made to fail."""

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest

from probe.lab.authorities import Authorities
from probe.lab.faults import DnsFault, Server
from probe.lab.zones import (
    ELSEWHERE,
    HOME,
    MX6,
    NAMESERVER,
    NS1_4,
    NS1_6,
    NS2_6,
    ROOT4,
    ROOT6,
    TOP6,
    alias,
    authority,
    host,
    served,
)
from probe.model.network import Transport

SHOP = authority("shop.com") + served("shop.com", "ns1.shop.com") + host("ns1.shop.com", "2001:db8:e::1", pointer=False)
ZONE = ELSEWHERE + HOME + SHOP


def ask(
    name: str,
    rrtype: str,
    server: str = NS1_6,
    fault: Server | None = None,
    transport: Transport = Transport.UDP,
    zone: str = ZONE,
) -> dns.message.Message:
    query = dns.message.make_query(name, rrtype, use_edns=0, payload=1232)
    wire = Authorities(zone, servers={server: fault} if fault else {}).answer(server, query.to_wire(), transport)
    assert wire is not None
    answer = dns.message.from_wire(wire)
    assert query.is_response(answer)
    assert not answer.flags & dns.flags.RA
    return answer


def texts(section: list[dns.rrset.RRset]) -> set[str]:
    return {f"{rrset.name} {dns.rdatatype.to_text(rrset.rdtype)} {rdata}" for rrset in section for rdata in rrset}


def test_servers_stand_where_ns_records_lead() -> None:
    servers = Authorities(ZONE)
    assert all(servers.stands_at(address) for address in (ROOT6, ROOT4, TOP6, NS1_6, NS1_4, "2001:db8:e::1"))
    assert not any(servers.stands_at(address) for address in (NAMESERVER, MX6))


def test_records_come_with_authority() -> None:
    answer = ask("mx1.example.com", "AAAA")
    assert answer.flags & dns.flags.AA
    assert texts(answer.answer) == {f"mx1.example.com. AAAA {MX6}"}


def test_denials_come_with_the_soa() -> None:
    for name, rcode in (("mx1.example.com", dns.rcode.NOERROR), ("gone.example.com", dns.rcode.NXDOMAIN)):
        answer = ask(name, "TXT")
        assert (answer.rcode(), bool(answer.flags & dns.flags.AA)) == (rcode, True)
        assert answer.authority[0].rdtype == dns.rdatatype.SOA


def test_the_way_down_with_glue_where_the_zone_may_give_it() -> None:
    answer = ask("www.shop.com", "A", TOP6)
    assert not answer.flags & dns.flags.AA
    assert texts(answer.authority) == {"shop.com. NS ns1.shop.com."}
    assert texts(answer.additional) == {"ns1.shop.com. AAAA 2001:db8:e::1"}
    assert ask("example.com", "MX", ROOT6).authority[0].name.to_text() == "com."


def test_what_is_not_theirs_they_refuse() -> None:
    assert ask("shop.com", "SOA", NS1_6).rcode() == dns.rcode.REFUSED


def test_aliases_within_the_zone_are_followed() -> None:
    answer = ask("mail.example.com", "AAAA", zone=ZONE + alias("mail.example.com", "mx1.example.com"))
    assert texts(answer.answer) == {"mail.example.com. CNAME mx1.example.com.", f"mx1.example.com. AAAA {MX6}"}


def test_a_wildcard_answers_for_names_that_are_not_there() -> None:
    zone = ZONE + host("*.example.com", "2001:db8::80", pointer=False)
    assert texts(ask("any.example.com", "AAAA", zone=zone).answer) == {"any.example.com. AAAA 2001:db8::80"}
    assert ask("any.example.com", "MX", zone=zone).rcode() == dns.rcode.NOERROR
    assert texts(ask("mx1.example.com", "AAAA", zone=zone).answer) == {f"mx1.example.com. AAAA {MX6}"}


@pytest.mark.parametrize(
    ("fault", "rcode"),
    [
        (DnsFault.SERVFAIL, dns.rcode.SERVFAIL),
        (DnsFault.REFUSED, dns.rcode.REFUSED),
        (DnsFault.NXDOMAIN, dns.rcode.NXDOMAIN),
    ],
)
def test_faults_of_one_question_at_one_address(fault: DnsFault, rcode: dns.rcode.Rcode) -> None:
    ill = Server(dns={("mx1.example.com", "AAAA"): fault})
    assert ask("mx1.example.com", "AAAA", fault=ill).rcode() == rcode
    assert ask("mx1.example.com", "A", fault=ill).rcode() == dns.rcode.NOERROR
    assert ask("mx1.example.com", "AAAA", NS2_6).rcode() == dns.rcode.NOERROR


def test_silence() -> None:
    query = dns.message.make_query("example.com", "MX").to_wire()
    for server in (Server(dead=True), Server(dns={("example.com", "MX"): DnsFault.TIMEOUT})):
        assert Authorities(ZONE, servers={NS1_6: server}).answer(NS1_6, query, Transport.UDP) is None


def test_truncated_over_udp_alone() -> None:
    cut = Server(dns={("example.com", "MX"): DnsFault.TRUNCATED})
    assert ask("example.com", "MX", fault=cut).flags & dns.flags.TC
    assert ask("example.com", "MX", fault=cut, transport=Transport.TCP).answer


def test_a_server_from_before_edns() -> None:
    answer = ask("example.com", "MX", fault=Server(dns={("example.com", "MX"): DnsFault.FORMERR}))
    assert (answer.rcode(), answer.edns) == (dns.rcode.FORMERR, -1)


def test_a_server_may_know_nothing_or_other_things() -> None:
    assert ask("example.com", "SOA", fault=Server(lame=True)).rcode() == dns.rcode.REFUSED
    other = Server(records="mx1.example.com. 60 IN A 192.0.2.99", lacks=(("mx1.example.com", "AAAA"),))
    assert texts(ask("mx1.example.com", "A", fault=other).answer) == {"mx1.example.com. A 192.0.2.99"}
    assert ask("mx1.example.com", "AAAA", fault=other).answer == []


def test_tcp_may_be_closed() -> None:
    servers = Authorities(ZONE, servers={NS1_6: Server(tcp=False)})
    assert not servers.speaks_tcp(NS1_6)
    assert servers.speaks_tcp(NS1_4)
