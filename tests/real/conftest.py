"""The world of real servers, put up once for all tests that ask for it."""

from collections.abc import Iterator

import pytest

from tests.real.agreement import HEADER, TABLE
from tests.real.world import World, build, obstacle


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    reason = obstacle()
    if reason is not None:
        pytest.skip(reason)
    with build() as made:
        yield made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TABLE:
        terminalreporter.section("our readers and the real programs")
        terminalreporter.write_line(HEADER)
        for row in TABLE.values():
            terminalreporter.write_line(row.row())
