import hashlib

import dns.rdata
import dns.rdataclass
import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.tlsa import Tlsa, in_force, parse

KEY = b"\x30\x03abc"
D256, D512 = hashlib.sha256(KEY).hexdigest(), hashlib.sha512(KEY).hexdigest()


def one(text: str) -> Tlsa:
    found = parse(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "text", [f"3 1 1 {D256}", f"3 1 2 {D512}", f"3 1 0 {KEY.hex()}", f"2 0 1 {D256[:32]} {D256[32:].upper()}"]
)
def test_a_promise_and_what_keeps_it(text: str) -> None:
    assert one(text).fault is None
    assert one(text).promises(KEY)
    assert not one(text).promises(KEY + b"x")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"0 1 1 {D256}", "PKIX-TA"),
        (f"1 1 1 {D256}", "PKIX-EE"),
        (f"4 1 1 {D256}", "usage 4"),
        (f"255 1 1 {D256}", "usage 255"),
        (f"3 2 1 {D256}", "selector 2"),
        (f"3 1 3 {D256}", "matching type 3"),
        (f"3 1 1 {D512}", "64 octets"),
        (f"3 1 2 {D256}", "32 octets"),
        ("3 1 1", "0 octets"),
        ("3 1 1 abc", "cut short"),
        ("3 0 0 0102", "neither a certificate"),
        ("3 0 0", "neither a certificate"),
    ],
)
def test_what_senders_pass_over(text: str, words: str) -> None:
    found = one(text)
    assert found.fault is not None
    assert words in found.fault
    assert in_force([found]) == ()


@pytest.mark.parametrize("text", ["", "3 1", "a b c d", "3 1 1 xyz", "-1 1 1 00", "3 1 1 00 tail", "1000 1 1 00"])
def test_what_is_no_record(text: str) -> None:
    assert parse(text) is None


def test_of_two_digests_the_stronger_counts() -> None:
    weak, strong = one(f"3 1 1 {D256}"), one(f"3 1 2 {D512}")
    exact, other = one(f"3 1 0 {KEY.hex()}"), one(f"2 1 1 {D256}")
    assert in_force([weak, strong, exact, other]) == (strong, exact, other)
    assert in_force([weak, exact]) == (weak, exact)


def test_a_strong_digest_that_is_malformed_does_not_hide_a_weak_one() -> None:
    weak = one(f"3 1 1 {D256}")
    assert in_force([weak, one(f"3 1 2 {D256}")]) == (weak,)


def test_two_keys_of_a_rollover_count_both() -> None:
    old, new = one(f"3 1 1 {D256}"), one(f"3 1 1 {'00' * 32}")
    assert in_force([old, new]) == (old, new)


@given(
    st.integers(0, 255), st.integers(0, 255), st.integers(0, 255), st.binary(min_size=1, max_size=300), st.booleans()
)
def test_whatever_a_library_writes_is_read(
    usage: int, selector: int, matching: int, data: bytes, generic: bool
) -> None:
    wire = bytes((usage, selector, matching)) + data
    wellformed = len(data) == {1: 32, 2: 64}.get(matching, len(data))
    if generic or not wellformed:
        text = dns.rdata.GenericRdata(dns.rdataclass.IN, dns.rdatatype.TLSA, wire).to_text()
    else:
        text = dns.rdata.from_wire("IN", "TLSA", wire, 0, len(wire)).to_text()
    found = one(text)
    assert (found.usage, found.selector, found.matching, found.data) == (usage, selector, matching, data)
    assert found.promises(KEY) in {True, False}
    assert str(found).isprintable()


@given(st.text())
def test_nothing_raises(text: str) -> None:
    parse(text)


def test_it_takes_time_in_proportion() -> None:
    assert parse("3 1 1 " + "0 " * 200_000 + "x") is None
    assert parse(" " * 400_000) is None
