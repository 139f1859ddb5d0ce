import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import target
from probe.grammar.target import parse_target
from probe.model.errors import UsageError
from probe.model.settings import Target, TargetKind

DOMAIN, MAILBOX, HOST, ADDRESS = TargetKind.DOMAIN, TargetKind.MAILBOX, TargetKind.HOST, TargetKind.ADDRESS


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(target).failed == 0


@pytest.mark.parametrize(
    ("text", "kind", "name", "recipient", "port"),
    [
        ("example.com", DOMAIN, "example.com", None, None),
        ("Bücher.Example", DOMAIN, "xn--bcher-kva.example", None, None),
        ("xn--bcher-kva.example", DOMAIN, "xn--bcher-kva.example", None, None),
        ("User@Example.COM", MAILBOX, "example.com", "User@example.com", None),
        ("user@bücher.example", MAILBOX, "xn--bcher-kva.example", "user@xn--bcher-kva.example", None),
        ('"a:b"@example.com', MAILBOX, "example.com", '"a:b"@example.com', None),
        ("user@[IPv6:2001:DB8::25]", ADDRESS, "2001:db8::25", "user@[IPv6:2001:db8::25]", None),
        ("[mx1.example.com]", HOST, "mx1.example.com", None, None),
        ("[mx1.example.com]:2525", HOST, "mx1.example.com", None, 2525),
        ("[mx]:25", HOST, "mx", None, 25),
        ("[2001:db8::25]", ADDRESS, "2001:db8::25", None, None),
        ("[2001:DB8:0::25]:2525", ADDRESS, "2001:db8::25", None, 2525),
        ("[IPv6:2001:db8::25]", ADDRESS, "2001:db8::25", None, None),
        ("[192.0.2.25]:2525", ADDRESS, "192.0.2.25", None, 2525),
        ("2001:db8::25", ADDRESS, "2001:db8::25", None, None),
        ("2001:db8:0:0:0:0:0:25", ADDRESS, "2001:db8::25", None, None),
        ("[2001:db8::1:25]", ADDRESS, "2001:db8::1:25", None, None),
        ("192.0.2.25", ADDRESS, "192.0.2.25", None, None),
    ],
)
def test_targets(text: str, kind: TargetKind, name: str, recipient: str | None, port: int | None) -> None:
    assert parse_target(text) == Target(text, kind, name, recipient, port)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        (" ", "empty"),
        ("example.com:25", "[example.com]:25"),
        ("example.com:25", "--port 25"),
        ("192.0.2.25:25", "[192.0.2.25]:25"),
        ("2001:db8::1:25", "[2001:db8::1]:25"),
        ("2001:db8::1:25", "[2001:db8::1:25]"),
        ("2001:db8:0:0:0:0:0:25:2525", "[ADDRESS]:PORT"),
        ("mx1:25:example", "[ADDRESS]:PORT"),
        ("[mx1.example.com", "brackets"),
        ("[[mx1.example.com]]", "brackets"),
        ("[mx1.example.com]25", "port"),
        ("[mx1.example.com]:", "port"),
        ("[mx1.example.com]:0", "port"),
        ("[mx1.example.com]:65536", "port"),
        ("[mx1.example.com]:smtp", "port"),
        ("[mx1.example.com:25]", "behind the bracket"),
        ("[2001:db8::25]x", "port"),
        ("[]", "missing"),
        ("[fe80::1%eth0]", "zone"),
        ("fe80::1%eth0", "zone"),
        ("[user@example.com]", "--to"),
        ("[mx1.example.com]@x", "--to"),
        ("user@example.com:25", "--port"),
        ("user@[192.0.2.25]:25", "--port"),
        ("smtp://mx1.example.com:25", "[mx1.example.com]:25"),
        ("smtp://mx1.example.com", "mx1.example.com for a domain"),
        ("https://user@example.com/path?x", "example.com for a domain"),
        ("https://[2001:db8::25]:2525/", "[2001:db8::25]:2525"),
        ("smtp://", "example.com"),
        ("smtp://a b", "example.com"),
        ("mailto:user@example.com", "mailto"),
        ("192.0.2.0/24", "@FILE"),
        ("./targets.txt", "@FILE"),
        ("192.0.2.256", "number"),
        ("exa mple.com", "blank"),
        ("example.com\r\nQUIT", "control"),
        ("[mx1.example.com\0]", "control"),
        ("under_score.example", "underscore"),
        ("a" * 2000, "long"),
    ],
)
def test_what_is_no_target(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_target(text)
    assert said in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 260


@given(st.text(max_size=60) | st.text(alphabet='[]:@.%/a1fd"\\ \r', max_size=40))
def test_every_input_is_a_target_or_a_usage_error(text: str) -> None:
    try:
        found = parse_target(text)
    except UsageError as error:
        said = str(error)
    else:
        said = found.name + (found.recipient or "")
        assert said.isascii()
        assert found.text == text
    assert said.isprintable()


@given(st.ip_addresses(v=6))
def test_every_ipv6_address_can_be_written_in_brackets(address: object) -> None:
    found = parse_target(f"[{address}]:2525")
    assert (found.kind, found.port) == (ADDRESS, 2525)
