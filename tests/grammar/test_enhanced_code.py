"""Enhanced status codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.enhanced_code import enhanced_code


@pytest.mark.parametrize(
    ("code", "text", "enhanced"),
    [
        (250, "2.1.5 Ok", "2.1.5"),
        (550, "5.7.1", "5.7.1"),
        (550, "5.7.606 Access denied", "5.7.606"),
        (450, "5.1.1 the class is not that of the code", None),
        (550, "5.1.1000 four digits", None),
        (550, "5.1", None),
        (550, "5.1.1.1 too many", None),
        (550, " 5.1.1 not in front", None),
        (354, "3.0.0 there is no class 3", None),
        (550, "", None),
    ],
)
def test_table(code: int, text: str, enhanced: str | None) -> None:
    assert enhanced_code(code, text) == enhanced


@given(st.integers(), st.text())
def test_never_raises_and_only_finds_what_stands_in_front(code: int, text: str) -> None:
    found = enhanced_code(code, text)
    assert found is None or text.startswith(found)
