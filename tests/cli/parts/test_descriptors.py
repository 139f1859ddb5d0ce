"""Too few file descriptors are our own trouble, said in one line before anything is measured."""

import resource
import subprocess
import sys

import pytest

from probe.cli.parts.descriptors import LEAST, WANTED, make_room
from probe.model.errors import UsageError


class Limits:
    """Stands in for the system's."""

    def __init__(self, soft: int, hard: int, *, stubborn: bool = False) -> None:
        self.now = (soft, hard)
        self.stubborn = stubborn

    def get(self, which: int) -> tuple[int, int]:
        assert which == resource.RLIMIT_NOFILE
        return self.now

    def set(self, which: int, limits: tuple[int, int]) -> None:
        assert which == resource.RLIMIT_NOFILE
        if self.stubborn:
            raise ValueError("current limit exceeds maximum limit")
        self.now = limits


def with_limits(monkeypatch: pytest.MonkeyPatch, limits: Limits) -> Limits:
    monkeypatch.setattr(resource, "getrlimit", limits.get)
    monkeypatch.setattr(resource, "setrlimit", limits.set)
    return limits


@pytest.mark.parametrize(
    ("soft", "hard", "after"),
    [
        (1024, 1048576, WANTED),
        (64, 1024, 1024),
        (64, resource.RLIM_INFINITY, WANTED),
        (8192, 8192, 8192),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, resource.RLIM_INFINITY),
        (LEAST, LEAST, LEAST),
    ],
)
def test_as_much_as_is_wanted_and_allowed(monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, after: int) -> None:
    limits = with_limits(monkeypatch, Limits(soft, hard))
    make_room()
    assert limits.now == (after, hard)


@pytest.mark.parametrize("limits", [Limits(24, 24), Limits(64, 128), Limits(24, 1024, stubborn=True)])
def test_too_little_is_said(monkeypatch: pytest.MonkeyPatch, limits: Limits) -> None:
    with_limits(monkeypatch, limits)
    with pytest.raises(UsageError, match=r"no more than [0-9]+ files at a time") as said:
        make_room()
    assert "ulimit -n 1024" in str(said.value)


def test_a_limit_that_cannot_be_raised_and_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    with_limits(monkeypatch, Limits(1024, 4096, stubborn=True))
    make_room()


@pytest.mark.parametrize(
    "words",
    [["[192.0.2.1]"], ["compare", "[192.0.2.1]", "[192.0.2.2]"], ["plan", "drop-ipv4", "example.com"]],
    ids=lambda words: " ".join(words),
)
def test_the_program_ends_with_one_line(words: list[str]) -> None:
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)); "
        f"from probe.__main__ import main; sys.exit(main({words!r}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("probe6: this process may open no more than 64 files at a time")
    assert done.stderr.count("\n") == 1
