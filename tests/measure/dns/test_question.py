"""Reading DNS messages: what each of them means, and that no bytes upset it."""

from contextlib import suppress

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.measure.dns.answer import DIRECT, Answer, Manner, TruncatedError, UnusableError
from probe.measure.dns.question import compose, interpret, parse, parse_name, show
from probe.model.words import Outcome

SOA = ("example.com.", 900, "IN", "SOA", "ns.example.com. admin.example.com. 1 1800 900 604800 60")


def read(
    name: str,
    rrtype: str,
    *answers: tuple[str, ...],
    authority: tuple[tuple[object, ...], ...] = (),
    rcode: dns.rcode.Rcode = dns.rcode.NOERROR,
    flags: int = dns.flags.RA,
    options: tuple[dns.edns.Option, ...] = (),
) -> Answer:
    question = parse_name(name)
    query = compose(question, rrtype, edns=True)
    response = dns.message.make_response(query)
    response.flags |= flags
    response.use_edns(0, options=list(options))
    response.set_rcode(rcode)
    for owner, ttl, kind, *values in answers:
        response.answer.append(dns.rrset.from_text(owner, int(ttl), "IN", kind, *values))
    for row in authority:
        response.authority.append(dns.rrset.from_text(*row))
    return interpret(parse(query.to_wire(), response.to_wire()), question, rrtype)


def test_answer() -> None:
    found = read("Example.COM", "MX", ("example.com.", "300", "MX", "10 mx1.example.com.", "20 mx2.example.com."))
    assert found.outcome is Outcome.ANSWER
    assert {record.lower() for record in found.records} == {"10 mx1.example.com.", "20 mx2.example.com."}
    assert found.ttl == 300
    assert not found.ad
    assert not found.unfinished


def test_alias_and_answer_in_one() -> None:
    found = read(
        "mx.example.com",
        "AAAA",
        ("mx.example.com.", "60", "CNAME", "Host.example.net."),
        ("host.example.net.", "300", "AAAA", "2001:db8::25"),
        flags=dns.flags.AD,
    )
    assert found == Answer(Outcome.ANSWER, ("2001:db8::25",), 60, ad=True, cnames=("host.example.net",))


def test_alias_alone_is_unfinished() -> None:
    found = read("mx.example.com", "AAAA", ("mx.example.com.", "60", "CNAME", "host.example.net."))
    assert found.unfinished
    assert found.cnames == ("host.example.net",)


def test_a_denial_for_another_zone_does_not_finish_the_chain() -> None:
    alias = ("mx.example.com.", "60", "CNAME", "host.example.net.")
    assert read("mx.example.com", "AAAA", alias, authority=(SOA,)).unfinished


def test_alias_to_a_name_without_the_type() -> None:
    alias = ("mx.example.com.", "600", "CNAME", "host.example.com.")
    found = read("mx.example.com", "AAAA", alias, authority=(SOA,))
    assert (found.outcome, found.unfinished, found.ttl) == (Outcome.NO_DATA, False, 60)


def test_alias_to_a_name_that_does_not_exist() -> None:
    alias = ("mx.example.com.", "30", "CNAME", "gone.example.com.")
    found = read("mx.example.com", "AAAA", alias, authority=(SOA,), rcode=dns.rcode.NXDOMAIN)
    assert (found.outcome, found.cnames, found.ttl) == (Outcome.NXDOMAIN, ("gone.example.com",), 30)


def test_circle() -> None:
    found = read(
        "a.example", "A", ("a.example.", "60", "CNAME", "b.example."), ("b.example.", "60", "CNAME", "a.example.")
    )
    assert (found.outcome, found.detail) == (Outcome.SERVFAIL, "CNAME loop")


@pytest.mark.parametrize(("ttl", "expected"), [(900, 60), (30, 30)])
def test_negative_ttl_is_the_less_of_two(ttl: int, expected: int) -> None:
    found = read("example.com", "MX", authority=((SOA[0], ttl, *SOA[2:]),))
    assert (found.outcome, found.ttl) == (Outcome.NO_DATA, expected)


def test_no_data_without_anything() -> None:
    found = read("example.com", "MX")
    assert (found.outcome, found.ttl) == (Outcome.NO_DATA, None)


REFERRAL = (("com.", 900, "IN", "NS", "a.gtld.example."),)


def test_referral_is_not_no_data() -> None:
    found = read("example.com", "MX", authority=REFERRAL)
    assert found.outcome is Outcome.SERVFAIL
    assert "referral" in str(found.detail)
    assert read("example.com", "MX", authority=REFERRAL, flags=dns.flags.AA).outcome is Outcome.NO_DATA


