import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.certname import matches

HOST = "mx1.example.com"


@pytest.mark.parametrize(
    ("pattern", "host"),
    [
        (HOST, HOST),
        ("MX1.Example.COM", HOST),
        (HOST, "MX1.example.com."),
        ("*.example.com", HOST),
        ("*.EXAMPLE.com", HOST),
        ("*.example.com", "xn--bcher-kva.example.com"),
        ("localhost", "localhost"),
        ("192.0.2.25", "192.0.2.25"),
        ("2001:db8::25", "2001:db8::25"),
        ("2001:0DB8:0:0::25", "[2001:db8::25]"),
    ],
)
def test_named(pattern: str, host: str) -> None:
    assert matches([pattern], host)
    assert matches(["other.example.net", pattern], host)


@pytest.mark.parametrize(
    ("pattern", "host"),
    [
        ("example.com", HOST),
        ("*.example.com", "example.com"),
        ("*.example.com", "a.mx1.example.com"),  # never across dots
        ("*.example.com", ".example.com"),
        ("m*.example.com", HOST),  # not a whole label
        ("*1.example.com", HOST),
        ("*x1.example.com", HOST),
        ("mx1.*.com", HOST),  # not the left-most label
        ("*.*.com", HOST),
        ("*.com", "example.com"),
        ("*", "localhost"),
        ("*.", "localhost."),
        ("*.0.2.25", "192.0.2.25"),  # never for an address
        ("192.0.2.25", "192.0.2.26"),
        ("192.0.2.25", HOST),
        ("::ffff:192.0.2.25", "192.0.2.25"),
        ("mx1.example.com.", HOST),  # a DNS-ID has no final dot
        (" mx1.example.com", HOST),
        ("mx1.example.com\0.example.net", HOST),
        ("*.example.com", "*.example.com"),  # a pattern is no host
        ("", ""),
        ("", "."),
    ],
)
def test_not_named(pattern: str, host: str) -> None:
    assert not matches([pattern], host)


def test_nothing_names_nobody() -> None:
    assert not matches([], HOST)


@given(st.lists(st.text(max_size=80), max_size=5), st.text(max_size=80))
def test_never_raises(patterns: list[str], host: str) -> None:
    assert matches(patterns, host) in {True, False}


LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
# The last label is not numeric: what ends in a number is an address or nothing (RFC 3696 2).
NAME = st.lists(LABEL, min_size=3, max_size=6).map(lambda labels: ".".join([*labels, "example"]))


@given(NAME)
def test_a_name_is_its_own_and_its_siblings_wildcard(name: str) -> None:
    first, _, parent = name.partition(".")
    assert matches([name.upper()], name)
    assert matches([f"*.{parent}"], name)
    assert not matches([f"*.{name}"], name)
    assert not matches([f"*.{parent}"], f"more.{first}.{parent}")
    assert not matches([f"*.{parent}"], parent)


@given(NAME, st.integers(0, 2**128 - 1))
def test_an_address_and_a_name_never_name_each_other(name: str, number: int) -> None:
    address = ":".join(f"{number:032x}"[start : start + 4] for start in range(0, 32, 4))
    assert matches([address], address)
    assert not matches([name, f"*.{name}"], address)
    assert not matches([address], name)
