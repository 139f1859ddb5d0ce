import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import tag_list
from probe.grammar.tag_list import parse


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(tag_list).failed == 0


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("v=DKIM1; k=rsa; p=MIIB==", {"v": "DKIM1", "k": "rsa", "p": "MIIB=="}),
        ("p=", {"p": ""}),
        ("P=a; p=b", {"p": "a"}),
        (" ;; a=1 ;", {"a": "1"}),
        ("nonsense", None),
        ("1=2", None),
        ("", None),
    ],
)
def test_lists(text: str, tags: dict[str, str] | None) -> None:
    assert parse(text) == tags


@given(st.text())
def test_no_text_raises(text: str) -> None:
    parse(text)