def test_nxdomain_with_records_is_nonsense() -> None:
    found = read("example.com", "A", ("example.com.", "60", "A", "192.0.2.1"), rcode=dns.rcode.NXDOMAIN)
    assert found.outcome is Outcome.SERVFAIL


@pytest.mark.parametrize(
    ("rcode", "outcome"),
    [
        (dns.rcode.SERVFAIL, Outcome.SERVFAIL),
        (dns.rcode.REFUSED, Outcome.REFUSED_QUERY),
        (dns.rcode.NOTAUTH, Outcome.REFUSED_QUERY),
        (dns.rcode.FORMERR, Outcome.SERVFAIL),
        (dns.rcode.NOTIMP, Outcome.SERVFAIL),
        (dns.rcode.YXDOMAIN, Outcome.SERVFAIL),
        (dns.rcode.BADVERS, Outcome.SERVFAIL),
    ],
)
def test_errors(rcode: dns.rcode.Rcode, outcome: Outcome) -> None:
    found = read("example.com", "A", rcode=rcode)
    assert found.outcome is outcome
    assert str(found.detail).startswith(dns.rcode.to_text(rcode))


@pytest.mark.parametrize("code", range(14))
def test_bogus_by_extended_error(code: int) -> None:
    found = read("example.com", "A", rcode=dns.rcode.SERVFAIL, options=(dns.edns.EDEOption(code, "why\x1b[2J\n"),))
    assert (found.outcome is Outcome.BOGUS) == (6 <= code <= 12)
    assert r"why\x1b[2J\x0a" in str(found.detail)
    assert len(str(found.detail)) < 300


def test_names_with_odd_bytes_are_shown_escaped_and_read_back() -> None:
    name = parse_name("we\\032ird\\.name\\007.Example.com.")
    assert show(name) == "we\\032ird\\.name\\007.example.com"
    assert parse_name(show(name)) == name


@pytest.mark.parametrize("text", ["é.example", "a" * 64, ".".join(["a" * 60] * 5), "a..b", "\\", "\\999", "."])
def test_names_the_dns_cannot_hold(text: str) -> None:
    if text == ".":
        assert show(parse_name(text)) == ""
        return
    with pytest.raises(UnusableError):
        parse_name(text)


@given(st.text(max_size=300))
def test_any_text_is_a_name_or_unusable(text: str) -> None:
    try:
        name = parse_name(text)
    except UnusableError:
        return
    assert parse_name(show(name)) == name
    assert show(name).isascii()
    assert show(name).isprintable()


QUERY = compose(parse_name("mx.example.com"), "MX", edns=True)


def good_answer() -> bytes:
    response = dns.message.make_response(QUERY)
    response.answer.append(dns.rrset.from_text("mx.example.com.", 60, "IN", "CNAME", "h.example.net."))
    response.answer.append(dns.rrset.from_text("h.example.net.", 60, "IN", "MX", "10 a.example.", "20 b.example."))
    response.authority.append(dns.rrset.from_text("example.net.", 60, "IN", "NS", "ns.example.net."))
    response.use_edns(0, options=[dns.edns.EDEOption(3, "stale")])
    return response.to_wire()


GOOD = good_answer()


def test_wrong_id_question_or_direction() -> None:
    other = dns.message.make_response(compose(parse_name("mx.example.org"), "MX", edns=True))
    other.id = QUERY.id
    for wire in (b"", GOOD[:11], bytes([GOOD[0] ^ 1]) + GOOD[1:], QUERY.to_wire(), other.to_wire(), GOOD[:-3]):
        with pytest.raises(UnusableError):
            parse(QUERY.to_wire(), wire)


@pytest.mark.parametrize("opcode", [opcode for opcode in range(16) if opcode])
def test_other_opcodes_are_not_even_read(opcode: int) -> None:
    wire = bytearray(GOOD)
    wire[2] = 0x80 | opcode << 3
    with pytest.raises(UnusableError, match="not an answer to our query"):
        parse(QUERY.to_wire(), bytes(wire))


def test_truncation_is_told_even_when_the_rest_is_cut_off() -> None:
    wire = bytearray(GOOD)
    wire[2] |= 0x02
    for cut in (wire, wire[:40]):
        with pytest.raises(TruncatedError):
            parse(QUERY.to_wire(), bytes(cut))


