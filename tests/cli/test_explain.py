"""``probe6 explain``: the list of codes, and the page of one."""

import pytest

from probe.api import catalogue, codes, manuals
from probe.model.catalogue import Entry
from tests.cli.conftest import Probe6


def test_the_list_has_every_code_once(probe6: Probe6) -> None:
    ran = probe6("explain")
    assert (ran.status, ran.err) == (0, "")
    rows = [tuple(line.split()[:2]) for line in ran.out.splitlines() if not line.startswith(" ")]
    assert rows == [(entry.code, entry.progress) for entry in catalogue()]
    assert {code for code, state in rows if state == "implemented"} == codes()
    assert max(map(len, ran.out.splitlines())) <= 80


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_code_has_its_page(probe6: Probe6, code: str) -> None:
    ran = probe6("explain", code)
    assert (ran.status, ran.err) == (0, "")
    assert [line for line in ran.out.splitlines() if line and line.isalpha()] == ["WHY", "FINDS", "FIX", "SEE"]
    assert f"    {code}: " in ran.out


@pytest.mark.parametrize("item", [entry for entry in catalogue() if entry.reason], ids=lambda item: item.code)
def test_a_code_no_check_yields_says_why(probe6: Probe6, item: Entry) -> None:
    ran = probe6("explain", item.code)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"{item.code}: ")
    assert f"{item.progress}, not implemented: {item.reason}" in " ".join(ran.out.split())
    assert max(map(len, ran.out.splitlines())) <= 80


def test_a_command_to_copy_is_not_broken(probe6: Probe6) -> None:
    assert "\n        postfix stop && postfix start\n" in probe6("explain", "tcp-refused").out


def test_a_check_may_be_named_too(probe6: Probe6) -> None:
    check = manuals()[0].check
    assert probe6("explain", check).out.startswith(f"{check}: ")


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("tcp-refusd", '"tcp-refusd" is not a finding code; nearest: tcp-refused'),
        ("cfg-exchang", '"cfg-exchang" is not a finding code; nearest: cfg-exchange'),
        ("xyzzy", '"xyzzy" is not a finding code; probe6 explain lists them'),
    ],
)
def test_wrong_usage(probe6: Probe6, word: str, line: str) -> None:
    ran = probe6("explain", word)
    assert (ran.status, ran.out, ran.err) == (3, "", f"probe6: {line}\n")
