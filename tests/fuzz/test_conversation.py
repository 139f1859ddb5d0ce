"""The fuzz target, for a moment: every seed, every way to cut it, and some thousand mutations."""

import random
from itertools import islice

import pytest

from tests.fuzz.conversation import check, main, mutations, seeds


@pytest.mark.parametrize("seed", seeds())
def test_a_seed_in_segments_of_every_size(seed: bytes) -> None:
    for size in range(64):
        check(bytes((size,)) + seed)


def test_there_are_seeds() -> None:
    assert len(seeds()) >= 12


@pytest.mark.parametrize("number", range(4))
def test_some_thousand_mutations(number: int) -> None:
    for data in islice(mutations(random.Random(number)), 750):
        check(data)


def test_the_command_line_tells_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(0.05, 6) == 0
    assert capsys.readouterr().out.endswith("seed 6: all well\n")
