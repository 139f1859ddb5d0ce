"""What holds in whatever format: foreign text moves no cursor, ends no line, and can always be written to a file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.api import formats, render
from tests.report import measurements

HOSTILE = (
    measurements.HOSTILE,
    measurements.RAW,
    measurements.MARKUP,
    "\x1b]0;title\x07\x1b[31m\x9b2J\x00\x08\x7f",
    "'\"`\\ %s {0} $(id) ; & | > <",
    "\r\n\x0b\x0c\x85\u2028\u2029",
    "\ud800\udfff\ufffe\uffff\U0010ffff",
    "\u202e\u2066\u200b\ufeff e\u0301\u0301\u0301",
    "x" * 100_000,
)


def harmless(name: str, text: str, *, redact: bool) -> str:
    out = render([measurements.hostile_throughout(text), measurements.report("healthy")], name, redact=redact)
    out.encode("utf-8")
    lines = out.replace("\r\n", "\n").split("\n")
    assert all(line.isprintable() for line in lines)
    return out


@pytest.mark.parametrize("name", formats())
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_shown_and_does_nothing(name: str, text: str) -> None:
    quiet = harmless(name, "a", redact=False)
    loud = harmless(name, text, redact=False)
    # A fix alone may have lines. Text is wrapped, a plugin's details are bounded as a whole.
    if "\n" not in text and name not in {"text", "nagios"}:
        assert loud.count("\n") == quiet.count("\n")
    harmless(name, text, redact=True)


@pytest.mark.parametrize("name", formats())
@given(text=st.text(st.characters(exclude_categories=[]), max_size=60), redact=st.booleans())
@settings(max_examples=25, deadline=None)
def test_any_text(name: str, text: str, redact: bool) -> None:
    harmless(name, text, redact=redact)


@pytest.mark.parametrize("name", sorted({*formats()} - {"json", "jsonl", "csv"}))
def test_an_endless_text_is_cut(name: str) -> None:
    """JSON and CSV are for programs and cut nothing."""
    assert len(harmless(name, "x" * 100_000, redact=False)) < 60_000
