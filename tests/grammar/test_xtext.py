import doctest
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import xtext
from probe.grammar.xtext import decode, encode


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(xtext).failed == 0


@given(st.text(st.characters(max_codepoint=127), max_size=500))
def test_what_was_encoded_comes_back(text: str) -> None:
    wire = encode(text)
    assert re.fullmatch(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*", wire)  # xchar and hexchar of RFC 3461 4
    assert decode(wire) == text


@given(st.text(max_size=500))
def test_any_text_can_be_read(text: str) -> None:
    assert len(decode(text)) <= len(text)


@given(st.text(st.characters(min_codepoint=128), min_size=1))
def test_beyond_ascii_there_is_no_xtext(text: str) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        encode(text)


@pytest.mark.parametrize(
    ("text", "wire"),
    [("a=b", "a+3Db"), ("two words", "two+20words"), ("line\r\nRCPT", "line+0D+0ARCPT"), ("", "")],
)
def test_what_could_end_a_parameter_is_encoded(text: str, wire: str) -> None:
    assert encode(text) == wire
