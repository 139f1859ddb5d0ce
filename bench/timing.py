"""Whole processes timed side by side: the contestants take turns, so that a busy moment hits all of them alike.

Python keeps the bytecode of what it imports, as it does for an installed program: an environment that forbids that
(PYTHONDONTWRITEBYTECODE) would have every run compile all of probe6 again, and that is what would be timed.
"""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Contestant = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Times:
    """Wall times of one contestant, in seconds."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def row(self, name: str, *more: str) -> str:
        """A line of a Markdown table: name, median and spread in milliseconds, whatever else there is to say."""
        spread = f"{min(self.seconds) * 1000:.1f}-{max(self.seconds) * 1000:.1f}"
        return "| " + " | ".join([name, f"{self.median * 1000:.1f}", spread, *more]) + " |"


def environment() -> dict[str, str]:
    """Ours, with bytecode kept: the turn that does not count writes it."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def process(argv: Sequence[str], good: Sequence[int] = (0,)) -> Contestant:
    """A contestant that runs one command; a command that fails ends the benchmark, for its time would mean nothing.

    ``good`` are the exit statuses that are no failure.
    """

    def run() -> None:
        done = subprocess.run(
            argv,
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            env=environment(),
        )
        if done.returncode not in good:
            raise SystemExit(f"{' '.join(argv)}: status {done.returncode}\n{done.stdout}{done.stderr}")

    return run


def interleaved(contestants: Mapping[str, Contestant], rounds: int) -> dict[str, Times]:
    """Time every contestant ``rounds`` times, in turns, after one turn that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(rounds + 1):
        for name, run in contestants.items():
            started = time.perf_counter()
            run()
            if turn:
                seconds[name].append(time.perf_counter() - started)
    return {name: Times(tuple(values)) for name, values in seconds.items()}
