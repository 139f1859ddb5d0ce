"""The event loop of a command that measures.

In: the coroutine of the whole job. Out: what it returns. Wrong: ``UsageError`` by itself, out of however many groups of
tasks: a person mends one thing at a time. Any other group passes as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from probe.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run ``work`` to its end."""
    from probe.measure.transport import awake

    try:
        return awake.run(work)
    except BaseExceptionGroup as wrong:  # not except*: Python before 3.11.4 wraps what is raised there again
        first: BaseException | None = wrong.subgroup(UsageError)
        if first is None:
            raise
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None
