import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.resolvconf import MAXNS, parse


@pytest.mark.parametrize("text", ["", "\n", "search example.com\n", "#nameserver 192.0.2.1\n", "nameserver\n"])
def test_none_given_means_this_machine(text: str) -> None:
    assert parse(text).nameservers == ("127.0.0.1",)


def test_in_order_and_both_families() -> None:
    text = "domain example.com\nnameserver 2001:DB8:0::53\n; nameserver 192.0.2.1\nnameserver\t192.0.2.53\r\n"
    assert parse(text).nameservers == ("2001:db8::53", "192.0.2.53")


def test_as_many_as_the_c_library_asks() -> None:
    text = "".join(f"nameserver 192.0.2.{number}\n" for number in range(1, 9))
    assert parse(text).nameservers == ("192.0.2.1", "192.0.2.2", "192.0.2.3")


def test_a_link_local_server_keeps_its_zone() -> None:
    assert parse("nameserver fe80:0::1%eth0\n").nameservers == ("fe80::1%eth0",)


def test_what_is_no_address_is_passed_over() -> None:
    text = "nameserver dns.example.com\nnameserver 192.0.2.256\nnameserver 192.0.2.1#53\nnameserver 192.0.2.2 ; mine\n"
    assert parse(text).nameservers == ("192.0.2.1", "192.0.2.2")


@pytest.mark.parametrize(
    ("text", "trusted"),
    [
        ("", False),
        ("options trust-ad", True),
        ("options edns0 trust-ad timeout:2\n", True),
        ("options trust-ad\noptions rotate\n", True),
        ("options no-trust-ad\n", False),
        ("#options trust-ad\n", False),
        ("search trust-ad\n", False),
    ],
)
def test_trust_ad(text: str, trusted: bool) -> None:
    assert parse(text).trust_ad is trusted


@given(st.text())
def test_never_raises_and_is_never_empty(text: str) -> None:
    assert 1 <= len(parse(text).nameservers) <= MAXNS


@given(st.lists(st.text(max_size=40), max_size=10))
def test_any_word_after_nameserver(words: list[str]) -> None:
    assert parse("".join(f"nameserver {word}\n" for word in words)).nameservers
