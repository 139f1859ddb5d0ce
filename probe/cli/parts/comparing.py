"""The end of the commands that hold two measurements against each other: the format, the place, the exit status.

In: the options of ``judging`` and ``comparing``; then ``Changes``. Out: the page, and 0 to 3. Wrong: ``UsageError``,
before anything is measured or read.
"""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from probe.cli.parts.conclude import severities
from probe.cli.parts.output import STDOUT, check_writable, colored, write_file, write_stdout
from probe.model.words import Verdict

if TYPE_CHECKING:
    from probe.model.change import Changes
    from probe.model.judging import JudgeOptions


@dataclass(frozen=True, slots=True)
class Comparing:
    """How it ends, settled before it begins."""

    severity: tuple[tuple[str, Verdict], ...]
    cert_days: tuple[int, int]
    format: str
    path: str | None
    quiet: bool
    color: bool

    def options(self) -> JudgeOptions:
        """How both sides are judged."""
        from probe.model.judging import JudgeOptions

        return JudgeOptions(severity=self.severity, cert_days=self.cert_days)

    def write(self, changes: Changes) -> int:
        """Render ``changes``; the exit status is their verdict's."""
        from probe.api import render_changes

        look = {"color": self.color} if self.format == "text" else {}
        text = render_changes(changes, self.format, **look)
        if self.path is not None:
            write_file(self.path, text.encode("utf-8", "backslashreplace"), "--output")
        elif not (self.quiet and changes.verdict is Verdict.OK):
            write_stdout(text)
        return changes.verdict.exit_status


def ending(args: Namespace) -> Comparing:
    """Settle what was asked for, or say what is wrong with it."""
    path = None if args.output in {None, STDOUT} else args.output
    if path is not None:
        check_writable(path, "--output")
    word = args.format or ("json" if PurePath(path or "").suffix.lower() == ".json" else "text")
    color = args.color == "always" or (path is None and colored(args.color))
    return Comparing(severities(args), args.cert_days, word, path, args.quiet, color)
