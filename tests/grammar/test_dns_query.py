"""Our own queries are those a DNS library writes, octet for octet; what we cannot write is left to it."""

import pytest
from dns import message, name
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.dns_query import PAYLOAD, query
from probe.measure.dns.question import compose, parse_name

LABEL = st.from_regex(r"[A-Za-z0-9_-]{1,63}", fullmatch=True)


@pytest.mark.parametrize("rrtype", ["A", "AAAA", "MX", "PTR", "TXT", "TLSA", "CNAME", "SOA", "NS"])
@pytest.mark.parametrize("edns", [True, False])
@pytest.mark.parametrize("text", ["example.com", "MX1.Example.com.", "_25._tcp.mx1.example.com", "com"])
def test_as_dnspython_writes_it(text: str, rrtype: str, edns: bool) -> None:
    theirs = compose(parse_name(text), rrtype, edns)
    assert query(text, rrtype, theirs.id, edns=edns) == theirs.to_wire()


@given(st.lists(LABEL, min_size=1, max_size=8).map(".".join), st.integers(0, 65535))
def test_any_plain_name(text: str, number: int) -> None:
    wire = query(text, "MX", number, edns=True)
    if len(text) > 253:
        assert wire is None
        return
    assert wire is not None
    read = message.from_wire(wire)
    assert (read.id, read.question[0].name, read.payload) == (number, name.from_text(text), PAYLOAD)


@given(st.text(max_size=300), st.sampled_from(["MX", "A"]))
def test_anything_else_is_not_ours(text: str, rrtype: str) -> None:
    wire = query(text, rrtype, 1, edns=False)
    assert wire is None or message.from_wire(wire).question[0].name == name.from_text(text)


@pytest.mark.parametrize("text", ["", ".", "a..b", "a" * 64, "é.example", "a\\.b", "a b", "x\n"])
def test_names_that_need_more(text: str) -> None:
    assert query(text, "MX", 1, edns=True) is None


def test_types_that_need_more() -> None:
    assert query("example.com", "NSEC3", 1, edns=True) is None
