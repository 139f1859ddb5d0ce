"""The world of real servers, put up once for all tests: ``built``, and ``world`` for what each engine is to tell."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from probe.measure.conversation import engines
from tests.real.agreement import HEADER, TABLE
from tests.real.world import World, build, obstacle


@pytest.fixture(scope="session")
def built() -> Iterator[World]:
    reason = obstacle()
    if reason is not None:
        pytest.skip(reason)
    with build() as made:
        yield made


@pytest.fixture(params=engines())
def world(built: World, request: pytest.FixtureRequest) -> World:
    """Every test that asks for it is told twice, once by each engine."""
    return replace(built, engine=request.param)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TABLE:
        terminalreporter.section("our readers and the real programs")
        terminalreporter.write_line(HEADER)
        for row in TABLE.values():
            terminalreporter.write_line(row.row())
