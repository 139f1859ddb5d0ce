"""Rendering: the CPU each format takes for one report, and all of them together.

In: ``python -m bench.formats [SCENARIO]``. The report is that of a scenario of the lab, message and proof included,
with its transcripts; it is measured and judged once, then rendered again and again. Out: a table in Markdown.
"""

import asyncio
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from probe.api import formats, judge, measure, render
from probe.lab.scenarios import SCENARIOS
from probe.lab.world import world
from probe.model.report import Report

ROUNDS = 51
GOAL = 50  # ms, all formats of one report together
_TRANSCRIPT = {"text", "markdown"}


async def report_of(scenario: str) -> Report:
    with TemporaryDirectory(prefix="probe6-") as directory:
        async with world(SCENARIOS[scenario], Path(directory)) as place:
            return judge(await measure(place.target, place.settings, network=place.network, secrets=place.secrets))


def cpu(report: Report, word: str) -> list[float]:
    """Milliseconds of CPU for each of ``ROUNDS`` renderings, after one that does not count."""
    options = {"transcript": True} if word in _TRANSCRIPT else {}
    times = []
    for turn in range(ROUNDS + 1):
        began = time.process_time()
        render([report], word, **options)
        if turn:
            times.append((time.process_time() - began) * 1000)
    return times


def main(scenario: str = "accepted-and-lost-v6") -> None:
    report = asyncio.run(report_of(scenario))
    print(f"## Rendering one report ({scenario}), CPU, {ROUNDS} rounds\n")
    print("| format | median ms | min-max | KB |\n|---|---|---|---|")
    whole = 0.0
    for word in formats():
        times = cpu(report, word)
        whole += statistics.median(times)
        size = len(render([report], word).encode("utf-8", "backslashreplace")) / 1000
        print(f"| {word} | {statistics.median(times):.2f} | {min(times):.2f}-{max(times):.2f} | {size:.1f} |")
    print(f"| all | {whole:.2f} | | |\n\nGoal: at most {GOAL} ms together.\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
