"""All inquiries of a run at once, beside its conversations.

In: a ``Case``. Out: ``Inquiries``. An inquiry is a module of ``probe.measure.inquiries``, found by its name; whatever
a check wants to know is asked for there, so that judging needs no network.
"""

from __future__ import annotations

import asyncio
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from probe.model.inquiries import Inquiries

if TYPE_CHECKING:
    from types import ModuleType

    from probe.measure.case import Case


def load() -> dict[str, ModuleType]:
    """All inquiries by name. Importing them takes a while: done in a thread, beside the first look-ups."""
    from probe.measure import inquiries as room

    names = sorted(module.name for module in iter_modules(room.__path__))
    return {name: import_module(f"{room.__name__}.{name}") for name in names}


async def inquire(case: Case) -> Inquiries:
    """Ask everything at once."""
    every = await asyncio.to_thread(load)
    async with asyncio.TaskGroup() as group:
        asked = {name: group.create_task(module.inquire(case)) for name, module in every.items()}
    return Inquiries(**{name: task.result() for name, task in asked.items()})
