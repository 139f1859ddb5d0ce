"""What changed between two saved measurements."""

from argparse import Namespace

from probe.cli.parts import arguments
from probe.cli.parts.comparing import ending
from probe.cli.parts.parser import Parser
from probe.cli.parts.saved import saved
from probe.grammar.options import quoted
from probe.model.errors import UsageError

SYNOPSIS = "diff BEFORE AFTER"
_EXAMPLES = """\
examples:
  probe6 example.com --save before.json
  probe6 example.com --save after.json
  probe6 diff before.json after.json

Exit status: 0 nothing is worse, 1 something is, 2 mail broke over a family,
3 what changed could not be told. Two targets: probe6 compare OLD NEW
"""


def configure(parser: Parser) -> None:
    """The two files, and how to show what changed."""
    parser.usage = "probe6 diff BEFORE.json AFTER.json [options]"
    parser.epilog = _EXAMPLES
    parser.add_argument("files", nargs="*", metavar="SAVED.json", help="what --save wrote; one may be - (stdin)")
    arguments.judging(parser)
    arguments.comparing(parser)


def run(args: Namespace) -> int:
    """Judge both alike, then hold them against each other."""
    if len(args.files) != 2:
        raise UsageError(f"two files are needed, not {len(args.files)}; try probe6 diff BEFORE.json AFTER.json")
    if args.files == ["-", "-"]:
        raise UsageError("standard input (-) can be read once only")
    finish = ending(args)
    before, after = (saved(path) for path in args.files)
    if before.target.name != after.target.name:
        raise UsageError(
            f"two targets: {quoted(before.target.name)} and {quoted(after.target.name)}; to set these side by side: "
            "probe6 compare OLD NEW"
        )
    from probe.api import diff, judge

    options = finish.options()
    return finish.write(diff(judge(before, options), judge(after, options)))
