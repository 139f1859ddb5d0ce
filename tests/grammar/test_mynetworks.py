import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.mynetworks import PatternKind, parse


@pytest.mark.parametrize(
    ("text", "address", "inside"),
    [
        ("127.0.0.0/8 [::1]/128", "::1", True),
        ("127.0.0.0/8 [::1]/128", "2001:db8::1", False),
        ("!192.0.2.1 192.0.2.0/24", "192.0.2.1", False),
        ("192.0.2.0/24 !192.0.2.1", "192.0.2.1", True),
        ("192.0.2.0/24", "::ffff:192.0.2.1", True),
        ("hash:/etc/postfix/networks", "192.0.2.1", None),
        ("192.0.2.0/24 hash:/etc/postfix/networks", "192.0.2.1", True),
        ("!hash:/etc/postfix/networks", "192.0.2.1", False),
        ("/etc/postfix/networks", "192.0.2.1", None),
        ("127.0.0.0/8 2001:db8::/32 192.0.2.0/24", "127.0.0.1", True),
        ("127.0.0.0/8 2001:db8::/32 192.0.2.0/24", "192.0.2.1", False),
        ("127.0.0.0/8 ::1/128", "127.0.0.1", False),
        ("0.0.0.0/0", "no address", False),
        ("", "127.0.0.1", False),
    ],
)
def test_membership(text: str, address: str, inside: bool | None) -> None:
    assert parse(text).contains(address) is inside


def test_a_file_stands_for_its_lines() -> None:
    files = {"/n": "# ours\n192.0.2.0/24\n!10.0.0.1 10.0.0.0/8\n", "/self": "/self\n"}
    assert parse("/n", files).contains("10.0.0.2") is True
    assert parse("!/n 0.0.0.0/0", files).contains("10.0.0.2") is False
    assert any(problem.fatal for problem in parse("/self", files).problems)


def test_names_of_clients() -> None:
    networks = parse("example.com .example.org")
    assert networks.decide("192.0.2.1", "mx.example.com").inside
    assert not networks.decide("192.0.2.1", "mx.example.org").inside
    assert networks.decide("192.0.2.1", "mx.example.org", parents=False).inside
    assert not networks.decide("192.0.2.1", "notexample.com").inside


@pytest.mark.parametrize(
    ("text", "said", "fatal"),
    [
        ("2001:db8::/32", "IPv6 without brackets", False),
        ("::1/128", "IPv6 without brackets", True),
        ("!", "exclamation", True),
        ("192.0.2.1/24", "host bits", False),
        ("wrong:/etc/table", "no table has the type", False),
        ("192.0.2.0/24;10.0.0.0/8", "no network and no name", False),
        ("192.168.", "no address", False),
        ("10.0.0.0/8 # lan", "comment", False),
    ],
)
def test_problems(text: str, said: str, fatal: bool) -> None:
    [problem] = parse(text).problems
    assert said in problem.sentence
    assert problem.fatal is fatal


def test_one_address_is_a_network_of_one() -> None:
    [plain, bracketed] = parse("192.0.2.1 [192.0.2.1]").patterns
    assert plain.kind is bracketed.kind is PatternKind.NETWORK
    assert str(plain.network) == str(bracketed.network) == "192.0.2.1/32"


def test_an_error_is_told_from_a_refusal() -> None:
    decision = parse("192.0.2.1/24 192.0.3.0/24").decide("192.0.3.1")
    assert (decision.inside, decision.error) == (False, True)
    assert parse("192.0.2.1/24 [2001:db8::]/64").decide("2001:db8::1").inside


@given(st.text(alphabet="0123456789abf:.[]/!{}#, \nx", max_size=80), st.ip_addresses())
def test_no_text_makes_it_raise(text: str, address: object) -> None:
    assert parse(text).contains(str(address)) in {True, False, None}


def test_a_long_list_takes_linear_time() -> None:
    before = time.perf_counter()
    networks = parse("192.0.2.0/24, " * 50_000 + "{" * 100_000)
    assert not networks.contains("2001:db8::1")
    assert time.perf_counter() - before < 30
