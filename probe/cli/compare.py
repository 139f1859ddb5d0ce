"""Two targets, or published and planned, side by side."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from probe.cli.parts import arguments, running
from probe.cli.parts.comparing import ending
from probe.cli.parts.descriptors import make_room
from probe.cli.parts.input import read_text
from probe.cli.parts.parser import Group, Parser
from probe.cli.parts.settings import settings_for
from probe.grammar.options import quoted
from probe.grammar.smtp_path import parse_domain, parse_mailbox
from probe.grammar.target import parse_target
from probe.model.errors import UsageError
from probe.model.settings import Settings, Target, TargetKind
from probe.model.words import Stage

if TYPE_CHECKING:
    from probe.judge.contrast.mailboxes import Pair
    from probe.measure.run import Prepared
    from probe.model.measurement import Measurement

SYNOPSIS = "compare OLD NEW"
_ZONE_LARGEST = 1 << 20  # bytes of an --overlay
_LIST_LARGEST = 1 << 20  # bytes of a list of mailboxes
_MOST_MAILBOXES = 100
_PLANNED = ("overlay", "mx", "resolve", "server")
_EXAMPLES = """\
examples:
  probe6 compare example.com [mx.new-provider.example]
  probe6 compare example.com --overlay new.zone     published beside planned
  probe6 compare example.com --mx mx1.new.example --rcpt @mailboxes \\
      --owned example.com

