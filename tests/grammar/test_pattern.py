import re
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.grammar.pattern import compile_pattern
from probe.model.errors import UsageError


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("Postfix", "mx1.example.com ESMTP Postfix", True),
        ("postfix", "mx1.example.com ESMTP Postfix", False),
        (r"^mx\d+\.example\.(com|net) ESMTP", "mx12.example.net ESMTP", True),
        (r"^mx\d+\.example\.(com|net) ESMTP", "smx12.example.net ESMTP", False),
        ("ESMTP$", "mx ESMTP Postfix", False),
        ("[^a-z]x", "ax", False),
        ("a{2,3}b", "ab aab", True),
        ("a{3}", "aa", False),
        ("(?:ab)+c", "ababc", True),
        ("", "x", None),
        ("(?=x)", "x", None),
        (r"(a)\1", "aa", None),
        ("a**", "a", None),
        ("*a", "a", None),
        ("(a", "a", None),
        ("a)", "a", None),
        ("[a", "a", None),
        ("a{999}", "a", None),
        ("a{3,2}", "a", None),
        ("((a{100}){100}){100}", "a", None),
        ("a" * 201, "a", None),
        ("\x1b", "a", None),
    ],
)
def test_what_is_found(pattern: str, text: str, found: bool | None) -> None:
    if found is None:
        with pytest.raises(UsageError) as wrong:
            compile_pattern(pattern)
        assert "\n" not in str(wrong.value)
    else:
        assert compile_pattern(pattern).found_in(text) is found


ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\W", "(a|b)", "(?:ab|)", r"\."])
REPEATS = st.sampled_from(["", "*", "+", "?", "{2}", "{1,3}", "{2,}"])
PARTS = st.tuples(ATOMS, REPEATS).map("".join) | st.sampled_from("^$")
PATTERNS = st.lists(PARTS, min_size=1, max_size=5).map("".join)


@settings(max_examples=400, deadline=None)
@given(PATTERNS, st.text("ab1. ", max_size=12))
def test_it_finds_what_the_library_finds(pattern: str, text: str) -> None:
    expected = re.search(pattern.replace("$", r"\Z"), text) is not None
    assert compile_pattern(pattern).found_in(text) is expected


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_a_pattern_or_told(pattern: str, text: str) -> None:
    with suppress(UsageError):
        compile_pattern(pattern).found_in(text)


@pytest.mark.parametrize("pattern", ["(a|a)*b", "(a*)*b", "(a?){60}a{60}b", ".*.*.*.*.*x"])
def test_no_pattern_takes_for_ever(pattern: str) -> None:
    begun = time.process_time()
    assert compile_pattern(pattern).found_in("a" * 2000) is False
    assert time.process_time() - begun < 10
