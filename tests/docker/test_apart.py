"""Namespaces of our own: what is made in them is gone with them, also when whoever asked for them is killed."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docker.apart import Apart, apart, obstacle
from tests.docker.engine import ROOT

pytestmark = pytest.mark.real

_MINE = f"""
import os, subprocess
from pathlib import Path
from tests.docker.apart import apart
with apart(dict(os.environ)) as spaces:
    print(spaces.holder, flush=True)
    subprocess.run([*spaces.enter(Path({str(ROOT)!r}), outward=False), "sleep", "600"])
"""


@pytest.fixture(autouse=True)
def _possible() -> None:
    if (reason := obstacle()) is not None:
        pytest.skip(reason)


def said(spaces: Apart, *words: str, outward: bool = False) -> str:
    entered = spaces.enter(ROOT, outward=outward)
    return subprocess.run([*entered, *words], check=True, capture_output=True, text=True).stdout


def gone(watched: int) -> bool:
    """Whether the process of this descriptor ends, within the time a busy machine needs."""
    try:
        return bool(select.select([watched], [], [], 60)[0])
    finally:
        os.close(watched)


def test_what_is_made_inside_is_not_outside_and_ends_with_it() -> None:
    mounts = Path("/proc/self/mounts")
    with apart(dict(os.environ)) as spaces:
        watched = os.pidfd_open(spaces.holder)
        said(spaces, "ip", "link", "add", "p6apart", "type", "bridge")
        assert "p6apart" in said(spaces, "ip", "link")
        assert "p6apart" not in said(spaces, "ip", "link", outward=True)
        assert "/run/probe6-docker" in said(spaces, "cat", "/proc/self/mounts")
        assert "/run/probe6-docker" not in mounts.read_text(encoding="utf-8")
        assert said(spaces, "pwd").strip() == str(ROOT)
        left = subprocess.Popen([*spaces.enter(ROOT, outward=False), "sleep", "600"])
    assert gone(watched)
    assert left.wait(timeout=60) != 0


def test_what_fetches_packages_has_the_network_of_the_machine() -> None:
    with apart(dict(os.environ)) as spaces:
        ours = str(Path("/proc/self/ns/net").readlink())
        assert said(spaces, "readlink", "/proc/self/ns/net", outward=True).strip() == ours
        assert said(spaces, "readlink", "/proc/self/ns/net").strip() != ours


def test_all_of_it_ends_when_the_program_is_killed() -> None:
    running = subprocess.Popen([sys.executable, "-c", _MINE], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert running.stdout is not None
    watched = os.pidfd_open(int(running.stdout.readline()))
    running.kill()
    assert gone(watched)
    running.communicate()


def test_ending_it_ends_what_runs_inside() -> None:
    with apart(dict(os.environ)) as spaces:
        left = subprocess.Popen([*spaces.enter(ROOT, outward=False), "sleep", "600"])
        spaces.end()
        assert left.wait(timeout=60) != 0
