"""The end of every command that measures or loads: judge, render, write, and the exit status.

In: measurements and the options of ``judging`` and ``reporting``. Out: the report, where it was wanted, and 0 to 3.
Wrong: ``UsageError``; ``prepare`` finds all of it before a measurement is made.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from probe.cli.parts.input import read_text
from probe.cli.parts.output import PAGE, STDOUT, check_writable, colored, page_width, write_file, write_stdout
from probe.cli.parts.saved import saved
from probe.grammar.options import nearest, quoted, quoted_path
from probe.model.errors import UsageError
from probe.model.words import Parity, Verdict

if TYPE_CHECKING:
    from probe.model.expectation import Declared
    from probe.model.judging import JudgeOptions, Limits
    from probe.model.measurement import Measurement
    from probe.model.report import Report

_EXPECT_LARGEST = 1 << 22  # bytes of an --expect
_SUFFIXES = {
    ".txt": "text",
    "": "text",
    ".htm": "html",
    ".md": "markdown",
    ".xml": "junit",
    ".prom": "prometheus",
    ".ndjson": "jsonl",
}  # otherwise a format is its own suffix
_LEAVE_THE_HOUSE = frozenset({"html", "markdown", "junit"})  # redacted unless told otherwise
_SHOW_TRANSCRIPTS = frozenset({"text", "markdown"})  # on demand; html has them folded, json whole


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ends, settled before it begins."""

    options: JudgeOptions
    format: str
    path: str | None
    quiet: bool
    look: dict[str, object]

    def load(self) -> None:
        """Import what ``write`` will need."""
        from importlib import import_module

        for name in ("probe.judge", f"probe.report.{self.format}"):
            import_module(name)

    def write(
        self,
        measurements: Sequence[Measurement],
        heard: Callable[[Report], None] | None = None,
        *,
        written: bool = False,
    ) -> int:
        """Judge and render ``measurements``; the exit status is that of the worst. ``heard`` is told of each report;
        ``written``: a flow has printed them.
        """
        reports = [self.judged(item) for item in measurements]
        if heard is not None:
            for report in reports:
                heard(report)
        silent = written or (self.quiet and all(report.verdict is Verdict.OK for report in reports))
        return self.say(reports, () if silent else reports)

    def say(self, reports: Sequence[Report], news: Sequence[Report]) -> int:
        """Render all ``reports`` into the file, where there is one; else ``news``, those worth printing."""
        worst = max((report.verdict for report in reports), key=lambda verdict: verdict.rank)
        if self.path is not None:
            write_file(self.path, self.text(reports).encode("utf-8", "backslashreplace"), "--output")
        elif news:
            write_stdout(self.text(news))
        return worst.exit_status

    def judged(self, measurement: Measurement, options: JudgeOptions | None = None) -> Report:
        """The report on one measurement, judged as was asked for; ``options``: otherwise than the others."""
        from probe.api import judge

        return judge(measurement, options or self.options)

    def text(self, reports: Sequence[Report]) -> str:
        """``reports`` in the format that was asked for, with a final newline."""
        from probe.api import render

        text = render(reports, self.format, **self.look)
        return text if text.endswith("\n") else f"{text}\n"

    def flow(self, options: Sequence[JudgeOptions | None]) -> Flow | None:
        """For a format that has a line a target, and a reader that may act on it at once; else None. ``options`` are
        those of each target.
        """
        return Flow(self, options) if self.format == "jsonl" and self.path is None and not self.quiet else None


@dataclass(slots=True)
class Flow:
    """Reports printed as their targets end, in the order the targets were named."""

    ending: Ending
    options: Sequence[JudgeOptions | None]
    waiting: dict[int, Measurement] = field(default_factory=dict)
    printed: int = 0

    def ended(self, place: int, measurement: Measurement) -> None:
        """The target at ``place`` has ended."""
        self.waiting[place] = measurement
        while self.printed in self.waiting:
            judged = self.ending.judged(self.waiting.pop(self.printed), self.options[self.printed])
            write_stdout(self.ending.text([judged]))
            self.printed += 1