Nothing is sent: the conversations end with RCPT. Exit status as of diff.
"""


@dataclass(frozen=True, slots=True)
class Ask:
    """One side: what is measured, and how."""

    target: Target
    settings: Settings


def configure(parser: Parser) -> None:
    """The two targets, or the one with what is assumed of it."""
    parser.usage = "probe6 compare OLD NEW [options]\n       probe6 compare DOMAIN --overlay FILE [options]"
    parser.epilog = _EXAMPLES
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="a domain, mailbox, [host] or [address]")
    arguments.envelope(parser)
    group = Group(parser, "mailboxes")
    group.value(
        "--rcpt", metavar="@FILE", help="ask both sides for each mailbox in FILE; RCPT alone, none is sent mail"
    )
    group.value("--owned", read=parse_domain, action="append", metavar="DOMAIN", help="a domain you answer for")
    arguments.route(parser)
    arguments.sending(parser)
    arguments.pace(parser)
    arguments.trust(parser)
    arguments.judging(parser)
    arguments.comparing(parser)
    parser.set_defaults(
        via=None, dkim_key=None, dkim_selector=None, proof=None, contact=None, every_address=False, cleanup=False
    )


def run(args: Namespace) -> int:
    """Measure both sides beside each other, then hold them against each other."""
    finish = ending(args)
    old, new = _sides(args)
    mailboxes = _mailboxes(args, new.target)
    before, after, pairs = measured(old, new, mailboxes)
    from probe.api import compare, judge

    options = finish.options()
    changes = compare(judge(before, options), judge(after, options))
    if pairs:
        from probe.judge.contrast.mailboxes import asked_for

        rows, found = asked_for(pairs)
        left = len(mailboxes) - len(pairs)
        said = f"stopped at the second unknown mailbox, {left} were not asked for"
        changes = replace(
            changes,
            rows=(*changes.rows, *rows),
            changes=(*changes.changes, *found),
            notes=(*changes.notes, said) if left else changes.notes,
        )
    return finish.write(changes)


def _sides(args: Namespace) -> tuple[Ask, Ask]:
    planned = [f"--{name}" for name in _PLANNED if getattr(args, name)]
    for option, stage in (("--until", args.until), ("--quit-after", args.quit_after)):
        if stage is not None and stage.rank > Stage.RCPT.rank:
            raise UsageError(f"{option}: compare ends with rcpt, and sends nothing")
    match [parse_target(word) for word in args.targets]:
        case [only] if planned:
            bare = Namespace(**(vars(args) | dict.fromkeys(_PLANNED)))
            return _ask(bare, only), _ask(args, only)
        case [_]:
            raise UsageError("one target: name the other, or what is planned by --overlay FILE, --mx or --resolve")
        case [old, new] if not planned:
            return _ask(args, old), _ask(_with_envelope(args, old, new), new)
        case [_, _]:
            raise UsageError(f"{planned[0]}: with two targets it is not clear which one is meant; name one target")
        case found:
            raise UsageError(f"two targets are needed, not {len(found)}; try probe6 compare OLD NEW")


def _with_envelope(args: Namespace, old: Target, new: Target) -> Namespace:
    """A host is asked for what the domain beside it was asked for."""
    given = args.to or args.domain
    if given or new.kind in {TargetKind.DOMAIN, TargetKind.MAILBOX} or old.kind is TargetKind.HOST:
        return args
    if old.kind is TargetKind.ADDRESS:
        return args
    return Namespace(**(vars(args) | ({"to": old.recipient} if old.recipient else {"domain": old.name})))


def _ask(args: Namespace, target: Target) -> Ask:
    zone = read_text(args.overlay, "--overlay", _ZONE_LARGEST) if args.overlay is not None else None
    settings = settings_for(args, target, zone=zone)
    until = settings.until if settings.until.rank <= Stage.RCPT.rank else Stage.RCPT
    return Ask(target, replace(settings, until=until))


def _mailboxes(args: Namespace, target: Target) -> tuple[str, ...]:
    """Mailboxes of domains the user answers for; whoever else has them would take it for an attack."""
    if args.rcpt is None:
        return ()
    if not args.rcpt.startswith("@"):
        raise UsageError(f"--rcpt: {quoted(args.rcpt)} is not @FILE; a single mailbox is asked for by --to ADDR")
    owned, found = set(args.owned or ()), []
    for number, line in enumerate(read_text(args.rcpt[1:], "--rcpt", _LIST_LARGEST).split("\n"), 1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        try:
            local, domain = parse_mailbox(text)
        except UsageError as error:
            raise UsageError(f"--rcpt: {args.rcpt[1:]}:{number}: {error}") from None
        if domain not in owned:
            raise UsageError(f"--rcpt: {quoted(text)}: only mailboxes of your own domains; say --owned {domain}")
        found.append(f"{local}@{domain}")
    if not 0 < len(found) <= _MOST_MAILBOXES:
        raise UsageError(f"--rcpt: 1 to {_MOST_MAILBOXES} mailboxes, not {len(found)} ({target.name})")
    return tuple(dict.fromkeys(found))


def measured(old: Ask, new: Ask, mailboxes: Sequence[str]) -> tuple[Measurement, Measurement, list[Pair]]:
    """Both sides at once; then the mailboxes, several in a conversation, with the usual pause between two."""
    import asyncio

    from probe.api import measure, new_courtesy, prepare
    from probe.judge.contrast.mailboxes import MOST_UNKNOWN, unknown_user

    make_room()
    courtesy = new_courtesy()

    async def both(first: Ask, second: Ask, ready: Sequence[Prepared | None] = (None, None)) -> list[Measurement]:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(measure(side.target, side.settings, courtesy=courtesy, prepared=known))
                for side, known in zip((first, second), ready, strict=True)
            ]
        return [task.result() for task in tasks]

    async def every() -> tuple[Measurement, Measurement, list[Pair]]:
        before, after = await both(old, new)
        sides = [(_for(old, mailbox), _for(new, mailbox)) for mailbox in mailboxes]
        known = await prepare([(side.target, side.settings) for pair in sides for side in pair]) if sides else []
        pairs: list[Pair] = []
        unknown = [0, 0]
        for number, (mailbox, pair) in enumerate(zip(mailboxes, sides, strict=True)):
            found = await both(*pair, known[2 * number : 2 * number + 2])
            pairs.append((mailbox, found[0], found[1]))
            for place, measurement in enumerate(found):
                unknown[place] += unknown_user(measurement)
            if max(unknown) >= MOST_UNKNOWN:
                break
        return before, after, pairs

    return running.run(every())


def _for(side: Ask, mailbox: str) -> Ask:
    """One mailbox, at one address of each family; nothing beside the conversations, which hold several mailboxes."""
    settings = replace(side.settings, recipient=mailbox, until=Stage.RCPT, plain=True, max_addresses=1)
    return Ask(side.target, settings)
