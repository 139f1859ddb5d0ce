"""Addresses as text: canonical form, classes, reverse names, NAT64."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.address import (
    canonical,
    classify,
    contains,
    embedded_ipv4,
    family_of,
    given_out,
    is_address,
    literal,
    reverse_name,
    same_network,
)
from probe.model.words import AddressClass, Family

ipv6 = st.one_of(
    st.ip_addresses(v=6),
    st.lists(st.sampled_from([0, 0, 0, 1, 0xFFFF]), min_size=8, max_size=8).map(
        lambda words: ipaddress.IPv6Address(b"".join(word.to_bytes(2, "big") for word in words))
    ),
)
ipv4 = st.ip_addresses(v=4)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2001:DB8::1", "2001:db8::1"),
        ("[2001:db8::25]", "2001:db8::25"),
        ("[IPv6:2001:db8::25]", "2001:db8::25"),
        ("IPV6:2001:db8:0:0:0:0:0:1", "2001:db8::1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),  # RFC 5952 4.2.2: a single zero field stays
        ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),  # 4.2.3: the longest run
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),  # 4.2.3: the first of two
        ("2001:0db8::0001", "2001:db8::1"),
        ("::ffff:c000:201", "::ffff:192.0.2.1"),
        ("::FFFF:192.0.2.1", "::ffff:192.0.2.1"),
        ("[IPv6:::ffff:192.0.2.1]", "::ffff:192.0.2.1"),
        ("::", "::"),
        ("192.0.2.1", "192.0.2.1"),
        ("[192.0.2.1]", "192.0.2.1"),
    ],
)
def test_canonical(written: str, expected: str) -> None:
    assert canonical(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        "fe80::1%eth0",
        "[fe80::1%25eth0]",
        "IPv6:192.0.2.1",
        "[IPv6:]",
        "[2001:db8::1",
        "2001:db8::1]",
        "[[2001:db8::1]]",
        "2001:db8::1 ",
        "2001:db8::1\n",
        "192.0.2.01",
        "192.0.2",
        "1",
        "192.0.2.1:25",
        "[2001:db8::1]:25",
        "2001:db8::1/64",
        "::1::",
        "12345::",
        "example.com",
        "\u0661.0.0.1",
        "1:" * 100_000,
    ],
)
def test_what_is_not_an_address(written: str) -> None:
    for function in (canonical, family_of, classify, literal, reverse_name):
        with pytest.raises(ValueError, match=r"address|zone id"):
            function(written)


@given(st.text(max_size=80) | st.text(alphabet="0123456789abcdef:.[]%IPv/", max_size=60))
def test_any_text_is_an_address_or_a_value_error(text: str) -> None:
    try:
        written = canonical(text)
    except ValueError:
        return
    assert canonical(written) == written


def rfc_5952(address: ipaddress.IPv6Address) -> str:
    """Another way to the same text: try every run of zeros, the longest first, the leftmost first."""
    if address.ipv4_mapped:
        return f"::ffff:{address.ipv4_mapped}"
    words = [f"{int(word, 16):x}" for word in address.exploded.split(":")]
    for length in range(8, 1, -1):
        for start in range(9 - length):
            if words[start : start + length] == ["0"] * length:
                return ":".join(words[:start]) + "::" + ":".join(words[start + length :])
    return ":".join(words)


@given(ipv6)
def test_ipv6_text_follows_rfc_5952(address: ipaddress.IPv6Address) -> None:
    assert canonical(address.exploded.upper()) == rfc_5952(address)
    assert ipaddress.IPv6Address(rfc_5952(address)) == address
    assert canonical(rfc_5952(address)) == rfc_5952(address)


@given(ipv4)
def test_ipv4_is_itself(address: ipaddress.IPv4Address) -> None:
    assert canonical(str(address)) == str(address)
    assert family_of(str(address)) is Family.IPV4
    assert literal(str(address)) == f"[{address}]"


@given(ipv6)
def test_literal_reads_back(address: ipaddress.IPv6Address) -> None:
    assert family_of(str(address)) is Family.IPV6
    written = literal(str(address))
    assert written.startswith("[IPv6:")
    assert canonical(written) == canonical(str(address))


@given(st.one_of(ipv4, ipv6))
def test_reverse_name_is_that_of_the_standard_library(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert reverse_name(str(address)) == address.reverse_pointer


KINDS = [
    ("2a00:1450:4001:830::200e", AddressClass.GLOBAL),
    ("2000::", AddressClass.GLOBAL),
    ("2001:200::1", AddressClass.GLOBAL),
    ("2620:4f:8000::1", AddressClass.GLOBAL),
    ("2001:1::1", AddressClass.GLOBAL),
    ("2001:1::2", AddressClass.GLOBAL),
    ("2001:1::3", AddressClass.GLOBAL),
    ("2001:3::1", AddressClass.GLOBAL),
    ("2001:4:112::1", AddressClass.GLOBAL),
    ("3ffd:ffff::1", AddressClass.GLOBAL),
    ("3fff:1000::1", AddressClass.GLOBAL),
    ("8.8.8.8", AddressClass.GLOBAL),
    ("192.0.0.9", AddressClass.GLOBAL),
    ("192.0.0.10", AddressClass.GLOBAL),
    ("192.31.196.1", AddressClass.GLOBAL),
    ("100.128.0.1", AddressClass.GLOBAL),
    ("172.32.0.1", AddressClass.GLOBAL),
    ("223.255.255.255", AddressClass.GLOBAL),
    ("::1", AddressClass.LOOPBACK),
    ("127.0.0.1", AddressClass.LOOPBACK),
    ("127.255.255.255", AddressClass.LOOPBACK),
    ("::", AddressClass.UNSPECIFIED),
    ("0.0.0.0", AddressClass.UNSPECIFIED),
    ("10.1.2.3", AddressClass.PRIVATE),
    ("172.31.255.255", AddressClass.PRIVATE),
    ("192.168.0.1", AddressClass.PRIVATE),
    ("100.64.0.1", AddressClass.SHARED),
    ("100.127.255.255", AddressClass.SHARED),
    ("fe80::1", AddressClass.LINK_LOCAL),
    ("febf::1", AddressClass.LINK_LOCAL),
    ("169.254.1.1", AddressClass.LINK_LOCAL),
    ("fec0::1", AddressClass.SITE_LOCAL),
    ("feff::1", AddressClass.SITE_LOCAL),
    ("fc00::1", AddressClass.ULA),
    ("fd12:3456::1", AddressClass.ULA),
    ("::ffff:192.0.2.1", AddressClass.MAPPED),
    ("::192.0.2.1", AddressClass.COMPATIBLE),
    ("64:ff9b::192.0.2.1", AddressClass.NAT64),
    ("64:ff9b:1:abcd::1", AddressClass.NAT64),
    ("2002:c000:201::1", AddressClass.SIX_TO_FOUR),
    ("192.88.99.1", AddressClass.SIX_TO_FOUR),
    ("2001:0:53aa:64c::1", AddressClass.TEREDO),
    ("2001:10::1", AddressClass.ORCHID),
    ("2001:20::1", AddressClass.ORCHID),
    ("2001:3f:ffff::1", AddressClass.ORCHID),
    ("2001:db8::25", AddressClass.DOCUMENTATION),
    ("3fff:fff:ffff::1", AddressClass.DOCUMENTATION),
    ("192.0.2.25", AddressClass.DOCUMENTATION),
    ("198.51.100.1", AddressClass.DOCUMENTATION),
    ("203.0.113.255", AddressClass.DOCUMENTATION),
    ("2001:2::1", AddressClass.BENCHMARK),
    ("198.19.255.255", AddressClass.BENCHMARK),
    ("100::1", AddressClass.DISCARD),
    ("3ffe:b00::1", AddressClass.SIX_BONE),
    ("ff02::1", AddressClass.MULTICAST),
    ("224.0.0.1", AddressClass.MULTICAST),
    ("239.255.255.255", AddressClass.MULTICAST),
    ("0.0.0.1", AddressClass.RESERVED),
    ("192.0.0.170", AddressClass.RESERVED),
    ("240.0.0.1", AddressClass.RESERVED),
    ("255.255.255.255", AddressClass.RESERVED),
    ("2001:2:1::1", AddressClass.RESERVED),
    ("2001:5::1", AddressClass.RESERVED),
    ("::ffff:0:192.0.2.1", AddressClass.RESERVED),
    ("100:0:0:1::1", AddressClass.RESERVED),
    ("1fff::1", AddressClass.RESERVED),
    ("4000::1", AddressClass.RESERVED),
    ("5f00::1", AddressClass.RESERVED),
    ("fe00::1", AddressClass.RESERVED),
]


@pytest.mark.parametrize(("address", "kind"), KINDS)
def test_class(address: str, kind: AddressClass) -> None:
    assert classify(address) is kind


def test_every_class_is_tried() -> None:
    assert {kind for _, kind in KINDS} == set(AddressClass)


@given(ipv6)
def test_only_what_iana_gives_out_is_global(address: ipaddress.IPv6Address) -> None:
    inside = address in ipaddress.ip_network("2000::/3")
    assert inside or classify(str(address)) is not AddressClass.GLOBAL


def test_treated_as_global() -> None:
    ranges = ("2001:db8::/32", "10.0.0.0/8", "192.0.2.25")
    assert classify("2001:db8::25", ranges) is AddressClass.GLOBAL
    assert classify("10.9.9.9", ranges) is AddressClass.GLOBAL
    assert classify("192.0.2.25", ranges) is AddressClass.GLOBAL
    assert classify("192.0.2.26", ranges) is AddressClass.DOCUMENTATION
    assert classify("fd00::1", ranges) is AddressClass.ULA
    assert classify("::ffff:10.0.0.1", ranges) is AddressClass.MAPPED


def test_contains() -> None:
    assert contains("2001:db8::/32", "[IPv6:2001:DB8:ffff::1]")
    assert contains("2001:db8::25/64", "2001:db8::1")  # host bits do not matter
    assert not contains("2001:db8::/33", "2001:db8:8000::")
    assert not contains("::/0", "192.0.2.1")
    assert not contains("0.0.0.0/0", "2001:db8::1")


@pytest.mark.parametrize(
    "cidr",
    ["", "/", "2001:db8::/129", "192.0.2.0/33", "fe80::%1/64", "10.0.0.0/255.0.0.0", "2001:db8::/", "x/8", "1/8/8"],
)
def test_what_is_not_a_range(cidr: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        contains(cidr, "192.0.2.1")


@given(st.text(alphabet="0123456789abcdef:./%", max_size=60) | st.text(max_size=60))
def test_any_text_is_a_range_or_a_value_error(text: str) -> None:
    try:
        contains(text, "2001:db8::1")
    except ValueError:
        return
    assert ipaddress.ip_network(text, strict=False)


@pytest.mark.parametrize(
    ("prefix", "address"),
    [  # RFC 6052 2.4
        ("2001:db8::/32", "2001:db8:c000:221::"),
        ("2001:db8:100::/40", "2001:db8:1c0:2:21::"),
        ("2001:db8:122::/48", "2001:db8:122:c000:2:2100::"),
        ("2001:db8:122:300::/56", "2001:db8:122:3c0:0:221::"),
        ("2001:db8:122:344::/64", "2001:db8:122:344:c0:2:2100:0"),
        ("2001:db8:122:344::/96", "2001:db8:122:344::192.0.2.33"),
        ("64:ff9b::/96", "64:ff9b::192.0.2.33"),
    ],
)
def test_embedded_ipv4(prefix: str, address: str) -> None:
    assert embedded_ipv4(address, prefix) == "192.0.2.33"


@pytest.mark.parametrize(
    ("prefix", "address"),
    [
        ("2001:db8::/32", "2001:db9:c000:221::"),
        ("2001:db8::/32", "2001:db8:c000:221:ff00::"),  # bits 64 to 71
        ("2001:db8::/44", "2001:db8:c000:221::"),
        ("10.0.0.0/8", "10.0.0.1"),
        ("64:ff9b::/96", "192.0.2.33"),
    ],
)
def test_nothing_embedded(prefix: str, address: str) -> None:
    assert embedded_ipv4(address, prefix) is None


def test_same_network() -> None:
    assert same_network("2001:db8:1::1", "2001:db8:1:ffff::2")
    assert not same_network("2001:db8:1::1", "2001:db8:2::1")
    assert same_network("192.0.2.1", "192.0.2.255")
    assert not same_network("192.0.2.1", "192.0.3.1")
    assert not same_network("192.0.2.1", "::192.0.2.1")


@given(st.integers(0, 2**96 - 1))
def test_the_longest_prefix_speaks(host: int) -> None:
    teredo = ipaddress.IPv6Address(int(ipaddress.IPv6Address("2001::")) + host)  # inside 2001::/23 and 2000::/3
    assert classify(str(teredo)) is AddressClass.TEREDO


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2001:db8::25", True),
        ("2003::1", True),
        ("2410::1", True),
        ("2620:0:860::1", True),
        ("2a10::1", True),
        ("2c0f:fb50::1", True),
        ("192.0.2.25", True),
        ("2000::25", False),
        ("2d00::25", False),
        ("3000::25", False),
        ("2b00::25", False),
    ],
)
def test_space_that_nobody_was_given(text: str, expected: bool) -> None:
    assert given_out(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2001:db8::25", True), ("[2001:db8::25]", True), ("192.0.2.25", True), ("mx1.example.com", False), ("", False)],
)
def test_an_address_is_told_from_a_name(text: str, expected: bool) -> None:
    assert is_address(text) is expected
