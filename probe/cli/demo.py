"""The whole job, on a faulty internet of its own."""

from argparse import Namespace
from typing import TYPE_CHECKING

from probe.cli.parts import arguments, offered
from probe.cli.parts.conclude import prepare
from probe.cli.parts.output import note
from probe.cli.parts.parser import Parser
from probe.cli.parts.progress import Progress, at_terminal
from probe.cli.parts.scenario import DEFAULT, find
from probe.model.measurement import Measurement

if TYPE_CHECKING:
    from probe.lab.scenario import Scenario

SYNOPSIS = "demo [SCENARIO]"
_EXAMPLES = """\
examples:
  probe6 demo                          all is well: two messages, both arrive
  probe6 demo v6-blackhole             a firewall was opened for IPv4 only
  probe6 demo wrong-certificate-v6 --transcript
  probe6 lab --list                    all scenarios

The exit status is that of the report: 0 ok, 1 warning, 2 critical, 3 unknown.
"""


def configure(parser: Parser) -> None:
    """The scenario, and how to judge and show it."""
    parser.usage = "probe6 demo [SCENARIO] [options]"
    parser.epilog = _EXAMPLES
    parser.operand(
        "scenario", offered.scenarios, nargs="?", default=DEFAULT, metavar="SCENARIO", help=f"default: {DEFAULT}"
    )
    arguments.judging(parser)
    arguments.reporting(parser)


def run(args: Namespace) -> int:
    """Start the scenario, measure it as ``check`` would, and report."""
    ending = prepare(args)
    scenario = find(args.scenario)
    if not args.quiet:
        note(f"demo {scenario.name}: {scenario.title}")
        note("Every address is a documentation address, played on loopback; nothing leaves this machine.")
    return ending.write([_measure(scenario, at_terminal(quiet=args.quiet))])


def _measure(scenario: "Scenario", progress: Progress) -> Measurement:
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from probe.api import measure
    from probe.lab.world import world
    from probe.measure.transport import awake

    async def one(directory: str) -> Measurement:
        async with world(scenario, Path(directory)) as made:
            return await measure(
                made.target,
                made.settings,
                network=made.network,
                progress=progress.told,
                secrets=made.secrets,
                memory=made,
            )

    with TemporaryDirectory(prefix="probe6-") as directory:
        try:
            return awake.run(one(directory))
        finally:
            progress.cleared()
