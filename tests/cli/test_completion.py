"""``probe6 completion SHELL``: the script on standard output; what it does is tested with each shell."""

import pytest

from probe.cli.parts.offered import shells
from tests.cli.conftest import Probe6


@pytest.mark.parametrize("shell", shells().first)
def test_a_script_says_how_to_make_it_anew(probe6: Probe6, shell: str) -> None:
    ran = probe6("completion", shell)
    assert (ran.status, ran.err) == (0, "")
    assert f"Made by: probe6 completion {shell}\n" in ran.out
    assert "tcp-refused" in ran.out
    assert "@" + "COMMANDS" not in ran.out


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "completion: for which shell? bash, zsh or fish"),
        (["bsh"], 'completion: "bsh" is not a shell probe6 knows; nearest: bash'),
        (["tcsh"], None),
        (["powershell"], None),
        (["bash", "zsh"], '"zsh" is one word too many; see probe6 completion --help'),
    ],
)
def test_another_shell(probe6: Probe6, words: list[str], line: str | None) -> None:
    ran = probe6("completion", *words)
    assert (ran.status, ran.out) == (3, "")
    assert line is None or ran.err == f"probe6: {line}\n"
