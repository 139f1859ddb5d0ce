# ruff: noqa: E501 - a header stands as it is written

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import authres
from probe.grammar.authres import HEADERS, parse, parse_received_spf, placed


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(authres).failed == 0


@pytest.mark.parametrize(
    ("value", "methods", "client"),
    [
        ("mx.example.com; none", [], None),
        ("mx.example.com 1; spf=pass smtp.mailfrom=a@example.net", [("spf", "pass")], None),
        ("mx.example.com;\r\n dkim=pass (2048-bit; key) header.d=example.net header.s=a;\r\n\tdmarc=FAIL reason=\"a; b\" header.from=example.net",
         [("dkim", "pass"), ("dmarc", "fail")], None),
        ("mx.example.com; iprev=pass policy.iprev=\"2001:DB8::9\"", [("iprev", "pass")], "2001:db8::9"),
        ("mx.example.com; iprev=pass policy.iprev=2001:db8::9", [("iprev", "pass")], "2001:db8::9"),
        ("mx.example.com; iprev=pass (a.example) smtp.remote-ip=192.0.2.9", [("iprev", "pass")], "192.0.2.9"),
        ("mx.example.com; spf=pass (mx: domain of a@example.net designates 2001:db8::9 as permitted sender) smtp.mailfrom=a", [("spf", "pass")], "2001:db8::9"),
        ("mx.example.com; iprev=fail policy.iprev=192.0.2.9 (x)", [("iprev", "fail")], "192.0.2.9"),
        ("mx.example.com; spf/1 = pass smtp . mailfrom=x; = ; x", [("spf", "pass")], None),
    ],
)  # fmt: skip
def test_results(value: str, methods: list[tuple[str, str]], client: str | None) -> None:
    for given_as in (value, value.encode()):
        found = parse(given_as)
        assert found is not None
        assert found.authserv_id == "mx.example.com"
        assert [(item.method, item.result) for item in found.results] == methods
        assert found.client == client
        assert found.family == (None if client is None else "ipv6" if ":" in client else "ipv4")


def test_properties_reasons_and_comments() -> None:
    found = parse('mx; dmarc=fail (p=none) reason="why not" header.from=example.net policy.x="a b"')
    assert found is not None
    [result] = found.results
    assert (result.reason, result.comment) == ("why not", "p=none")
    assert result.properties == (("header.from", "example.net"), ("policy.x", "a b"))


@pytest.mark.parametrize("value", ["", ";", "=pass", " ; spf=pass"])
def test_what_names_no_server_is_none(value: str) -> None:
    assert parse(value) is None


def test_exchange_online_names_no_server() -> None:
    found = parse(
        "spf=pass (sender IP is 2001:db8::9)\r\n smtp.mailfrom=example.net; dkim=none (message not signed)\r\n"
        " header.d=none;dmarc=pass action=none header.from=example.net;compauth=pass reason=100"
    )
    assert found is not None
    assert (found.authserv_id, found.client) == ("", "2001:db8::9")
    assert [item.method for item in found.results] == ["spf", "dkim", "dmarc", "compauth"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("pass (mx: domain of a@example.net designates 2001:db8::9) client-ip=2001:DB8::9;", ("pass", "2001:db8::9", "ipv6", None, None)),
        ("SoftFail client-ip=192.0.2.9; envelope-from=\"a@example.net\"; helo=x; identity=mailfrom", ("softfail", "192.0.2.9", "ipv4", "a@example.net", "x")),
        ("none", ("none", None, None, None, None)),
        ("permerror client-ip=x", ("permerror", None, None, None, None)),
    ],
)  # fmt: skip
def test_received_spf(value: str, expected: tuple[str | None, ...]) -> None:
    found = parse_received_spf(value)
    assert found is not None
    assert (found.result, found.client, found.family, found.sender, found.helo) == expected


@pytest.mark.parametrize("value", ["", "maybe client-ip=192.0.2.9", "(pass)"])
def test_what_is_no_result_is_none(value: str) -> None:
    assert parse_received_spf(value) is None


def test_every_text_is_escaped() -> None:
    found, spf = parse(b"m\x1b; a=b x.y=\xff"), parse_received_spf(b"pass (\x1b) helo=\xff")
    assert found is not None
    assert spf is not None
    assert (found.authserv_id, found.results[0].properties) == ("m\\x1b", (("x.y", "\\xff"),))
    assert (spf.comment, spf.helo) == ("\\x1b", "\\xff")


@given(st.text(st.characters(), max_size=200) | st.binary(max_size=200))
def test_no_input_raises(value: str | bytes) -> None:
    for found in (parse(value), parse_received_spf(value)):
        assert repr(found).isprintable()


@pytest.mark.parametrize("mark", ["(", '"', ";", "=", "a=", "a=b;", " ", "\\"])
def test_a_value_full_of_marks_comes_back(mark: str) -> None:
    parse("mx; " + mark * 65536)
    parse_received_spf("pass " + mark * 65536)


def test_the_name_of_the_header_may_stand_in_front() -> None:
    assert parse("Authentication-Results: mx.example.com; spf=pass") == parse("mx.example.com; spf=pass")
    assert parse_received_spf(b"Received-SPF: pass helo=x") == parse_received_spf("pass helo=x")


def test_where_each_header_stands() -> None:
    message = (
        b"Authentication-Results: a; spf=pass\nReceived: by a\nReceived-SPF: fail\nReceived: by b\nReceived-SPF: ?\n\n"
    )
    assert [(one.above, one.results is not None, one.spf is not None) for one in placed(message)] == [
        (0, True, False),
        (1, False, True),
    ]
    assert len(placed(b"Received-SPF: pass\n" * 1000)) == HEADERS
