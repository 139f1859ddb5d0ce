"""The state between runs, as the command line asks for it: the usual file, another one, or none.

In: ``--state`` and ``--no-state``. Out: a ``Store``, or None. Wrong: ``UsageError`` for a FILE that can only be a slip
of the keyboard; whatever else is wrong with it is told when it is used, and the run goes on without.
"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from probe.cli.parts.output import note
from probe.cli.parts.parser import Group, Parser
from probe.grammar.options import quoted_path
from probe.model.errors import UsageError

if TYPE_CHECKING:
    from probe.store import Store


def options(parser: Parser) -> None:
    """What is kept of a run."""
    group = Group(parser, "keep")
    group.value("--save", metavar="FILE", help="the measurement, for probe6 report; mode 0600")
    group.value("--state", metavar="FILE", help="what later runs shall know (default: ~/.local/state/probe6)")
    group.flag("--no-state", help="know nothing of earlier runs, and leave nothing to later ones")


def opened(args: Namespace) -> Store | None:
    """The state this run may use. The file is not touched before it is needed."""
    if args.no_state:
        if args.state is not None:
            raise UsageError("--state and --no-state exclude each other")
        return None
    if args.state is not None:
        _check(args.state)
    from probe.api import state

    try:
        return state(args.state, note)
    except UsageError as error:
        note(f"state: {error}; going on without it (--no-state does so from the start)")
        return None


def _check(path: str) -> None:
    try:
        place = Path(path)
        place.lstat()
    except FileNotFoundError:
        wrong = not path or not place.parent.is_dir()
    except (OSError, ValueError) as error:
        raise UsageError(f"--state: {quoted_path(path)}: {getattr(error, 'strerror', None) or error}") from None
    else:
        wrong = place.is_dir()
    if wrong:
        raise UsageError(f"--state: {quoted_path(path)}: a file in a directory that exists is needed")
