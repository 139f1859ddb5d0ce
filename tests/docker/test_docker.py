"""docker/test itself, where an engine is there: images, hardening, the world, the tour, rounds; and no trace of it."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.docker.__main__ import INTERRUPTED, NO_ENGINE
from tests.docker.engine import ROOT, cache, obstacle
from tests.docker.world import subnets

pytestmark = pytest.mark.real


@pytest.fixture(scope="module", autouse=True)
def _possible() -> None:
    if (reason := obstacle()) is not None:
        pytest.skip(reason)


@contextmanager
def no_trace() -> Iterator[None]:
    """Nothing of the world stands on the machine after the block that did not stand there before."""
    before = traces()
    yield
    assert traces() - before == set()


def traces() -> set[str]:
    """Routes to the world, mounts of images, filters of netavark and groups of containers."""
    routes = [line for family in ("-4", "-6") for line in said("ip", family, "route") if line.startswith(WORLD)]
    mounts = [line for line in Path("/proc/self/mounts").read_text().splitlines() if str(cache()) in line]
    filters = [line for line in said("iptables-save") + said("ip6tables-save") if "NETAVARK" in line]
    groups = [place for place, _, _ in os.walk("/sys/fs/cgroup") if "libpod" in place]
    return {*routes, *mounts, *filters, *groups}


WORLD = tuple(subnets())


def said(*words: str) -> list[str]:
    environment = {**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"}
    done = subprocess.run(["env", *words], check=False, capture_output=True, text=True, env=environment)
    return done.stdout.splitlines()


def test_docker_test_finds_nothing_wrong() -> None:
    with no_trace():
        done = subprocess.run(["docker/test"], check=False, capture_output=True, text=True, cwd=ROOT, timeout=1500)
    if done.returncode == NO_ENGINE:
        pytest.skip(done.stderr.splitlines()[-1])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    looked = [line for line in done.stdout.splitlines() if line.startswith("ok ")]
    assert len(looked) > 30


def test_asked_to_end_it_takes_everything_down() -> None:
    """After the test above the images are there, so that the first lines come soon."""
    with no_trace():
        running = subprocess.Popen(
            ["docker/test"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
        )
        assert running.stdout is not None
        for line in running.stdout:
            if " is ready in " in line:
                break
        if running.poll() == NO_ENGINE:
            pytest.skip(running.communicate()[1].splitlines()[-1])
        running.send_signal(signal.SIGTERM)
        error = running.communicate(timeout=600)[1]
    assert running.returncode == INTERRUPTED, error
    assert "everything is taken down" in error