def survives(wire: bytes) -> None:
    try:
        message = parse(QUERY.to_wire(), wire)
    except (UnusableError, TruncatedError):
        return
    answer = interpret(message, parse_name("mx.example.com"), "MX")
    assert answer.outcome in Outcome
    assert all(text.isprintable() for text in (*answer.records, *answer.cnames, answer.detail or ""))


@given(st.binary(max_size=600))
def test_any_bytes_behind_a_good_header(tail: bytes) -> None:
    survives(GOOD[:4] + tail)
    survives(tail)


@given(st.lists(st.tuples(st.integers(2, len(GOOD) - 1), st.integers(0, 255)), max_size=8), st.integers(0, len(GOOD)))
def test_any_change_to_a_good_answer(changes: list[tuple[int, int]], cut: int) -> None:
    wire = bytearray(GOOD)
    for place, value in changes:
        wire[place] = value
    survives(bytes(wire))
    survives(bytes(wire[:cut]))


@pytest.mark.parametrize(
    ("manner", "flags", "signatures"),
    [
        (Manner(), dns.flags.RD | dns.flags.AD, False),
        (DIRECT, 0, False),
        (Manner(signatures=True), dns.flags.RD | dns.flags.AD, True),
        (Manner(signatures=True, unchecked=True), dns.flags.RD | dns.flags.AD | dns.flags.CD, True),
    ],
)
def test_the_manner_of_a_question(manner: Manner, flags: int, signatures: bool) -> None:
    for edns in (True, False):
        query = dns.message.from_wire(compose(parse_name("example.com"), "MX", edns, manner).to_wire())
        assert query.flags == flags
        assert bool(query.ednsflags & dns.flags.DO) == (signatures and edns)
        assert (query.edns >= 0) == edns


def test_a_signature_is_noticed() -> None:
    query = compose(parse_name("example.com"), "MX", True, Manner(signatures=True))
    response = dns.message.make_response(query)
    response.answer.append(dns.rrset.from_text("example.com.", 60, "IN", "MX", "10 mx1.example.com."))
    assert not interpret(response, parse_name("example.com"), "MX").signed
    text = "MX 13 2 3600 20300101000000 20200101000000 1 example.com. aaaa"
    response.answer.append(dns.rrset.from_text("example.com.", 60, "IN", "RRSIG", text))
    assert interpret(response, parse_name("example.com"), "MX").signed


def tlsa(*records: str) -> bytes:
    """An answer with these TLSA records, written octet by octet: dnspython would not make some of them."""
    query = compose(parse_name("_25._tcp.mx1.example.com"), "TLSA", edns=False)
    response = dns.message.make_response(query)
    for number in range(len(records)):
        response.answer.append(dns.rrset.from_text("_25._tcp.mx1.example.com.", 60, "IN", "TXT", f'"x{number}"'))
    head = response.to_wire(max_size=65535)
    start = len(query.to_wire())
    body = b"".join(
        b"\xc0\x0c\x00\x34\x00\x01\x00\x00\x00\x3c" + len(data).to_bytes(2, "big") + data
        for data in map(bytes.fromhex, records)
    )
    return head[:start] + body


WHOLE, CUT = "030101" + "ab" * 32, "030101abcd"


@pytest.mark.parametrize(
    ("records", "told"),
    [
        ((WHOLE,), {"3 1 1 " + "ab" * 32}),
        ((CUT,), {r"\# 5 030101abcd"}),
        ((WHOLE, CUT), {"3 1 1 " + "ab" * 32, r"\# 5 030101abcd"}),
        (("03",), {r"\# 1 03"}),
    ],
)
def test_a_malformed_tlsa_record_does_not_spoil_the_answer(records: tuple[str, ...], told: set[str]) -> None:
    question = parse_name("_25._tcp.mx1.example.com")
    query = compose(question, "TLSA", edns=False)
    wire = tlsa(*records)
    found = interpret(parse(query.to_wire(), query.to_wire()[:2] + wire[2:]), question, "TLSA")
    assert found.outcome is Outcome.ANSWER
    assert {record.replace(" " * 2, " ") for record in found.records} == told
    assert found.ttl == 60


@given(st.binary(max_size=100))
def test_no_bytes_behind_a_tlsa_question_upset_it(rest: bytes) -> None:
    question = parse_name("_25._tcp.mx1.example.com")
    query = compose(question, "TLSA", edns=False).to_wire()
    wire = query[:2] + b"\x81\x80\x00\x01\x00\x02\x00\x00\x00\x00" + query[12:] + rest
    with suppress(UnusableError, TruncatedError):
        interpret(parse(query, wire), question, "TLSA")
