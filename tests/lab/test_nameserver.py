import dns.edns
import dns.flags
import dns.message
import dns.rcode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.lab.faults import DnsFault
from probe.lab.nameserver import Nameserver
from probe.lab.zones import ELSEWHERE, HOME, MX4, MX6, OURSELVES, alias, host, mx
from probe.model.network import Transport

ZONE = ELSEWHERE + OURSELVES + HOME


def ask(
    server: Nameserver, name: str, rrtype: str, transport: Transport = Transport.UDP, edns: bool = True
) -> dns.message.Message:
    query = dns.message.make_query(name, rrtype, use_edns=0 if edns else -1, payload=1232)
    wire = server.answer(query.to_wire(), transport)
    assert wire is not None
    answer = dns.message.from_wire(wire)
    assert query.is_response(answer)
    return answer


def texts(message: dns.message.Message) -> list[str]:
    return sorted(rdata.to_text() for rrset in message.answer for rdata in rrset)


def faulty(fault: DnsFault) -> Nameserver:
    return Nameserver(ZONE, {("mx1.example.com", "AAAA"): fault})


def test_what_is_published_is_answered() -> None:
    server = Nameserver(ZONE)
    assert texts(ask(server, "example.com", "MX")) == ["10 mx1.example.com."]
    assert texts(ask(server, "mx1.example.com", "AAAA")) == [MX6]
    assert texts(ask(server, "MX1.Example.COM", "A")) == [MX4]
    assert ask(server, "example.com", "MX").flags & dns.flags.RA


@pytest.mark.parametrize(
    ("name", "rrtype", "rcode"),
    [
        ("mx1.example.com", "TXT", dns.rcode.NOERROR),
        ("example.com", "A", dns.rcode.NOERROR),
        ("reference.example.net", "A", dns.rcode.NOERROR),  # an empty non-terminal exists (RFC 8020)
        ("gone.example.com", "MX", dns.rcode.NXDOMAIN),
    ],
)
def test_no_data_and_no_name_are_told_apart_and_denied_by_the_soa(
    name: str, rrtype: str, rcode: dns.rcode.Rcode
) -> None:
    answer = ask(Nameserver(ZONE), name, rrtype)
    assert answer.rcode() == rcode
    assert texts(answer) == []
    assert answer.authority[0].rdtype == dns.rdatatype.SOA


def test_reverse_names_are_those_of_the_hosts() -> None:
    server = Nameserver(ZONE)
    reverse = "5.2.0.0" + ".0" * 20 + ".8.b.d.0.1.0.0.2.ip6.arpa"
    assert texts(ask(server, reverse, "PTR")) == ["mx1.example.com."]
    assert texts(ask(server, "25.2.0.192.in-addr.arpa", "PTR")) == ["mx1.example.com."]


def test_an_alias_is_followed_and_shown() -> None:
    server = Nameserver(ZONE + alias("mail.example.com", "mx1.example.com"))
    answer = ask(server, "mail.example.com", "AAAA")
    assert texts(answer) == [MX6, "mx1.example.com."]
    assert len(answer.answer) == 2


def test_an_alias_to_nowhere_and_one_to_itself_end() -> None:
    server = Nameserver(alias("a.example.com", "gone.example.com") + alias("b.example.com", "b.example.com"))
    assert ask(server, "a.example.com", "A").rcode() == dns.rcode.NXDOMAIN
    assert ask(server, "b.example.com", "A").rcode() == dns.rcode.NOERROR


@pytest.mark.parametrize(
    ("fault", "rcode"),
    [
        (DnsFault.SERVFAIL, dns.rcode.SERVFAIL),
        (DnsFault.BOGUS, dns.rcode.SERVFAIL),
        (DnsFault.REFUSED, dns.rcode.REFUSED),
        (DnsFault.NXDOMAIN, dns.rcode.NXDOMAIN),
        (DnsFault.FORMERR, dns.rcode.FORMERR),
    ],
)
def test_a_fault_strikes_its_name_and_type_alone(fault: DnsFault, rcode: dns.rcode.Rcode) -> None:
    server = faulty(fault)
    struck = ask(server, "mx1.example.com", "AAAA")
    assert struck.rcode() == rcode
    assert texts(struck) == []
    assert texts(ask(server, "mx1.example.com", "A")) == [MX4]


def test_a_bogus_answer_says_so() -> None:
    options = ask(faulty(DnsFault.BOGUS), "mx1.example.com", "AAAA").options
    assert [option.code for option in options if isinstance(option, dns.edns.EDEOption)] == [6]