def agreeing(ending: Ending, names: Sequence[str]) -> None:
    """A baseline is of one target, and of the same; and of each target something is declared, if of any."""
    if ending.options.expected:
        spoken = {item.domain for item in ending.options.expected if item.banner is None}
        for name in names:
            if spoken and None not in spoken and name not in spoken:
                near = nearest(name, [item for item in spoken if item is not None])
                raise UsageError(
                    f"--expect: nothing is declared of {quoted(name)}" + (f"; nearest: {near}" if near else "")
                )
    if ending.options.baseline is None:
        return
    own = ending.options.baseline.target.name
    if len(names) != 1:
        raise UsageError(f"--baseline: is of one target, {quoted(own)}, and here are {len(names)}")
    if names[0] != own:
        raise UsageError(f"--baseline: is of {quoted(own)}, not of {quoted(names[0])}")


def prepare(args: Namespace) -> Ending:
    """Settle the judgement's options, the format and the place, or say what is wrong with them."""
    path = None if args.output in {None, STDOUT} else args.output
    if path is not None:
        check_writable(path, "--output")
    color = args.color == "always" or (path is None and colored(args.color))
    word = _format(args.format, path)
    return Ending(
        options=judging(args, word),
        format=word,
        path=path,
        quiet=args.quiet,
        look=_look(args, word, path, color=color),
    )


def _baseline(args: Namespace) -> Measurement | None:
    """What ``--baseline`` names, in the commands that know it."""
    path = vars(args).get("baseline")
    return None if path is None else saved(path, "--baseline")


def _expected(args: Namespace) -> tuple[Declared, ...]:
    """What ``--expect`` and ``--expect-banner`` declare, in the commands that know them."""
    path, banner = vars(args).get("expect"), vars(args).get("expect_banner")
    if path is None and banner is None:
        return ()
    from probe.model.expectation import Declared

    found: tuple[Declared, ...] = ()
    if path is not None:
        from probe.grammar.expectations import parse

        try:
            found = parse(read_text(path, "--expect", _EXPECT_LARGEST))
        except UsageError as error:
            named = str(error).startswith("--expect")
            raise error if named else UsageError(f"--expect {quoted_path(path)}: {error}") from None
    return found if banner is None else (*found, Declared(banner=banner))


def judging(args: Namespace, word: str, shared: JudgeOptions | None = None) -> JudgeOptions:
    """The judgement's options, for the format ``word``; those that are files are taken from ``shared``, read once."""
    from probe.model.judging import JudgeOptions

    return JudgeOptions(
        severity=severities(args),
        cert_days=args.cert_days,
        limits=_limits(args, word),
        baseline=_baseline(args) if shared is None else shared.baseline,
        expected=_expected(args) if shared is None else shared.expected,
    )


def _look(args: Namespace, word: str, path: str | None, *, color: bool) -> dict[str, object]:
    """The options of the format: all of them for people, only what must be hidden for programs."""
    look: dict[str, object] = {"redact": word in _LEAVE_THE_HOUSE and not args.no_redact}
    if word in _SHOW_TRANSCRIPTS:
        look["transcript"] = args.transcript
    if word == "text":
        look |= {"color": color, "verbose": args.verbose, "width": page_width() if path is None else PAGE}
    if word == "nagios":
        look |= {name: limit.text for name in ("warning", "critical") if (limit := getattr(args, name)) is not None}
        look["cert_days"] = args.cert_days
    return look


def _limits(args: Namespace, word: str) -> Limits | None:
    """Time is judged where somebody said how much there is; a plugin always has little."""
    if args.warning is None and args.critical is None and word != "nagios":
        return None
    from probe.model.judging import Limits

    return Limits(args.warning, args.critical)


def _format(word: str | None, path: str | None) -> str:
    if word is not None:
        return word
    from probe.api import formats

    suffix = PurePath(path or "").suffix.lower()
    word = _SUFFIXES.get(suffix, suffix.removeprefix("."))
    if word not in formats():
        raise UsageError(f"--output: no format is known by {quoted(suffix)}; say --format {' or '.join(formats())}")
    return word


def severities(args: Namespace) -> tuple[tuple[str, Verdict], ...]:
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
