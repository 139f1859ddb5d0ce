import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.address import canonical
from probe.grammar import quoted_address
from probe.grammar.quoted_address import address_of


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(quoted_address).failed == 0


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("[IPv6:2001:db8::9]", "2001:db8::9"),
        ("[IPV6:2001:0DB8:0:0:0:0:0:9]:25", "2001:db8::9"),
        ("[ipv6:::ffff:192.0.2.9]:60343", "192.0.2.9"),
        ("[::ffff:c000:209]", "192.0.2.9"),
        ("[fe80::1%eth0]", "fe80::1"),
        ("[fe80::1%7]:25", "fe80::1"),
        ("(2001:db8::9)", "2001:db8::9"),
        ("ident@[192.0.2.9]", "192.0.2.9"),
        ("ident@192.0.2.9", "192.0.2.9"),
        ("192.0.2.9:2525", "192.0.2.9"),
        ("[192.0.2.9],", "192.0.2.9"),
        ("192.0.2.9.", "192.0.2.9"),
        ("15.20.7091.24", None),
        ("192.0.2.9.example.net", None),
        ("[unknown]", None),
        ("[2001:db8::9", None),
        ("[2001:db8::9]x", None),
        ("[2001:db8::9]:http", None),
        ("::9::", None),
        ("", None),
        ("[" * 500, None),
    ],
)
def test_words(word: str, expected: str | None) -> None:
    assert address_of(word) == expected


@given(st.text(max_size=60) | st.text(alphabet="0123456789abcdef:.%[]@IPv", max_size=40))
def test_no_input_raises_and_only_addresses_come_back(word: str) -> None:
    found = address_of(word)
    assert found is None or canonical(found) == found


@given(st.ip_addresses(v=6), st.sampled_from(["{}", "[{}]", "[IPv6:{}]:25", "({}%2)", "ident@[{}]"]))
def test_every_ipv6_address_is_found_in_every_coat(address: object, coat: str) -> None:
    found = address_of(coat.format(address))
    assert found is not None
    assert found == canonical(str(address)) or str(address).startswith("::ffff:")
