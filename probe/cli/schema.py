"""JSON Schemas: report, measurement, configuration."""

import json
from argparse import Namespace

from probe.cli.parts import offered
from probe.cli.parts.output import write_stdout
from probe.cli.parts.parser import Parser
from probe.grammar.options import one_of
from probe.model.errors import UsageError

SYNOPSIS = "schema [KIND]"
_EXAMPLES = """\
examples:
  probe6 schema                          of a report: --format json, jsonl
  probe6 schema measurement > probe6.schema.json
  probe6 schema config                   of a file for probe6 check --config
"""


def configure(parser: Parser) -> None:
    """Which of them."""
    parser.usage = "probe6 schema [report|measurement|config]"
    parser.epilog = _EXAMPLES
    parser.operand(
        "kind",
        offered.schemas,
        nargs="?",
        default="report",
        metavar="KIND",
        help="report (default), measurement or config",
    )


def run(args: Namespace) -> int:
    """Print one schema."""
    from probe.api import schema, schemas

    try:
        kind = one_of(args.kind, schemas(), "a schema")
    except UsageError as error:
        raise UsageError(f"schema: {error}") from None
    write_stdout(json.dumps(schema(kind), indent=1, ensure_ascii=False) + "\n")
    return 0
