import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.logical_lines import logical_lines, name_and_value


def read(text: str) -> list[tuple[int, str]]:
    return [(line.number, line.text) for line in logical_lines(text, "main.cf")[0]]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("# only a comment\n\n \t\n", []),
        ("a = b", [(1, "a = b")]),
        ("\n# x\na = b\n  c\nd = e\n", [(3, "a = b  c"), (5, "d = e")]),
        ("a = b\n# in between\n\n   # indented\n  c\n", [(1, "a = b  c")]),
        ("a = b # no comment\n", [(1, "a = b # no comment")]),
        ("a = b\r\n c\r\n", [(1, "a = b\r c\r")]),
    ],
)
def test_folding(text: str, lines: list[tuple[int, str]]) -> None:
    assert read(text) == lines


def test_a_first_line_that_begins_with_a_blank_continues_nothing() -> None:
    lines, problems = logical_lines("  a = b\n  c\nd = e\n", "main.cf")
    assert [line.text for line in lines] == ["d = e"]
    assert [(problem.place, problem.fatal) for problem in problems] == [("main.cf:1", False)]


def test_a_nul_ends_the_line() -> None:
    lines, problems = logical_lines("a = b\0c\n  d\n", "main.cf")
    assert [line.text for line in lines] == ["a = b"]
    assert "NUL" in problems[0].sentence


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("a=b", ("a", "b")),
        ("  a  =  b = c  ", ("a", "b = c")),
        ("a =", ("a", "")),
        ("= b", "no name before the equals sign"),
        ("a", "no equals sign after the name"),
        ("a b = c", "no equals sign after the name"),
    ],
)
def test_name_and_value(text: str, answer: object) -> None:
    assert name_and_value(text) == answer


@given(st.text(alphabet="ab# \t\n\r\0=", max_size=200))
def test_every_logical_line_begins_where_it_says(text: str) -> None:
    physical = text.split("\n")
    lines, _ = logical_lines(text, "f")
    for line in lines:
        assert (
            physical[line.number - 1].partition("\0")[0]
            == line.text[: len(physical[line.number - 1].partition("\0")[0])]
        )
    assert [line.number for line in lines] == sorted({line.number for line in lines})


@given(st.text(max_size=300))
def test_no_text_makes_it_raise(text: str) -> None:
    logical_lines(text, "f")
    name_and_value(text)
