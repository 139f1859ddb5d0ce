"""What holds for every test: it has a state of its own, and on the machine that decides it may not be skipped.

A skip is right on a laptop without root; in continuous integration it would hide that the one test of the real world
did not run. ``CI=true`` or ``PROBE6_REQUIRE_REAL=1`` therefore turns such a skip into a failure, with its reason.
"""

import os
import shutil
import tempfile
from asyncio import AbstractEventLoop
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from probe.measure.awake import AwakeLoop

STATE_HOME = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """No test, and no process it starts, knows where the state of whoever runs it is kept."""
    os.environ.pop("STATE_DIRECTORY", None)
    os.environ["XDG_STATE_HOME"] = config.stash[STATE_HOME] = tempfile.mkdtemp(prefix="probe6-state-")


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[STATE_HOME], ignore_errors=True)


@pytest.fixture(autouse=True)
def _nothing_remembered_from_another_test(pytestconfig: pytest.Config) -> None:
    shutil.rmtree(Path(pytestconfig.stash[STATE_HOME], "probe6"), ignore_errors=True)


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], AbstractEventLoop]]:
    """Limits are of time in which the test ran: a machine that stands still for a while decides nothing."""
    return {"awake": AwakeLoop}


def real_servers_required() -> bool:
    return os.environ.get("PROBE6_REQUIRE_REAL") == "1" or os.environ.get("CI", "").lower() in {"1", "true"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    expected_to_fail = hasattr(report, "wasxfail")
    if report.skipped and not expected_to_fail and item.get_closest_marker("real") and real_servers_required():
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
        report.outcome = "failed"
        report.longrepr = f"a test with real servers did not run, and here it must: {reason}"
    return report
