import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.network_pattern import NetworkPatternError, network_of


@pytest.mark.parametrize(
    ("pattern", "network"),
    [
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("[192.0.2.0]/24", "192.0.2.0/24"),
        ("192.0.2.1", "192.0.2.1/32"),
        ("[2001:db8::]/32", "2001:db8::/32"),
        ("[2001:db8::/32]", "2001:db8::/32"),
        ("[::]/0", "::/0"),
        ("[::1]", "::1/128"),
    ],
)
def test_forms(pattern: str, network: str) -> None:
    assert str(network_of(pattern)) == network


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("192.0.2.1/24", "192.0.2.0/24"),
        ("[2001:db8::1]/64", "2001:db8::/64"),
        ("192.0.2.0/33", "at most 32"),
        ("192.0.2.0/255.255.255.0", "number of bits"),
        ("192.0.2.0/", "number of bits"),
        ("192.0.2/24", "no address"),
        ("[2001:db8::", "not closed"),
        ("[2001:db8::]64", "closing bracket"),
        ("[2001:db8::]/" + "9" * 5000, "at most 128"),
    ],
)
def test_what_postfix_cannot_use(pattern: str, said: str) -> None:
    with pytest.raises(NetworkPatternError, match=said):
        network_of(pattern)


@given(st.text(alphabet="0123456789abcdef:.[]/", max_size=50))
def test_no_text_raises_anything_else(text: str) -> None:
    with contextlib.suppress(NetworkPatternError):
        network_of(text)
