import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.postfix_sockets import bindings, families, names, split
from probe.model.words import Family

V6, V4 = Family.IPV6, Family.IPV4
KNOWN = {"localhost": ["127.0.0.1", "::1"], "mx1.example.com": ["192.0.2.25"]}


@pytest.mark.parametrize(
    ("service", "host", "port"),
    [
        ("smtp", None, 25), ("2525", None, 2525), ("submissions", None, 465), ("127.0.0.1:10025", "127.0.0.1", 10025),
        ("[::1]:smtp", "::1", 25), ("::1:25", "::1", 25), ("localhost:lmtp", "localhost", 24), (":25", None, 25),
        ("policyd", None, None), ("99999", None, None), ("", None, None),
    ],
)  # fmt: skip
def test_host_and_port_of_a_service(service: str, host: str | None, port: int | None) -> None:
    assert split(service) == (host, port)


def test_the_families_of_a_value() -> None:
    assert [families(text) for text in ("all", "ipv4", "ipv6, ipv4", "nonsense")] == [(V6, V4), (V4,), (V6, V4), ()]


def opened(service: str = "smtp", protocols: str = "all", interfaces: str = "all") -> dict[Family, tuple[str, ...]]:
    found = bindings([(service, "master.cf:1")], protocols, interfaces, KNOWN)
    return {item.family: (*item.addresses, *(f"?{name}" for name in item.unknown)) for item in found}


@pytest.mark.parametrize(
    ("service", "protocols", "interfaces", "expected"),
    [
        ("smtp", "all", "all", {V6: ("::",), V4: ("0.0.0.0",)}),
        ("smtp", "ipv4", "all", {V4: ("0.0.0.0",)}),
        ("smtp", "all", "loopback-only", {V6: ("::1",), V4: ("127.0.0.1",)}),
        ("smtp", "all", "192.0.2.25", {V4: ("192.0.2.25",)}),
        ("smtp", "all", "192.0.2.25, [2001:db8::25]", {V6: ("2001:db8::25",), V4: ("192.0.2.25",)}),
        ("smtp", "all", "mx1.example.com localhost", {V6: ("::1",), V4: ("192.0.2.25", "127.0.0.1")}),
        ("smtp", "all", "mail.example.org", {V6: ("?mail.example.org",), V4: ("?mail.example.org",)}),
        ("[::1]:25", "all", "192.0.2.25", {V6: ("::1",)}),
        ("[::1]:25", "ipv4", "all", {}),
        ("localhost:10025", "all", "all", {V6: ("::1",), V4: ("127.0.0.1",)}),
        ("policyd", "all", "all", {}),
    ],
)
def test_where_it_listens(
    service: str, protocols: str, interfaces: str, expected: dict[Family, tuple[str, ...]]
) -> None:
    assert opened(service, protocols, interfaces) == expected


def test_names_that_have_to_be_looked_up() -> None:
    assert names(["smtp", "[::1]:25", "localhost:25"], "all") == ["localhost"]
    assert names(["smtp"], "mx1.example.com, 192.0.2.25") == ["mx1.example.com"]
    assert names(["smtp"], "loopback-only") == []


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_text_makes_it_raise(service: str, protocols: str, interfaces: str) -> None:
    names([service], interfaces)
    for item in bindings([(service, "x")], protocols, interfaces, {}):
        assert item.addresses or item.unknown
