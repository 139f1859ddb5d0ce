"""The scenarios of that internet; or keep one running."""

from argparse import Namespace
from typing import TYPE_CHECKING

from probe.cli.parts import offered
from probe.cli.parts.output import write_stdout
from probe.cli.parts.parser import Group, Parser
from probe.cli.parts.scenario import find
from probe.model.errors import UsageError

if TYPE_CHECKING:
    from probe.lab.scenario import Scenario

SYNOPSIS = "lab --list | NAME --serve"
_EXAMPLES = """\
examples:
  probe6 lab --list                    names, expected verdicts, what is wrong
  probe6 lab v6-refused --serve        keep it running for your own client
"""


def configure(parser: Parser) -> None:
    """A list, or a scenario to serve."""
    parser.usage = "probe6 lab --list | probe6 lab SCENARIO --serve"
    parser.epilog = _EXAMPLES
    parser.operand("scenario", offered.scenarios, nargs="?", metavar="SCENARIO", help="a name from the list")
    group = Group(parser, "what to do")
    group.flag("--list", help="print the scenarios")
    group.flag("--serve", help="run it on loopback until interrupted; no root")


def run(args: Namespace) -> int:
    """List or serve."""
    if args.list and not args.serve and args.scenario is None:
        write_stdout(table())
        return 0
    if args.serve and not args.list and args.scenario is not None:
        return _serve(find(args.scenario))
    if args.scenario is not None and not args.list:
        name = find(args.scenario).name
        raise UsageError(f"lab {name}: add --serve to keep it running; probe6 demo {name} measures it")
    raise UsageError("lab --list prints the scenarios; lab SCENARIO --serve keeps one running")


def table() -> str:
    """All scenarios, one a line: name, verdict and parity expected, title."""
    from probe.lab.scenarios import SCENARIOS

    rows = [("scenario", "verdict", "parity", "what is wrong")]
    rows += [(item.name, item.verdict, item.parity, item.title) for item in SCENARIOS.values()]
    wide = [max(len(row[column]) for row in rows) for column in range(3)]
    return "".join(f"{a:<{wide[0]}}  {b:<{wide[1]}}  {c:<{wide[2]}}  {d}\n" for a, b, c, d in rows)


def _serve(scenario: "Scenario") -> int:
    """Until SIGINT or SIGTERM, which are the ordinary end of it."""
    import asyncio
    import contextlib
    import signal
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from probe.lab.serving import serve
    from probe.measure.transport import awake

    async def until_told(directory: str) -> None:
        task = asyncio.current_task()
        if task is not None:
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        await serve(scenario, Path(directory), lambda line: write_stdout(f"{line}\n"))

    with TemporaryDirectory(prefix="probe6-") as directory, contextlib.suppress(asyncio.CancelledError):
        awake.run(until_told(directory))
    return 0
