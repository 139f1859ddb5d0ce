"""A migration as a checklist for one domain."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import PurePath

from probe.cli.parts import arguments, running
from probe.cli.parts.descriptors import make_room
from probe.cli.parts.input import read_text
from probe.cli.parts.output import STDOUT, check_writable, colored, write_file, write_stdout
from probe.cli.parts.parser import Group, Parser
from probe.cli.parts.saved import saved
from probe.cli.parts.settings import settings_for
from probe.grammar.options import one_of, quoted
from probe.grammar.target import parse_target
from probe.model.errors import UsageError
from probe.model.measurement import Measurement
from probe.model.plan import Kind
from probe.model.settings import Settings, Target, TargetKind
from probe.model.words import Stage

SYNOPSIS = "plan KIND DOMAIN"
_FORMATS = ("text", "markdown", "json")
_SUFFIXES = {".json": "json", ".md": "markdown", ".markdown": "markdown"}
_ZONE_LARGEST = 1 << 20  # bytes of an --overlay
_PLANNED = ("overlay", "mx", "resolve", "server")
_EXAMPLES = """\
examples:
  probe6 plan add-ipv6 example.com --resolve \\
      mx1.example.com:[2001:db8::25],192.0.2.25 --baseline before.json
  probe6 plan move-mx example.com --mx mx.new.example
  probe6 plan drop-ipv4 example.com --format markdown
  probe6 plan renumber example.com --overlay new.zone

Exit status: 0 the next change is safe now, 1 not yet, 2 something is in its
way, 3 not known (without a saved measurement nobody knows the TTLs of before).
"""


def configure(parser: Parser) -> None:
    """The kind, the domain, and what is planned."""
    parser.usage = "probe6 plan KIND DOMAIN [options]"
    parser.epilog = _EXAMPLES
    parser.operand(
        "asked", tuple(Kind), nargs="*", metavar="KIND DOMAIN", help=f"{', '.join(Kind)}; and whose mail it is"
    )
    group = Group(parser, "history")
    group.value("--baseline", action="append", metavar="FILE", help="what --save kept before; several: a history")
    group.value("--save", metavar="FILE", help="keep what is published now, for the next time; mode 0600")
    arguments.envelope(parser)
    arguments.route(parser)
    arguments.sending(parser)
    arguments.pace(parser)
    arguments.trust(parser)
    report = Group(parser, "report")
    report.choice("--format", words=_FORMATS, noun="a format of plan", metavar="FORMAT",
                  help="text, markdown or json (default: by the suffix)")  # fmt: skip
    report.value("-o", "--output", metavar="FILE", help="write the list there, whole or not at all")
    report.choice("--color", words=arguments.COLORS, noun="a choice for color", default="auto", metavar="WHEN",
                  help="auto, always or never")  # fmt: skip
    parser.set_defaults(
        via=None, dkim_key=None, dkim_selector=None, proof=None, contact=None, every_address=False, cleanup=False
    )


def run(args: Namespace) -> int:
    """Measure what is published, and what is planned; then hold the playbook against both."""
    kind, target = _wanted(args)
    path = None if args.output in {None, STDOUT} else args.output
    for place, option in ((path, "--output"), (args.save, "--save")):
        if place is not None:
            check_writable(place, option)
    history = [_history(item, target) for item in args.baseline or ()]
    planned = any(getattr(args, name) for name in _PLANNED)
    bare = Namespace(**(vars(args) | dict.fromkeys(_PLANNED)))
    sides = [_settings(bare, target), *([_settings(args, target)] if planned else [])]
    measured = _measured(target, sides)
    from probe.api import judge, plan, render_plan, save

    if args.save is not None:
        write_file(args.save, save(measured[0]), "--save", private=True)
    published, *rest = map(judge, measured)
    found = plan(kind, published, rest[0] if rest else None, history)
    word = args.format or _SUFFIXES.get(PurePath(path or "").suffix.lower(), "text")
    color = args.color == "always" or (path is None and colored(args.color))
    text = render_plan(found, word, **({"color": color} if word == "text" else {}))
    if path is not None:
        write_file(path, text.encode("utf-8", "backslashreplace"), "--output")
    else:
        write_stdout(text)
    return found.verdict.exit_status


def _wanted(args: Namespace) -> tuple[Kind, Target]:
    if len(args.asked) != 2:
        raise UsageError(f"a kind and a domain are needed; try probe6 plan {Kind.ADD_IPV6} example.com")
    kind = Kind(one_of(args.asked[0], [item.value for item in Kind], "a kind of plan"))
    target = parse_target(args.asked[1])
    if target.kind is not TargetKind.DOMAIN:
        raise UsageError(f"{quoted(target.text)}: a plan is for a domain, such as example.com")
    for option, stage in (("--until", args.until), ("--quit-after", args.quit_after)):
        if stage is not None and stage.rank > Stage.RCPT.rank:
            raise UsageError(f"{option}: plan ends with rcpt, and sends nothing")
    return kind, target


def _history(path: str, target: Target) -> Measurement:
    found = saved(path, "--baseline")
    if found.target.name != target.name:
        raise UsageError(f"--baseline: is of {quoted(found.target.name)}, not of {quoted(target.name)}")
    if found.settings.overlay or found.settings.server:
        raise UsageError("--baseline: was measured with assumed names (--overlay, --mx, --resolve or --server)")
    return found


def _settings(args: Namespace, target: Target) -> Settings:
    zone = read_text(args.overlay, "--overlay", _ZONE_LARGEST) if args.overlay is not None else None
    settings = settings_for(args, target, zone=zone)
    until = settings.until if settings.until.rank <= Stage.RCPT.rank else Stage.RCPT
    return replace(settings, until=until)


def _measured(target: Target, sides: list[Settings]) -> list[Measurement]:
    import asyncio

    from probe.api import measure, new_courtesy

    make_room()
    courtesy = new_courtesy()

    async def every() -> list[Measurement]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(measure(target, settings, courtesy=courtesy)) for settings in sides]
        return [task.result() for task in tasks]

    return running.run(every())
