"""What leaves the event loop of a command."""

import asyncio
from collections.abc import Sequence

import pytest

from probe.cli.parts.running import run
from probe.model.errors import UsageError


async def _raise(error: Exception) -> None:
    raise error


async def _side_by_side(errors: Sequence[Exception]) -> None:
    async with asyncio.TaskGroup() as outer, asyncio.TaskGroup() as inner:
        outer.create_task(asyncio.sleep(0))
        for error in errors:
            inner.create_task(_raise(error))


def test_what_the_job_returns_comes_back() -> None:
    assert run(asyncio.sleep(0, "done")) == "done"


@pytest.mark.parametrize(
    "errors", [[UsageError("a")], [UsageError("a"), UsageError("b")], [OSError(), UsageError("a")]]
)
def test_one_error_of_the_user_comes_out_of_the_groups(errors: list[Exception]) -> None:
    with pytest.raises(UsageError, match=r"^a$") as caught:
        run(_side_by_side(errors))
    assert caught.value.__suppress_context__


def test_one_that_stands_alone_is_itself() -> None:
    with pytest.raises(UsageError, match=r"^a$"):
        run(_raise(UsageError("a")))


def test_a_group_of_anything_else_stays_one() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        run(_side_by_side([OSError("a")]))
    assert caught.value.subgroup(OSError) is not None
