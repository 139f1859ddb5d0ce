"""Records that are well formed, and what is said of those that are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.spf.terms import Mechanism, TermError, faults, networks, parse, split
from probe.model.spf import SpfResult


def one(term: str) -> Mechanism:
    [found] = parse(f"v=spf1 {term}").mechanisms
    return found


def test_a_record_in_its_parts() -> None:
    record = parse("v=spf1  +mx/24//64 ip6:2001:db8::/32 ?a:a.example.com -all exp=why.%{d} moo=cow ")
    mx, ip6, a, everyone = record.mechanisms
    assert (mx.name, mx.target, mx.length4, mx.length6, mx.result) == ("mx", None, 24, 64, SpfResult.PASS)
    assert (str(ip6.network), a.target, a.result) == ("2001:db8::/32", "a.example.com", SpfResult.NEUTRAL)
    assert (everyone.result, record.explanation, record.redirect) == (SpfResult.FAIL, "why.%{d}", None)


@pytest.mark.parametrize(
    "term",
    [
        "A", "a/0", "a//0", "a/24", "a:x.example.com", "a:x/y.example.com", "a:x.example.com/32//128", "mX",
        "ptr", "ptr:%{d}", "include:_spf.%{d2}", "exists:%{ir}.%{v}._spf.%{d}", "exists:%{L1r+-}.example.com",
        "ip4:192.0.2.0/24", "ip4:0.0.0.0/0", "ip6:::1", "ip6:::ffff:192.0.2.1", "IP6:2001:DB8::/128", "~all",
        "include:example.com.", "a:ex--ample.co-m", "a:1.2.3.x4",
    ],
)  # fmt: skip
def test_what_the_grammar_allows(term: str) -> None:
    assert one(term).text == term


@pytest.mark.parametrize(
    ("term", "why"),
    [
        ("ip4:2001:db8::1", "an IPv6 address in an ip4 term"),
        ("ip6:192.0.2.1", "an IPv4 address in an ip6 term"),
        ("ip6:[2001:db8::1]", "brackets do not belong here"),
        ("ip6:fe80::1%eth0", "a zone id, which means nothing to anybody else"),
        ("ip6:2001:db8::/129", "a prefix longer than /128"),
        ("ip6:2001:db8::/", "the prefix length is not a number"),
        ("ip6:2001:db8::/064", "the prefix length is not a number"),
        ("ip6:2001:db8:", "not an IPv6 address"),
        ("ip6", "a colon and an address are missing"),
        ("ip4:192.0.2.0/33", "a prefix longer than /32"),
        ("ip4:192.0.2", "not an IPv4 address"),
        ("ip4:192.0.2.01", "not an IPv4 address"),
        ("a/33", "a prefix longer than /32"),
        ("a//129", "a prefix longer than /128"),
        ("a:", "not a domain name of more than one label"),
        ("a:localhost", "not a domain name of more than one label"),
        ("a:example.c-", "not a domain name of more than one label"),
        ("a:192.0.2.1", "not a domain name of more than one label"),
        ("a:%{x}.example.com", "not a macro"),
        ("a:%{d0}.example.com", "a macro that keeps no part of its value"),
        ("a:%{c}.example.com", "a macro that may stand in explanations alone"),
        ("a:ex\x80mple.com", "a character that may not stand here"),
        ("include", "a colon and a domain name are missing"),
        ("ptr/24", "a colon is missing"),
        ("all:x", "nothing may follow all"),
        ("ipv6:2001:db8::1", "no such mechanism"),
        ("2001:db8::1", "neither a mechanism nor a modifier"),
        ("-redirect=example.com", "no such mechanism"),
        ("redirect=", "not a domain name of more than one label"),
        ("\tall", "neither a mechanism nor a modifier"),
    ],
)
def test_what_it_does_not(term: str, why: str) -> None:
    with pytest.raises(TermError) as caught:
        parse(f"v=spf1 {term} -all")
    assert (caught.value.term, caught.value.why) == (term, why)


def test_a_modifier_that_counts_stands_once() -> None:
    with pytest.raises(TermError, match="a second exp= modifier"):
        parse("v=spf1 exp=a.example.com EXP=b.example.com")


def test_all_faults_and_all_networks() -> None:
    text = "v=spf1 ip4:2001:db8::1 ip6:2001:db8::/32 mx ip6:[::1] nonsense +all"
    assert [fault.term for fault in faults(text)] == ["ip4:2001:db8::1", "ip6:[::1]", "nonsense"]
    assert [item.text for item in networks(text)] == ["ip6:2001:db8::/32", "+all"]


SPF_TEXT = st.text(st.sampled_from("aimxp46:/.%{}dslir+-=_ ~?0127fe\x80,"), max_size=80)


@given(SPF_TEXT | st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    wrong = list(faults(f"v=spf1 {text}"))
    list(networks(f"v=spf1 {text}"))
    try:
        found = parse(f"v=spf1 {text}")
    except TermError:
        return
    assert not wrong
    assert len(found.mechanisms) <= len(split(f"v=spf1 {text}"))


def test_a_record_of_any_length_is_read_in_time() -> None:
    for text in ("a:" + "%{d}" * 20_000, "a" * 100_000, "a:" + "." * 100_000, "%" * 100_000, "a:" + "a/1" * 50_000):
        assert list(faults(f"v=spf1 {text}"))[:2] or parse(f"v=spf1 {text}")
