"""Hosts, ports and addresses as options take them."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import endpoint
from probe.grammar.endpoint import Pinned
from probe.model.errors import UsageError
from probe.model.settings import Redirect
from probe.model.words import Family


def complaint(parser: Callable[[str], Any], text: str) -> str:
    try:
        parser(text)
    except UsageError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2001:DB8:0:0::25", "2001:db8::25"),
        ("[2001:db8::25]", "2001:db8::25"),
        ("[IPv6:2001:db8::25]", "2001:db8::25"),
        ("192.0.2.25", "192.0.2.25"),
        ("[192.0.2.25]", "192.0.2.25"),
    ],
)
def test_an_address(text: str, value: str) -> None:
    assert endpoint.address(text) == value


@pytest.mark.parametrize(
    ("text", "family", "line"),
    [
        ("mx1.example.com", None, '"mx1.example.com" is not an address'),
        ("192.0.2.25", Family.IPV6, '"192.0.2.25" is not an IPv6 address'),
        ("2001:db8::25", Family.IPV4, '"2001:db8::25" is not an IPv4 address'),
        ("192.0.2.256", Family.IPV4, '"192.0.2.256" is not an IPv4 address'),
        ("fe80::1%eth0", None, '"fe80::1%eth0" has a zone id, which has no meaning outside this machine'),
        ("", None, '"" is not an address'),
    ],
)
def test_not_an_address(text: str, family: Family | None, line: str) -> None:
    with pytest.raises(UsageError) as caught:
        endpoint.address(text, family)
    assert str(caught.value) == line


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("MX1.Example.com", "mx1.example.com"),
        ("mx1.example.com.", "mx1.example.com"),
        ("2001:db8::25", "2001:db8::25"),
        ("[2001:db8::25]", "2001:db8::25"),
        ("192.0.2.25", "192.0.2.25"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_host(text: str, value: str) -> None:
    assert endpoint.host(text) == value


@pytest.mark.parametrize(
    "text", ["192.0.2.256", "1.2.3", "[mx1.example.com]", "2001:db8::g", "a b", "a\r\nb", "", "[", "a@b.org"]
)
def test_not_a_host(text: str) -> None:
    assert complaint(endpoint.host, text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("mx1.example.com", ("mx1.example.com", None)),
        ("mx1.example.com:2525", ("mx1.example.com", 2525)),
        ("[2001:db8::25]", ("2001:db8::25", None)),
        ("[2001:db8::25]:2525", ("2001:db8::25", 2525)),
        ("192.0.2.25:2525", ("192.0.2.25", 2525)),
    ],
)
def test_a_host_with_or_without_a_port(text: str, value: tuple[str, int | None]) -> None:
    assert endpoint.host_port(text) == value


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("2001:db8::25", '"2001:db8::25" is not HOST or HOST:PORT; IPv6 stands in brackets: [2001:db8::25]'),
        ("a:1:2", '"a:1:2" is not HOST or HOST:PORT; IPv6 stands in brackets'),
        ("mx1.example.com:smtp", '"smtp" is not a port from 1 to 65535'),
        ("mx1.example.com:", '"" is not a port from 1 to 65535'),
        (":25", "the host is missing"),
    ],
)
def test_not_a_host_with_a_port(text: str, line: str) -> None:
    assert complaint(endpoint.host_port, text) == line


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("192.0.2.53", ("192.0.2.53", 53)),
        ("192.0.2.53:5353", ("192.0.2.53", 5353)),
        ("2001:db8::53", ("2001:db8::53", 53)),
        ("::1", ("::1", 53)),
        ("[2001:db8::53]", ("2001:db8::53", 53)),
        ("[2001:db8::53]:5353", ("2001:db8::53", 5353)),
    ],
)
def test_a_nameserver(text: str, value: tuple[str, int]) -> None:
    assert endpoint.nameserver(text) == value


@pytest.mark.parametrize("text", ["ns.example.com", "192.0.2.53:0", "[2001:db8::53]:", "[::1]:53:53", "::1%lo", ""])
def test_not_a_nameserver(text: str) -> None:
    assert complaint(endpoint.nameserver, text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("mx1.example.com:25:192.0.2.1:2525", Redirect("mx1.example.com", 25, "192.0.2.1", 2525)),
        ("mx1.example.com:25:[2001:db8::1]:2525", Redirect("mx1.example.com", 25, "2001:db8::1", 2525)),
        ("[2001:db8::25]:25:[::1]:2525", Redirect("2001:db8::25", 25, "::1", 2525)),
    ],
)
def test_connect_to(text: str, value: Redirect) -> None:
    assert endpoint.connect_to(text) == value


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "a.example:25:2001:db8::1:25",
            '"a.example:25:2001:db8::1:25" is not HOST:PORT:ADDR:PORT; IPv6 stands in brackets',
        ),
        ("a.example:25", '"a.example:25" is not HOST:PORT:ADDR:PORT; IPv6 stands in brackets'),
        ("a.example:25:b.example:25", '"b.example" is not an address'),
        (":25:192.0.2.1:25", "the host is missing"),
        ("a.example::192.0.2.1:25", '"" is not a port from 1 to 65535'),
    ],
)
def test_not_connect_to(text: str, line: str) -> None:
    assert complaint(endpoint.connect_to, text) == line


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("MX1.example.com:192.0.2.1", Pinned("mx1.example.com", None, ("192.0.2.1",))),
        ("a.example:[2001:DB8::1],192.0.2.1", Pinned("a.example", None, ("2001:db8::1", "192.0.2.1"))),
        ("a.example:25:192.0.2.1,192.0.2.1", Pinned("a.example", 25, ("192.0.2.1",))),
    ],
)
def test_resolve(text: str, value: Pinned) -> None:
    assert endpoint.resolve(text) == value


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a.example", '"a.example" is not NAME:ADDR or NAME:PORT:ADDR; IPv6 stands in brackets'),
        (
            "a.example:2001:db8::1",
            '"a.example:2001:db8::1" is not NAME:ADDR or NAME:PORT:ADDR; IPv6 stands in brackets',
        ),
        ("a.example:", '"" has an empty part; write A or A,B'),
        ("a.example:192.0.2.1,", '"192.0.2.1," has an empty part; write A or A,B'),
        ("a.example:b.example", '"b.example" is not an address'),
        ("a.example:0:192.0.2.1", '"0" is not a port from 1 to 65535'),
    ],
)
def test_not_resolve(text: str, line: str) -> None:
    assert complaint(endpoint.resolve, text) == line


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2001:DB8::/32", "2001:db8::/32"),
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("192.0.2.1", "192.0.2.1/32"),
        ("::/0", "::/0"),
    ],
)
def test_a_range(text: str, value: str) -> None:
    assert endpoint.cidr(text) == value


def test_a_range_with_bits_after_its_prefix_is_mended_by_the_message() -> None:
    line = '"2001:db8::1/32" has bits set after its prefix; the range is 2001:db8::/32'
    assert complaint(endpoint.cidr, "2001:db8::1/32") == line


@pytest.mark.parametrize(
    "text", ["", "/", "2001:db8::/129", "192.0.2.0/33", "192.0.2.0/255.255.255.0", "x/8", "::%1/64", "::/٣"]
)
def test_not_a_range(text: str) -> None:
    assert complaint(endpoint.cidr, text).endswith("is not a range of addresses, such as 2001:db8::/32 or 192.0.2.0/24")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Probe.example.net", "probe.example.net"),
        ("[192.0.2.9]", "[192.0.2.9]"),
        ("[IPv6:2001:DB8::9]", "[IPv6:2001:db8::9]"),
        ("[2001:db8::9]", "[IPv6:2001:db8::9]"),
    ],
)
def test_helo(text: str, value: str) -> None:
    assert endpoint.helo(text) == value


@pytest.mark.parametrize("text", ["", "a b", "a\r\nMAIL FROM:<>", "[mx1]", "[fe80::1%eth0]", "a\0", "-"])
def test_not_helo(text: str) -> None:
    assert complaint(endpoint.helo, text)


def test_colons_inside_brackets_do_not_part_fields() -> None:
    assert endpoint.fields("a:[b:c]:d") == ["a", "[b:c]", "d"]
    assert endpoint.fields("a:[b:c") == ["a", "[b:c"]
    assert endpoint.fields("a]:b") == ["a]", "b"]
    assert endpoint.fields("") == [""]


PARSERS: dict[str, Callable[[str], Any]] = {
    "address": endpoint.address,
    "host": endpoint.host,
    "host_port": endpoint.host_port,
    "nameserver": endpoint.nameserver,
    "connect_to": endpoint.connect_to,
    "resolve": endpoint.resolve,
    "cidr": endpoint.cidr,
    "helo": endpoint.helo,
}


@pytest.mark.parametrize("name", PARSERS)
@given(text=st.text() | st.text("0123456789abcdef.:,[]/%-", max_size=40))
def test_any_text_gives_a_value_or_one_line(name: str, text: str) -> None:
    assert complaint(PARSERS[name], text).isprintable()


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize("unit", ["1", ":", "[", "]", "a:", ".", "1,", "a.", "%"])
def test_a_long_text_takes_no_long_time(name: str, unit: str) -> None:
    began = time.process_time()
    assert 0 < len(complaint(PARSERS[name], unit * 200_000)) < 300
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2525", (None, 2525)),
        (":2525", (None, 2525)),
        ("[]:2525", (None, 2525)),
        ("[2001:DB8::1]:25", ("2001:db8::1", 25)),
        ("192.0.2.1:25", ("192.0.2.1", 25)),
    ],
)
def test_where_to_listen(text: str, value: tuple[str | None, int]) -> None:
    assert endpoint.listening(text) == value


@pytest.mark.parametrize("text", ["", ":", "0", "65536", "a.example:25", "2001:db8::1:25", "[fe80::1%lo]:25", "1:2:3"])
def test_nowhere_to_listen(text: str) -> None:
    assert complaint(endpoint.listening, text).isprintable()
    assert complaint(endpoint.listening, text)


def test_the_hint_for_bare_ipv6() -> None:
    assert "[2001:db8::1]" in complaint(endpoint.listening, "2001:db8::1")


@pytest.mark.parametrize(("text", "host", "port"), [("2001:db8::53:53", "2001:db8::53", 53), ("::1:5353", "::1", 5353)])
def test_a_name_server_that_could_be_read_with_a_port_is_asked_for(text: str, host: str, port: int) -> None:
    with pytest.raises(UsageError) as caught:
        endpoint.nameserver(text)
    assert str(caught.value).endswith(f"can be read with a port or without: write [{text}] or [{host}]:{port}")
    assert endpoint.nameserver(f"[{text}]") == (text, 53)
    assert endpoint.nameserver("2001:db8::53") == ("2001:db8::53", 53)
