"""Judge and render saved measurements again."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from probe.cli.parts import arguments
from probe.cli.parts.conclude import Ending, agreeing, prepare
from probe.cli.parts.output import write_file, write_stdout
from probe.cli.parts.parser import Group, Parser
from probe.cli.parts.saved import saved
from probe.grammar.options import quoted
from probe.model.errors import UsageError
from probe.model.words import Verdict

if TYPE_CHECKING:
    from probe.model.measurement import Measurement

SYNOPSIS = "report SAVED.json..."
_EXAMPLES = """\
examples:
  probe6 example.com --save before.json
  probe6 report before.json --transcript
  probe6 report before.json --severity dns-mx-no-aaaa=critical -o report.txt
  probe6 report --merge home.json office.json     one target, two places
"""
_MERGED = ("text", "markdown", "json")  # formats that know several places


def configure(parser: Parser) -> None:
    """The files, and how to judge and show them."""
    parser.usage = "probe6 report SAVED.json... [options]"
    parser.epilog = _EXAMPLES
    parser.add_argument("files", nargs="*", metavar="SAVED.json", help="what --save wrote; - is standard input")
    group = Group(parser, "places")
    group.flag("--merge", help="one target measured from several places, side by side (text, markdown, json)")
    arguments.judging(parser)
    arguments.holding(parser)
    arguments.reporting(parser)


def run(args: Namespace) -> int:
    """Load all files, then conclude as ``check`` does."""
    if not args.files:
        raise UsageError("no file; try probe6 report SAVED.json, or - for standard input")
    ending = prepare(args)
    measurements = [saved(path) for path in args.files]
    if args.merge:
        return _merged(ending, measurements)
    agreeing(ending, [item.target.name for item in measurements])
    return ending.write(measurements)


def _merged(ending: Ending, measurements: Sequence[Measurement]) -> int:
    """One page of several places; the exit status is that of the whole."""
    if ending.format not in _MERGED:
        raise UsageError(f"--merge: {ending.format} knows one place; say --format {' or '.join(_MERGED)}")
    names = list(dict.fromkeys(item.target.text for item in measurements))
    if len(measurements) < 2:
        raise UsageError("--merge: sets several measurements side by side, and here is one")
    if len(names) > 1:
        raise UsageError(f"--merge: is for one target, and here are {quoted(names[0])} and {quoted(names[1])}")
    if ending.options.baseline is not None:
        raise UsageError("--baseline: was measured from one place; leave it out with --merge")
    agreeing(ending, [measurements[0].target.name])
    from probe.api import merge, render_merged

    merged = merge([ending.judged(item) for item in measurements])
    look = {name: value for name, value in ending.look.items() if name in {"redact", "color"}}
    text = render_merged(merged, ending.format, **look)
    if ending.path is not None:
        write_file(ending.path, text.encode("utf-8", "backslashreplace"), "--output")
    elif not (ending.quiet and merged.verdict is Verdict.OK):
        write_stdout(text)
    return merged.verdict.exit_status
