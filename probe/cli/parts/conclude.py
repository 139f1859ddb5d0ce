"""The end of every command that measures or loads: judge, render, write, and the exit status.

In: measurements and the options of ``judging`` and ``reporting``. Out: the report, where it was wanted, and 0 to 3.
Wrong: ``UsageError``; ``prepare`` finds all of it before a measurement is made.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from probe.cli.parts.output import STDOUT, check_writable, colored, write_file, write_stdout
from probe.grammar.options import nearest, quoted
from probe.model.errors import UsageError
from probe.model.words import Parity, Verdict

if TYPE_CHECKING:
    from probe.model.measurement import Measurement
    from probe.model.report import Report

_SUFFIXES = {".txt": "text", "": "text"}  # otherwise a format is its own suffix
_AT_HOME = frozenset(
    {"text", "json"}
)  # formats a person or a script of ours reads; others are redacted unless told otherwise


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ends, settled before it begins."""

    severity: tuple[tuple[str, Verdict], ...]
    cert_days: tuple[int, int]
    format: str
    path: str | None
    quiet: bool
    look: dict[str, bool | int]

    def load(self) -> None:
        """Import what ``write`` will need."""
        from importlib import import_module

        for name in ("probe.judge", f"probe.report.{self.format}"):
            import_module(name)

    def write(self, measurements: Sequence[Measurement], heard: Callable[[Report], None] | None = None) -> int:
        """Judge and render ``measurements``; the exit status is that of the worst. ``heard`` is told of each report."""
        from probe.api import judge, render
        from probe.model.report import JudgeOptions

        options = JudgeOptions(severity=self.severity, cert_days=self.cert_days)
        reports: list[Report] = [judge(item, options) for item in measurements]
        if heard is not None:
            for report in reports:
                heard(report)
        worst = max((report.verdict for report in reports), key=lambda verdict: verdict.rank)
        text = render(reports, self.format, **self.look)
        text = text if text.endswith("\n") else text + "\n"
        if self.path is not None:
            write_file(self.path, text.encode("utf-8", "backslashreplace"), "--output")
        elif not (self.quiet and worst is Verdict.OK):
            write_stdout(text)
        return worst.exit_status


def prepare(args: Namespace) -> Ending:
    """Settle the judgement's options, the format and the place, or say what is wrong with them."""
    path = None if args.output in {None, STDOUT} else args.output
    if path is not None:
        check_writable(path, "--output")
    color = args.color == "always" or (path is None and colored(args.color))
    word = _format(args.format, path)
    return Ending(
        severity=_severity(args),
        cert_days=args.cert_days,
        format=word,
        path=path,
        quiet=args.quiet,
        look=_look(args, word, color=color),
    )


def _look(args: Namespace, word: str, *, color: bool) -> dict[str, bool | int]:
    """The options of the format: all of them for people, only what must be hidden for programs."""
    look: dict[str, bool | int] = {"redact": word not in _AT_HOME and not args.no_redact}
    if word == "text":
        look |= {"color": color, "transcript": args.transcript, "verbose": args.verbose}
    return look


def _format(word: str | None, path: str | None) -> str:
    if word is not None:
        return word
    from probe.api import formats

    suffix = PurePath(path or "").suffix.lower()
    word = _SUFFIXES.get(suffix, suffix.removeprefix("."))
    if word not in formats():
        raise UsageError(f"--output: no format is known by {quoted(suffix)}; say --format {' or '.join(formats())}")
    return word


def _severity(args: Namespace) -> tuple[tuple[str, Verdict], ...]:
    """``--severity``; a code nobody knows would silently change nothing, so it is refused."""
    severity: list[tuple[str, Verdict]] = args.severity or []
    if severity:
        from probe.api import codes

        known = {*codes(), *(parity.value for parity in Parity)}
        for code, _ in severity:
            if code not in known:
                near = nearest(code, sorted(known))
                hint = f"; nearest: {near}" if near else ""
                raise UsageError(f"--severity: {quoted(code)} is not a finding code or a parity{hint}")
    return tuple(severity)
