import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import structured
from probe.grammar.structured import Kind, Piece, pieces, without_comments

WORD, COMMENT, SEMICOLON = Kind.WORD, Kind.COMMENT, Kind.SEMICOLON


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(structured).failed == 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a(b)c", [(WORD, "a"), (COMMENT, "b"), (WORD, "c")]),
        (r"(a \) b) c", [(COMMENT, r"a \) b"), (WORD, "c")]),
        ('(a " b) "c ) ;" d', [(COMMENT, 'a " b'), (WORD, '"c ) ;"'), (WORD, "d")]),
        (r'<"a \" b"@example.com>;', [(WORD, r'<"a \" b"@example.com>'), (SEMICOLON, ";")]),
        (r"DOMAIN\user (x)", [(WORD, r"DOMAIN\user"), (COMMENT, "x")]),
        # One stray character costs no more than itself.
        ("a( b (c) d", [(WORD, "a"), (WORD, "b"), (COMMENT, "c"), (WORD, "d")]),
        ("a) b (c)", [(WORD, "a"), (WORD, "b"), (COMMENT, "c")]),
        ('a" b (c) d', [(WORD, "a"), (WORD, "b"), (COMMENT, "c"), (WORD, "d")]),
    ],
)
def test_pieces(value: str, expected: list[tuple[Kind, str]]) -> None:
    assert pieces(value) == [Piece(kind, text) for kind, text in expected]


def test_comments_become_blanks() -> None:
    assert without_comments("a (b (c)) d (e") == "a   d (e"


@pytest.mark.parametrize("char", ["(", ")", '"', "\\", "(\\", '("', "[", "<", ";", "()", "( )", "\x00"])
def test_a_long_row_of_marks_comes_back(char: str) -> None:
    depth = 1 << 16
    found = pieces(char * depth + "word" + ")" * depth)
    assert sum(len(piece.text) for piece in found) <= depth * (len(char) + 1) + 4


@given(st.text(alphabet='ab ();"\\<>[]', max_size=60))
def test_no_input_raises_and_nothing_is_invented(value: str) -> None:
    rest = value
    for piece in pieces(value):
        assert piece.text in rest
        rest = rest[rest.index(piece.text) + len(piece.text) :]
        assert piece.text or piece.kind is COMMENT
    assert len(without_comments(value)) <= len(value)
