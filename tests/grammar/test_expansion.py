import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.expansion import DEEPEST, Expansion, ExpansionError

NAMES = {"full": "value", "empty": "", "again": "<$full>", "loop": "x$loop", "level": "3.6", "digits": "10"}


def expand(text: str) -> str:
    return Expansion(NAMES.get).expand(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("$full ${full} $(full)", "value value value"),
        ("$full.x$full_y", "value.x"),
        ("$$full", "$full"),
        ("$again", "<value>"),
        ("${ full }", "value"),
        ("${full?a:b}${empty?c}", "a:b"),
        ("${full:a}${empty:b?c}${nobody:d}", "b?cd"),
        ("${full?{a}:{b}}${empty ? {c} : {d}}", "ad"),
        ("${full?{a}:b}${empty?{c}:d e}", "ad e"),
        ("${full?$again}", "<value>"),
        ("${{$full} == {value} ? {same} : {other}}", "same"),
        ("${{a} != {b}}|${{a} == {b}}|", "true||"),
        ("${{$digits} > {9} ? {number} : {text}}", "number"),
        ("${{10} > {9x} ? {number} : {text}}", "text"),
        ("${{$level} <level {3.10} ? {older} : {newer}}", "older"),
        ("${{3.6} < {3.10} ? {older} : {newer}}", "newer"),
        ("${full?{a {nested} b}}", "a {nested} b"),
    ],
)
def test_forms(text: str, value: str) -> None:
    assert expand(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *(
            "$",
            "a $ b",
            "${full",
            "$(full}",
            "${}",
            "${full?{a}{b}}",
            "${full?{a}:{b}c}",
            "${full?{a}",
            "${a-b}",
            "$loop",
        ),
        *("${{a} ~ {b}}", "${{a} == b}", "${{a} ==size {b}}", "${{x} <level {3}}", "${{9} == {99999999999999999999}}"),
    ],
)
def test_what_postfix_does_not_stand(text: str) -> None:
    with pytest.raises(ExpansionError):
        expand(text)


def test_a_name_nobody_defines_is_empty_and_told() -> None:
    expansion = Expansion(NAMES.get)
    assert expansion.expand("<$nobody>${absent?x}") == "<>"
    assert expansion.undefined == ["nobody"]


def test_as_deep_as_postfix_goes() -> None:
    chain = {f"p{depth}": f"$p{depth + 1}" for depth in range(DEEPEST)}
    assert Expansion({**chain, f"p{DEEPEST - 1}": "end"}.get).expand("$p0") == "end"
    with pytest.raises(ExpansionError, match="without end"):
        Expansion({**chain, f"p{DEEPEST}": "end"}.get).expand("$p0")


@pytest.mark.parametrize("value", ["${{$a} == {x} ? {y}}", "$a$a", "${a?$a}"])
def test_loops_end(value: str) -> None:
    with pytest.raises(ExpansionError):
        Expansion({"a": value}.get).expand("$a")


def test_doubling_ends() -> None:
    names = {f"p{depth}": f"$p{depth + 1}$p{depth + 1}" for depth in range(60)} | {"p60": "x"}
    before = time.perf_counter()
    with pytest.raises(ExpansionError, match="grows"):
        Expansion(names.get).expand("$p0")
    assert time.perf_counter() - before < 20


def test_large_values_take_linear_time() -> None:
    before = time.perf_counter()
    assert len(expand("$full " * 100_000)) == 600_000
    assert len(expand("x" * 10_000_000)) == 10_000_000
    with pytest.raises(ExpansionError):
        expand("${full?" * 100_000)
    assert time.perf_counter() - before < 20


@given(st.text(alphabet="$(){}?:=<>! ab", max_size=80))
def test_no_text_makes_it_raise_anything_else(text: str) -> None:
    with contextlib.suppress(ExpansionError):
        Expansion({"a": text, "b": "$a"}.get).expand(text)
