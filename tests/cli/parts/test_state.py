"""Which state a run has, and what its words may say."""

from argparse import Namespace
from pathlib import Path

import pytest

from probe.cli.parts.state import opened
from probe.model.errors import UsageError
from probe.model.memory import Memory, Question, Served
from tests.builders import MX6, OWN, STARTED, V6

SERVED = Memory(served=(Served(OWN[V6], MX6, 25, STARTED),))


def args(state: str | None = None, *, no_state: bool = False) -> Namespace:
    return Namespace(state=state, no_state=no_state)


def test_the_usual_place_is_that_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    store = opened(args())
    assert store is not None
    assert list(tmp_path.iterdir()) == []
    store.keep(SERVED)
    store.close()
    assert (tmp_path / "probe6" / "state.sqlite").exists()


def test_another_file(tmp_path: Path) -> None:
    store = opened(args(str(tmp_path / "mine")))
    assert store is not None
    store.keep(SERVED)
    assert store.recall(Question(STARTED, addresses=(MX6,))) == SERVED
    store.close()


def test_none() -> None:
    assert opened(args(no_state=True)) is None


def test_who_has_no_home_is_told_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("XDG_STATE_HOME", "HOME", "STATE_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    assert opened(args()) is None
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "going on without it" in said


@pytest.mark.parametrize("word", ["", "/", "/nowhere/at/all/state", "a\0b"])
def test_a_slip_of_the_keyboard(word: str) -> None:
    with pytest.raises(UsageError, match="--state"):
        opened(args(word))


def test_both_words_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="exclude"):
        opened(args(str(tmp_path / "mine"), no_state=True))
