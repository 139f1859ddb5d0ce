import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.braced_words import words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" a  b\t", ["a", "b"]),
        ("a{b c}d e", ["a{b c}d", "e"]),
        ("{ a { b } c } d", ["{ a { b } c }", "d"]),
        ("a } b", ["a", "}", "b"]),
        ("a { b c", ["a", "{ b c"]),
    ],
)
def test_blanks_separate_outside_of_braces(text: str, found: list[str]) -> None:
    assert words(text, " \t") == found


@given(st.text(alphabet="ab{} \t", max_size=60))
def test_no_character_but_separators_is_lost(text: str) -> None:
    assert "".join("".join(words(text, " \t")).split()) == "".join(text.split())
