"""Time in which this process did not run counts for no limit; time in which it waited does."""

import asyncio
import subprocess
import sys

import pytest

from probe.measure.transport.awake import STALL, AwakeLoop, run

STOPPED = """
import asyncio, os
from subprocess import PIPE
from probe.measure.transport.awake import run

async def main():
    script = "read go; kill -STOP $1; printf 220; sleep 2; kill -CONT $1"
    child = await asyncio.create_subprocess_exec("sh", "-c", script, "sh", str(os.getpid()), stdin=PIPE, stdout=PIPE)
    async with asyncio.timeout(1):
        child.stdin.write(b"go\\n")
        print(await child.stdout.readexactly(3), end="")
    await child.wait()

run(main())
"""


class Steps:
    """A steady clock that only a test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr("probe.measure.transport.awake.monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Steps:
    return Steps(monkeypatch)


def test_work_and_short_delays_count(clock: Steps) -> None:
    loop = AwakeLoop()
    try:
        started = loop.time()
        for _ in range(10):
            clock.now += STALL / 2
            loop.time()
        assert loop.time() - started == pytest.approx(5 * STALL)
    finally:
        loop.close()


def test_a_gap_nobody_asked_for_does_not(clock: Steps) -> None:
    loop = AwakeLoop()
    try:
        started = loop.time()
        clock.now += 3600
        assert loop.time() == started
        clock.now += STALL / 2
        assert loop.time() == pytest.approx(started + STALL / 2)
    finally:
        loop.close()


@pytest.mark.parametrize(
    ("asked", "passed", "counts"), [(5.0, 5.0, 5.0), (5.0, 1.0, 1.0), (5.0, 65.0, 5.0), (0.0, 60.0, 0.0)]
)
def test_of_a_wait_that_was_overslept_what_was_asked_for_counts(
    clock: Steps, asked: float, passed: float, counts: float
) -> None:
    loop = AwakeLoop()
    try:
        started = loop.time()
        clock.now += passed
        assert loop.woken(asked) == pytest.approx(started + counts)
        assert loop.time() == pytest.approx(started + counts)
    finally:
        loop.close()


def test_an_answer_that_came_while_this_process_stood_still_is_heard() -> None:
    """It is stopped for longer than the limit by the very program that answers."""
    done = subprocess.run([sys.executable, "-c", STOPPED], stdout=subprocess.PIPE, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "b'220'")


def test_silence_while_awake_is_silence() -> None:
    async def silent() -> None:
        async with asyncio.timeout(0.05):
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        run(silent())
