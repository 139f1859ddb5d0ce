import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.text import clip, columns, escape, printable

ANY_TEXT = st.text(st.characters(exclude_categories=[]))  # lone surrogates too
NEVER = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def bytes_behind(text: str) -> bytes:
    """The inverse of escape, written on its own."""
    pieces = re.split(r"(\\\\|\\x[0-9a-f]{2})", text)
    found = b""
    for piece in pieces:
        if piece == "\\\\":
            found += b"\\"
        elif re.fullmatch(r"\\x[0-9a-f]{2}", piece):
            found += bytes.fromhex(piece[2:])
        else:
            assert "\\" not in piece
            found += piece.encode()
    return found


def harmless(text: str) -> bool:
    return not any(unicodedata.category(char) in NEVER for char in text) and len(text.splitlines()) <= 1


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"220 mx1.example.com ESMTP", "220 mx1.example.com ESMTP"),
        ("220 пошта.example 郵便".encode(), "220 пошта.example 郵便"),
        (b"a\x00b\tc\r\nd", r"a\x00b\x09c\x0d\x0ad"),
        (b"\x1b[2J\x1b]0;owned\x07", r"\x1b[2J\x1b]0;owned\x07"),
        (b"\x9b2J", r"\x9b2J"),  # a C1 byte alone is not UTF-8
        ("\x9b2J".encode(), r"\xc2\x9b2J"),  # and as UTF-8 it is still a control
        ("\u202egpj.exe".encode(), r"\xe2\x80\xaegpj.exe"),
        ("one\u2028two\u2029three\u0085four".encode(), r"one\xe2\x80\xa8two\xe2\x80\xa9three\xc2\x85four"),
        ("soft\u00adhyphen\ufeff".encode(), r"soft\xc2\xadhyphen\xef\xbb\xbf"),
        (b"\xff\xfe", r"\xff\xfe"),
        (b"\xc0\xaf", r"\xc0\xaf"),  # over-long
        (b"\xed\xa0\x80", r"\xed\xa0\x80"),  # a surrogate
        (rb"C:\mail\x41", r"C:\\mail\\x41"),
    ],
)
def test_what_is_kept_and_what_is_escaped(data: bytes, text: str) -> None:
    assert escape(data) == text


@given(st.binary())
def test_escaped_bytes_are_harmless_and_recoverable(data: bytes) -> None:
    text = escape(data)
    assert harmless(text)
    assert text.isprintable()
    assert bytes_behind(text) == data


@given(ANY_TEXT)
def test_printable_is_harmless_and_idempotent(text: str) -> None:
    once = printable(text)
    assert harmless(once)
    assert printable(once) == once
    once.encode()  # no surrogate is left


@given(st.binary())
def test_escaped_text_needs_no_second_escape(data: bytes) -> None:
    assert printable(escape(data)) == escape(data)


def test_printable_leaves_backslashes_alone() -> None:
    assert printable(r"\x41 \\") == r"\x41 \\"


def test_width_counts_columns() -> None:
    assert columns("mx1") == 3
    assert columns("郵便") == 4
    assert columns("e\u0301") == 1


@given(ANY_TEXT, st.integers(0, 60))
def test_clipped_text_fits_and_is_harmless(text: str, limit: int) -> None:
    short = clip(text, limit)
    assert columns(short) <= limit
    assert len(short) <= 4 * limit + 3
    assert harmless(short)
    if text.isprintable() and columns(text) <= limit and len(text) <= 4 * limit:
        assert short == text


def test_clipping_shows_that_something_is_missing() -> None:
    assert clip("mx1.example.com", 15) == "mx1.example.com"
    assert clip("mx1.example.com", 10) == "mx1.exa..."
    assert clip("郵便郵便郵便", 8) == "郵便..."
    assert clip("a" + "\u0301" * 10_000, 10).endswith("...")


def test_a_megabyte_takes_no_time() -> None:
    for data in (b"\xff" * 1_000_000, b"\\" * 1_000_000, "\u202e".encode() * 300_000):
        before = time.perf_counter()
        escape(data)
        assert time.perf_counter() - before < 5
