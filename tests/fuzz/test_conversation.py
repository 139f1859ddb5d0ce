"""The fuzz target: every seed, every way to cut it, some thousand mutations that are always the same, then new ones.

The new ones are tried for a moment, and for a minute in continuous integration (``CI=true``).
"""

import random
import sys
from itertools import islice

import pytest

from tests.conftest import real_servers_required
from tests.fuzz import conversation
from tests.fuzz.conversation import check, fuzz, main, mutations, seeds


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


def test_as_many_new_mutations_as_time_allows(capsys: pytest.CaptureFixture[str]) -> None:
    seconds, seed = 60.0 if real_servers_required() else 1.0, random.randrange(1 << 32)
    tried = fuzz(seconds, seed)
    with capsys.disabled():
        sys.stdout.write(f"\n{tried} inputs fuzzed in {seconds:g} s, seed {seed}\n")
    assert tried >= 20 * seconds  # else something in it has become slow


def test_an_input_that_fails_is_shown_with_its_seed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(data: bytes) -> None:
        assert not data

    monkeypatch.setattr(conversation, "check", broken)
    with pytest.raises(AssertionError):
        fuzz(5.0, 6)
    assert capsys.readouterr().err.startswith("seed 6, input 0: b")


def test_the_command_line_tells_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(0.05, 6) == 0
    assert capsys.readouterr().out.endswith("seed 6: all well\n")
