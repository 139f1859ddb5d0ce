"""A message on its way: dots, ends, and what a server may hold against it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.smtp.commands import OurMistake
from probe.smtp.content import ContentFact, content


@pytest.mark.parametrize(
    ("message", "wire"),
    [
        (b"", b".\r\n"),
        (b"a\r\n", b"a\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b".\r\n", b"..\r\n.\r\n"),
        (b".a\r\n..b\r\n", b"..a\r\n...b\r\n.\r\n"),
        (b"a\r\n\r\n.\r\nb\r\n", b"a\r\n\r\n..\r\nb\r\n.\r\n"),
    ],
)
def test_dots_are_doubled_and_one_ends_it(message: bytes, wire: bytes) -> None:
    assert content(message, {}).wire == wire


@pytest.mark.parametrize("message", [b"a\nb\r\n", b"a\rb\r\n", b"a\r\n.\n", b"\n", b"a\r", b"\r\r\n"])
def test_a_line_end_that_stands_alone_is_our_mistake(message: bytes) -> None:
    with pytest.raises(OurMistake):
        content(message, {})


@pytest.mark.parametrize(
    ("message", "offered", "facts"),
    [
        (b"x" * 998 + b"\r\n", {}, ()),
        (b"x" * 999 + b"\r\n", {}, (ContentFact.LONG_LINE,)),
        (b"caf\xc3\xa9\r\n", {}, (ContentFact.EIGHT_BIT,)),
        (b"caf\xc3\xa9\r\n", {"8BITMIME": ""}, ()),
        (b"12345678\r\n", {"SIZE": "10"}, ()),
        (b"123456789\r\n", {"SIZE": "10"}, (ContentFact.OVER_SIZE,)),
        (b"123456789\r\n", {"SIZE": "0"}, ()),
        (b"123456789\r\n", {"SIZE": ""}, ()),
        (b"123456789\r\n", {"SIZE": "ten"}, ()),
        (b"123456789\r\n", {"SIZE": "9" * 5000}, ()),
    ],
)
def test_what_a_server_may_hold_against_it(
    message: bytes, offered: dict[str, str], facts: tuple[ContentFact, ...]
) -> None:
    assert content(message, offered).facts == facts


@given(st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\r", b"").replace(b"\n", b"."))))
def test_the_server_gets_back_what_was_meant(lines: list[bytes]) -> None:
    message = b"".join(line + b"\r\n" for line in lines)
    *body, dot, nothing = content(message, {}).wire.split(b"\r\n")
    assert (dot, nothing) == (b".", b"")
    assert b"." not in body
    assert [line[1:] if line.startswith(b".") else line for line in body] == lines


@given(st.text(alphabet=".\r\na", max_size=40).map(lambda text: text.replace("\r", "").replace("\n", "\r\n").encode()))
def test_doubling_can_be_undone_and_leaves_no_dot_alone(message: bytes) -> None:
    wire = content(message, {}).wire
    assert wire.endswith(b".\r\n")
    stuffed = wire[:-3]
    assert b"\n.\r\n" not in b"\n" + stuffed
    plain = (b"\n" + stuffed).replace(b"\n..", b"\n.")[1:]
    assert plain in {message, message + b"\r\n"}
