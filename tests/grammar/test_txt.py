import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import txt
from probe.grammar.txt import joined, octets
from tests.grammar.spf.suite import quoted


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(txt).failed == 0


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ('"v=spf1 " "-all"', "v=spf1 -all"),
        ("v=spf1", "v=spf1"),
        ('""', ""),
        ("", ""),
        (r'"\\\"\256"', '\\"\xff'),
        ('"open', "open"),
    ],
)
def test_strings_are_put_together_without_a_blank(record: str, text: str) -> None:
    assert joined(record) == text


@given(st.text())
def test_what_was_quoted_comes_back(text: str) -> None:
    clean = text.encode("utf-8", "replace").decode()
    assert joined(f'"{quoted(clean)}"').encode("latin-1").decode() == clean


@given(st.text())
def test_no_record_raises(record: str) -> None:
    joined(record)


def test_octets_are_those_of_the_wire() -> None:
    assert octets(r'"v=STSv1; " "id=\195\1642"') == b"v=STSv1; id=\xc3\xa42"
    assert octets("\u2603") == b"?"