def test_silence_is_no_answer() -> None:
    query = dns.message.make_query("mx1.example.com", "AAAA").to_wire()
    assert faulty(DnsFault.TIMEOUT).answer(query, Transport.UDP) is None


def test_a_server_from_before_edns_answers_a_plain_query() -> None:
    server = faulty(DnsFault.FORMERR)
    assert ask(server, "mx1.example.com", "AAAA").edns == -1
    assert texts(ask(server, "mx1.example.com", "AAAA", edns=False)) == [MX6]


def test_truncation_is_for_udp_alone() -> None:
    server = faulty(DnsFault.TRUNCATED)
    short = ask(server, "mx1.example.com", "AAAA")
    assert short.flags & dns.flags.TC
    assert texts(short) == []
    assert texts(ask(server, "mx1.example.com", "AAAA", Transport.TCP)) == [MX6]


def test_what_does_not_fit_is_truncated_by_the_clients_own_size() -> None:
    server = Nameserver(ELSEWHERE + mx(*[f"{number} mx{number}.example.com." for number in range(30)]))
    assert not ask(server, "example.com", "MX").flags & dns.flags.TC
    assert ask(server, "example.com", "MX", edns=False).flags & dns.flags.TC
    assert len(texts(ask(server, "example.com", "MX", Transport.TCP, edns=False))) == 30


def test_dns64_makes_up_what_is_not_there() -> None:
    zone = ELSEWHERE + host("four.example.com", MX4) + host("six.example.com", MX6)
    server = Nameserver(zone, dns64="64:ff9b::/96")
    assert texts(ask(server, "four.example.com", "AAAA")) == ["64:ff9b::c000:219"]
    assert texts(ask(server, "six.example.com", "AAAA")) == [MX6]
    assert texts(ask(server, "ipv4only.arpa", "AAAA")) == ["64:ff9b::c000:aa", "64:ff9b::c000:ab"]
    assert texts(ask(Nameserver(zone), "ipv4only.arpa", "AAAA")) == []
    assert texts(ask(Nameserver(zone), "ipv4only.arpa", "A")) == ["192.0.0.170", "192.0.0.171"]


def test_a_clients_name_is_forward_confirmed() -> None:
    assert Nameserver(ZONE).client_name("2001:db8:9::9") == "probe.example.net"
    forged = host("forged.example.net", MX4) + host("forged.example.net", MX6, pointer=False)
    assert Nameserver(ELSEWHERE + forged).client_name(MX6) is None
    assert Nameserver(ELSEWHERE + forged).client_name(MX4) == "forged.example.net"
    assert Nameserver(ELSEWHERE).client_name("203.0.113.9") is None


SERVER = Nameserver(ZONE)


@given(st.binary(max_size=600), st.sampled_from(Transport))
def test_no_bytes_upset_it(query: bytes, transport: Transport) -> None:
    answer = SERVER.answer(query, transport)
    assert answer is None or answer[:2] == query[:2]


def test_an_answer_is_not_answered() -> None:
    response = dns.message.make_response(dns.message.make_query("example.com", "MX"))
    assert SERVER.answer(response.to_wire(), Transport.UDP) is None


SIGNED_ZONE = ZONE + alias("in.example.com", "mx1.example.com") + alias("out.example.com", "probe.example.net")


@pytest.mark.parametrize(
    ("name", "rrtype", "authentic"),
    [
        ("example.com", "MX", True),
        ("mx1.example.com", "AAAA", True),
        ("mx1.example.com", "TXT", True),
        ("nobody.example.com", "A", True),
        ("in.example.com", "A", True),
        ("out.example.com", "A", False),
        ("out.example.com", "CNAME", True),
        ("probe.example.net", "A", False),
        (".", "SOA", True),
    ],
)
def test_what_is_in_a_signed_zone_is_authentic(name: str, rrtype: str, authentic: bool) -> None:
    signed, unsigned = Nameserver(SIGNED_ZONE, signed=("example.com",)), Nameserver(SIGNED_ZONE)
    query = dns.message.make_query(name, rrtype, flags=dns.flags.RD | dns.flags.AD).to_wire()
    for server, expected in ((signed, authentic), (unsigned, False)):
        answer = server.answer(query, Transport.TCP)
        assert answer is not None
        assert bool(dns.message.from_wire(answer).flags & dns.flags.AD) is expected


def test_who_does_not_ask_is_not_told() -> None:
    answer = ask(Nameserver(ZONE, signed=("example.com",)), "example.com", "MX")
    assert not answer.flags & dns.flags.AD
