"""Which reports are worth telling, and who is told: debounced, once per change (``--on-change``, ``--quiet``).

In: the reports of a run and the state. Out: those that are news, with what changed among their findings. Wrong: a
command that fails is told in one line, and the change is told again next time; a run does not fail for it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from probe.cli.parts.output import note
from probe.grammar.options import quoted

if TYPE_CHECKING:
    from probe.model.report import Change, Report
    from probe.store import Store

DEBOUNCE = (2, 3)
PATIENCE = 60.0  # seconds for one command


def news(
    reports: Sequence[Report],
    store: Store,
    debounce: tuple[int, int],
    again: Callable[[int, Change], Report],
    command: Sequence[str] | None,
) -> list[Report]:
    """The reports that changed, after the command was told of each; ``again`` judges one with its change.

    All of them are remembered, changed or not.
    """
    from probe.api import change
    from probe.store import past_of

    told = []
    for place, report in enumerate(reports):
        target = report.measurement.target.text
        before, known = store.history(target, debounce[1]), store.announced(target)
        found, standing = change(past_of(report), before, known, *debounce)
        store.remember(report)
        heard = True
        if found is not None:
            report = again(place, found)  # noqa: PLW2901 - the same report, with the change among its findings
            told.append(report)
            heard = command is None or call(command, report)
        if heard and (found is not None or known is None):
            store.announce(standing)
    return told


def call(command: Sequence[str], report: Report, patience: float = PATIENCE) -> bool:
    """Give ``report`` to ``command``, as redacted JSON on its standard input; True when it went well.

    Standard output is the report's own, so what the command prints goes to standard error. It inherits no password.
    """
    import signal
    import subprocess

    from probe.api import render
    from probe.cli.parts.secrets import VARIABLES

    text = render([report], "json", redact=True).encode("utf-8", "backslashreplace")
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES.values()}
    name = quoted(command[0])
    try:
        with subprocess.Popen(  # noqa: S603 - the user's own command, as a list of words
            list(command),
            stdin=subprocess.PIPE,
            stdout=sys.stderr.fileno() if _has_number(sys.stderr) else subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # so that what it starts ends with it
        ) as process:
            try:
                process.communicate(text, timeout=patience)
            except subprocess.TimeoutExpired:
                note(f"probe6: --on-change: {name} did not end within {patience:g} s")
                return False
            finally:
                if process.returncode is None:
                    with suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)
    except (OSError, ValueError) as error:
        note(f"probe6: --on-change: {name}: {getattr(error, 'strerror', None) or error}")
        return False
    if process.returncode != 0:
        note(f"probe6: --on-change: {name} ended with status {process.returncode}; it is told again next time")
    return process.returncode == 0


def _has_number(stream: object) -> bool:
    try:
        return isinstance(stream.fileno(), int)  # type: ignore[attr-defined] # asked to find out
    except (AttributeError, OSError, ValueError):
        return False
