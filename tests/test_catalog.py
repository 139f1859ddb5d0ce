"""What is known to go wrong: every code is a check's or has its reason, and never both."""

import re

import pytest

from probe.api import catalogue, codes
from probe.catalog import KNOWN, UNBUILT
from probe.model.catalogue import Entry
from probe.model.words import Progress

MISSING = {item.code for item in UNBUILT}


def test_a_code_with_a_check_is_not_called_unbuilt() -> None:
    assert MISSING & codes() == set(), "a check yields it now: strike its line from probe/catalog.py"


def test_every_known_code_has_a_check_or_a_reason() -> None:
    assert KNOWN - codes() - MISSING == set(), "no check yields it: say why in probe/catalog.py"


def test_every_reason_is_given_for_a_known_code_and_once() -> None:
    assert MISSING <= KNOWN
    assert len(MISSING) == len(UNBUILT)


@pytest.mark.parametrize("item", UNBUILT, ids=lambda item: item.code)
def test_a_reason_is_a_sentence_of_its_own(item: Entry) -> None:
    assert item.meaning.endswith(".")
    assert item.reason.endswith(".")
    assert item.progress is not Progress.IMPLEMENTED
    assert (item.worst is None) is (item.progress is Progress.METHOD)
    assert item.reason not in {
        other.reason for other in UNBUILT if other.code.partition("-")[0] != item.code.partition("-")[0]
    }


@pytest.mark.parametrize(
    "item", [item for item in UNBUILT if item.progress is Progress.COVERED], ids=lambda item: item.code
)
def test_what_is_covered_names_the_code_that_says_it(item: Entry) -> None:
    assert set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", item.reason)) & codes()


def test_codes_named_in_a_reason_exist() -> None:
    known = KNOWN | codes()
    prefixes = {code.partition("-")[0] for code in known}
    for item in UNBUILT:
        for word in re.findall(r"(?<![\w-])[a-z0-9]+(?:-[a-z0-9]+)+", item.reason):
            assert word in known or word.partition("-")[0] not in prefixes, f"{item.code}: {word}"


def test_the_list_holds_both_kinds_in_order() -> None:
    rows = catalogue()
    assert [row.code for row in rows] == sorted(codes() | MISSING)
    assert {row.code for row in rows if row.progress is Progress.IMPLEMENTED} == codes()
