"""What holds for every test: it has a state of its own, talks to this machine alone, and counts where it must run.

A skip is right on a laptop without root; in continuous integration it would hide that the one test of the real world
did not run. ``CI=true`` or ``PROBE6_REQUIRE_REAL=1`` therefore turns such a skip into a failure, with its reason.

A test that talks to real servers, to processes or to the clock may fail for what its machine does meanwhile. With
``CI=true`` it has a second try, and the end of the run names who needed it. What only computes never has.

Where tests are shared out between processes (pytest-xdist), those of the real world stay together in one: they wait for
their servers most of the time, while another process computes.
"""

import os
import shutil
import signal
import socket
import sys
import tempfile
from asyncio import AbstractEventLoop
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from probe.measure.transport.awake import AwakeLoop
from tests.real.agreement import HEADER, TABLE

STATE_HOME = pytest.StashKey[str]()
AGREEMENT = pytest.StashKey[list[str]]()
ALONE = {"test_address.py", "test_architecture.py", "test_archive.py", "test_config.py"}
COMPUTES = {"fuzz", "grammar", "judge", "model", "report", "smtp", *ALONE}  # what is not among them has processes
SENDS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
sent_away: list[str] = []


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Note what this process sends to another machine, and stop it.

    A socket for datagrams may be connected, which sends nothing: so the routing table is asked, at the port of SMTP.
    Without its link an address of fe80::/10 leads nowhere.
    """
    if event not in SENDS:
        return
    link, address = arguments
    if not isinstance(link, socket.socket) or not isinstance(address, tuple) or link.family == socket.AF_UNIX:
        return
    if event == "socket.connect" and link.type == socket.SOCK_DGRAM and address[1] == 25:
        return
    if str(address[0]).startswith("fe80:") and "%" not in address[0] and not any(address[3:]):
        return  # without its link the kernel refuses it
    host = str(address[0]).partition("%")[0]
    if host and not host.startswith(("127.", "fe80:")) and host not in {"::1", "::ffff:127.0.0.1", "localhost"}:
        sent_away.append(f"{event} to {address}")
        raise PermissionError(f"a test may not send to {host}")


def pytest_configure(config: pytest.Config) -> None:
    """No test, and no process it starts, knows where the state of whoever runs it is kept."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as of a shell's background job: processes would inherit it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.pop("STATE_DIRECTORY", None)
    os.environ["XDG_STATE_HOME"] = config.stash[STATE_HOME] = tempfile.mkdtemp(prefix="probe6-state-")
    config.stash[AGREEMENT] = []
    sys.addaudithook(watch)
    hypothesis.settings.register_profile(
        "probe6",
        hypothesis.settings.default,  # in continuous integration its own: the same examples each time
        deadline=None,  # of its own it gives an example a fifth of a second, and a stall is longer
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("probe6")


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


@pytest.fixture(autouse=True)
def _nothing_sent_away() -> Iterator[None]:
    """This process, that is; what a test starts stands in a network namespace of its own where it sends."""
    sent_away.clear()
    yield
    assert sent_away == []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("CI", "").lower() not in {"1", "true"}:
        return
    for item in items:
        room = item.path.relative_to(Path(__file__).parent).parts[0]
        if room not in COMPUTES:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """xdist's own groups (3.8) are lost on pytest 9, which keeps the name of a test to itself."""
    from xdist.scheduler import LoadScopeScheduling

    class RealOnesTogether(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "real" if nodeid.startswith(("tests/real/", "tests/docker/")) else nodeid

    return RealOnesTogether(config, log)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """What this process held against real programs; one that has a controller tells it there."""
    rows = [row.row() for row in TABLE.values()]
    if (told := getattr(session.config, "workeroutput", None)) is not None:
        told["agreement"] = rows
    else:
        session.config.stash[AGREEMENT].extend(rows)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    node.config.stash[AGREEMENT].extend(getattr(node, "workeroutput", {}).get("agreement", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if rows := terminalreporter.config.stash[AGREEMENT]:
        terminalreporter.section("our readers and the real programs")
        for line in (HEADER, *rows):
            terminalreporter.write_line(line)
    if not terminalreporter.stats.get("rerun"):
        return
    again = sorted({report.nodeid for report in terminalreporter.stats["rerun"]})
    passed = {report.nodeid for report in terminalreporter.stats.get("passed", [])}
    failed = {report.nodeid for kind in ("failed", "error") for report in terminalreporter.stats.get(kind, [])}
    terminalreporter.section("second tries")
    for name in again:
        became = "passed" if name in passed - failed else "failed"
        terminalreporter.write_line(f"{became} at the second try: {name}")
    for report in terminalreporter.stats["rerun"]:
        terminalreporter.write_line("")
        terminalreporter.write_line(f"first try of {report.nodeid}, {report.when}:")
        terminalreporter.write_line(report.longreprtext)


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
