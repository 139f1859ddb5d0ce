import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from probe.grammar.text import clip
from probe.report._shown.private import privacy
from probe.report.markdown.escape import Scribe
from tests.report import measurements

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
SCRIBE = Scribe(privacy(measurements.report("healthy"), redact=False))


def flat(markdown: str) -> list[Token]:
    return [inner for token in PARSER.parse(markdown) for inner in (token, *(token.children or ()))]


def text_of(markdown: str) -> str:
    kinds = {"text", "code_inline", "text_special"}
    return "".join(token.content for token in flat(markdown) if token.type in kinds).replace("\u2060", "")


@given(st.text(st.characters(exclude_categories=[]), max_size=120) | st.text("`*_[]()#<>&|~\\@!-+=.1 a", max_size=40))
def test_running_text_is_text(text: str) -> None:
    said = SCRIBE.say(text, 200)
    assert {token.type for token in flat(said)} <= {
        "paragraph_open",
        "inline",
        "text",
        "text_special",
        "paragraph_close",
    }
    assert " ".join(text_of(said).split()) == " ".join(clip(text, 200).split())


@given(st.text(st.characters(exclude_categories=[]), max_size=120) | st.text("`|<>& a\\", max_size=40))
def test_code_is_one_code_span(text: str) -> None:
    said = SCRIBE.code(text, 200)
    (span,) = [token for token in flat(f"x {said} y") if token.type == "code_inline"]
    assert span.content == (clip(text, 200).strip() or "-")


@given(st.lists(st.text(max_size=60) | st.text("`~ a", max_size=12), max_size=6))
def test_a_block_holds_its_lines(lines: list[str]) -> None:
    (fence,) = flat(SCRIBE.block(lines))
    assert fence.type == "fence"
    assert fence.content.split("\n")[:-1] == [clip(line, 1000) for line in lines]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mx1.example.com [2001:db8::25] takes 0.5 s.", r"mx1.example.com \[2001:db8::25\] takes 0.5 s."),
        ("192.0.2.25", "192.0.2.25"),
        ("1. no list", r"1\. no list"),
        ("- no list", r"\- no list"),
        ("see https://a.example/ or www.a.example", r"see https\://a.example/ or www\.a.example"),
        ("ask @jane about #12", r"ask @&#8288;jane about \#&#8288;12"),
        ("<b> &amp;", "&lt;b&gt; &amp;amp;"),
    ],
)
def test_no_more_is_escaped_than_must_be(text: str, said: str) -> None:
    assert SCRIBE.say(text, 200) == said


def test_a_pipe_stays_in_its_cell() -> None:
    row = f"| a | b |\n|---|---|\n| {SCRIBE.say('x | y', 80)} | {SCRIBE.say('|', 80)} |"
    assert sum(token.type == "td_open" for token in flat(row)) == 2
