"""Judge and render saved measurements again."""

from argparse import Namespace

from probe.cli.parts import arguments
from probe.cli.parts.conclude import agreeing, prepare
from probe.cli.parts.parser import Parser
from probe.cli.parts.saved import saved
from probe.model.errors import UsageError

SYNOPSIS = "report SAVED.json..."
_EXAMPLES = """\
examples:
  probe6 example.com --save before.json
  probe6 report before.json --transcript
  probe6 report before.json --severity dns-mx-no-aaaa=critical -o report.txt
"""


def configure(parser: Parser) -> None:
    """The files, and how to judge and show them."""
    parser.usage = "probe6 report SAVED.json... [options]"
    parser.epilog = _EXAMPLES
    parser.add_argument("files", nargs="*", metavar="SAVED.json", help="what --save wrote; - is standard input")
    arguments.judging(parser)
    arguments.holding(parser)
    arguments.reporting(parser)


def run(args: Namespace) -> int:
    """Load all files, then conclude as ``check`` does."""
    if not args.files:
        raise UsageError("no file; try probe6 report SAVED.json, or - for standard input")
    ending = prepare(args)
    measurements = [saved(path) for path in args.files]
    agreeing(ending, [item.target.name for item in measurements])
    return ending.write(measurements)
