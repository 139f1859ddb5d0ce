import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.text import columns
from probe.model.words import Verdict
from probe.report._shown.wording import SIGNS
from probe.report.text.layout import INKS, Ink, Paper, pad

PAPER = Paper(60)


def test_a_sentence_is_wrapped_behind_its_indent() -> None:
    lines = list(PAPER.wrap("one two three " * 8, "    ", "  - "))
    assert lines[0].startswith("  - one")
    assert all(line.startswith("    ") for line in lines[1:])
    assert " ".join(line[4:] for line in lines).split() == ["one", "two", "three"] * 8
    assert len(lines) > 1


def test_a_word_wider_than_the_paper_is_broken() -> None:
    assert list(Paper(30).wrap("a" * 70, "  ")) == ["  " + "a" * 28, "  " + "a" * 28, "  " + "a" * 14]
    assert list(Paper(30).wrap("郵" * 20, "  ")) == ["  " + "郵" * 14, "  " + "郵" * 6]


def test_an_empty_text_is_the_lead_alone() -> None:
    assert list(PAPER.wrap("", "    ", "Notes  ")) == ["Notes"]


@given(st.text(), st.integers(0, 12), st.integers(1, 20))
def test_wrapped_lines_fit_and_lose_nothing(text: str, indent: int, lead: int) -> None:
    lines = list(PAPER.wrap(text, " " * indent, "#" * lead))
    assert all(columns(line) <= 60 and line.isprintable() for line in lines)
    joined = lines[0][lead:] + "".join(line[indent:] for line in lines[1:])
    assert "".join(joined.split()) == "".join(PAPER.say(text).split())


def test_ink_is_put_on_whole_words_of_ours_only() -> None:
    paper = Paper(60, color=True)
    assert paper.ink("x", Ink.BAD) == "\x1b[1;31mx\x1b[0m"
    assert paper.ink("x", Ink.PLAIN) == "x"
    assert paper.ink("", Ink.BAD) == ""
    assert paper.say("\x1b[31mred") == r"\x1b[31mred"
    assert list(paper.wrap("seen", "", "  x ", ink=Ink.BAD)) == ["\x1b[1;31m  x \x1b[0mseen"]


def test_ink_does_not_count_as_width() -> None:
    text = "word " * 30
    plain = list(Paper(60).wrap(text, "  ", "x "))
    inked = list(Paper(60, color=True).wrap(text, "  ", "x ", ink=Ink.BAD))
    assert [line.replace("\x1b[1;31m", "").replace("\x1b[0m", "") for line in inked] == plain


def test_names_are_hidden_before_a_text_is_cut() -> None:
    assert Paper(redact=True).say("jane.roe@example.com", 8) == "***@e..."


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_a_sign_and_a_word_of_its_own(verdict: Verdict) -> None:
    assert PAPER.verdict(verdict) == f"{SIGNS[verdict]} {verdict.name}"
    assert len(set(SIGNS.values())) == len(set(INKS.values())) == len(Verdict)
    assert all(sign.isascii() and len(sign) == 1 for sign in SIGNS.values())


def test_padding_counts_columns() -> None:
    assert pad("郵便", 6) + "|" == "郵便  |"
