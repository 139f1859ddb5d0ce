"""What holds for every test: on the machine that decides, a test with a real server may not be skipped.

A skip is right on a laptop without root; in continuous integration it would hide that the one test of the real world
did not run. ``CI=true`` or ``PROBE6_REQUIRE_REAL=1`` therefore turns such a skip into a failure, with its reason.
"""

import os
from collections.abc import Generator

import pytest


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
