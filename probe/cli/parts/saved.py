"""Saved measurements a command line names: read whole, and refused in one line where they are none.

In: a path as typed, ``-`` for standard input. Out: a ``Measurement``. Wrong: ``UsageError`` with the path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from probe.cli.parts.input import read_bytes
from probe.grammar.options import quoted_path
from probe.model.errors import UsageError

if TYPE_CHECKING:
    from probe.model.measurement import Measurement

LARGEST = 1 << 26  # bytes of one saved measurement


def saved(path: str, what: str = "measurement") -> Measurement:
    """The measurement in ``path``; ``what`` is the option or the word for it."""
    from probe.api import load

    data = read_bytes(path, what, LARGEST)
    try:
        return load(data)
    except UsageError as error:
        before = f"{what} " if what.startswith("-") else ""
        raise UsageError(f"{before}{quoted_path(path)}: {error}") from None
