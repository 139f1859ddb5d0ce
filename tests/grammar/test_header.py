import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import header
from probe.grammar.header import SECTION, VALUE, fields, section


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(header).failed == 0


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_fields_end_at_the_first_empty_line(end: bytes) -> None:
    message = end.join([b"From: a", b"To: b", b"", b"Subject: in the body"])
    assert list(fields(message)) == [("from", b"a"), ("to", b"b")]
    assert section(message) == end.join([b"From: a", b"To: b"])


def test_folded_lines_are_one_value_and_strange_lines_are_passed_over_with_what_is_folded_under_them() -> None:
    message = b"From me Sun Nov 22\n folded under it\nSubject :  a\n\t b\n \n  c  \nno field\nX: \xff\x00\n"
    assert list(fields(message)) == [("subject", b"a b c"), ("x", b"\xff\x00")]


def test_empty_lines_before_the_header_section_are_not_its_end() -> None:
    assert list(fields(b"\r\n\nTo: b\n")) == [("to", b"b")]


def test_what_is_read_is_bounded() -> None:
    [(_, value)] = fields(b"X: " + b"a" * (VALUE + 10))
    assert len(value) == VALUE
    assert sum(len(value) for _, value in fields(b"X: aaaaaaa\n" * (SECTION // 5))) <= SECTION


@given(st.binary(max_size=400))
def test_no_input_raises(data: bytes) -> None:
    for name, value in fields(data):
        assert name == name.lower()
        assert ":" not in name
        assert b"\n" not in value


@given(
    st.lists(st.tuples(st.from_regex(r"[!-9;-~]{1,20}", fullmatch=True), st.from_regex(r"[!-~]{1,30}", fullmatch=True)))
)
def test_what_was_written_is_read(given_fields: list[tuple[str, str]]) -> None:
    message = "".join(f"{name}:\r\n {value}\r\n" for name, value in given_fields).encode()
    assert list(fields(message)) == [(name.lower(), value.encode()) for name, value in given_fields]
