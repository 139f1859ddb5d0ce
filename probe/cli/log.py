"""Mail-log events, or the way of one message."""

from __future__ import annotations

import sys
from argparse import Namespace
from itertools import chain as joined
from typing import TYPE_CHECKING, Any

from probe.cli.parts import logfile
from probe.cli.parts.input import STDIN
from probe.cli.parts.output import drop_stdout, note
from probe.cli.parts.parser import Group, Parser
from probe.grammar.options import line, quoted
from probe.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from probe.model.log import LogChain, LogEvent

SYNOPSIS = "log FILE...|-"
NOT_FOUND = 3
_FORMATS = ("text", "json")
_STATUS = {"delivered": 0, "deferred": 1, "unknown": 1, "failed": 2, "rejected": 2}
_EXAMPLES = """\
examples:
  probe6 log /var/log/mail.log               every event, a JSON object a line
  probe6 log old.log new.log --token p6abc   one message, through its queue ids
  probe6 log mail.log --queue-id 4BzQ3t1mZvz9s
  journalctl -o json | probe6 log -          a journal

What a line does not say is left out of its object. The exit status with --token
or --queue-id: 0 delivered, 1 deferred or not known, 2 bounced, expired or
rejected, 3 not in the log. Following ends with Ctrl-C and 0.
"""


def configure(parser: Parser) -> None:
    """The files, what to follow, and how to show it."""
    parser.usage = "probe6 log FILE... [--token T | --queue-id Q] [--follow]"
    parser.epilog = _EXAMPLES
    parser.add_argument("files", nargs="*", metavar="FILE", help="a mail log, gzip or not; - is standard input")
    one = Group(parser, "one message")
    one.value("--token", metavar="T", read=line, help="text of its Message-ID or of an address in its envelope")
    one.value("--queue-id", metavar="Q", read=line, help="the queue id it got first")
    how = Group(parser, "reading and output")
    how.flag("--follow", help="go on with what is written to the last file, through rotation")
    how.choice("--format", words=_FORMATS, noun="a format of log", metavar="FORMAT", default="text",
               help="how to show one message: text or json; default: text")  # fmt: skip


def run(args: Namespace, sleep: Callable[[float], object] | None = None) -> int:
    """Read the files in the order they are named."""
    if not args.files:
        raise UsageError("no file; try probe6 log /var/log/mail.log, or - for standard input")
    if args.token and args.queue_id:
        raise UsageError("--token and --queue-id: one of them says which message")
    if args.follow and args.files[-1] == STDIN:
        raise UsageError("--follow: standard input cannot be followed, it ends when its writer does")
    if sleep is None:
        from time import sleep
    events = _events(args.files, sleep if args.follow else None)
    try:
        if args.token or args.queue_id:
            return _one(events, args)
        for event in events:
            _say(_json(event), at_once=args.follow)
    except KeyboardInterrupt:
        if not args.follow:
            raise
    except BrokenPipeError:  # the reader has seen enough
        drop_stdout()
    return 0


def _events(files: list[str], sleep: Callable[[float], object] | None) -> Iterator[LogEvent]:
    from probe.grammar.maillog import events
    from probe.measure.proof import local_time

    whole = files if sleep is None else files[:-1]
    every = [events(logfile.lines(path), logfile.written(path)) for path in whole]
    if sleep is not None:
        every.append(events(logfile.followed(files[-1], sleep), local_time.now))
    return joined.from_iterable(every)


def _one(events: Iterable[LogEvent], args: Namespace) -> int:
    """Follow one message; while the log is being written its lines are told as they come, at the end its fate."""
    from probe.grammar.log_chain import Follower

    follower = Follower(token=args.token, queue_id=args.queue_id)
    try:
        for event in events:
            if follower.feed(event) and args.follow and args.format == "text":
                _say(f"  {event.raw}", at_once=True)
    except KeyboardInterrupt:
        if not args.follow:
            raise
    found = follower.chain
    if found is None:
        note(f"probe6: {quoted(args.token or args.queue_id)} is not in the log")
        return 0 if args.follow else NOT_FOUND
    _say(_chain_as_json(found) if args.format == "json" else _chain_as_text(found, lines=not args.follow), at_once=True)
    return 0 if args.follow else _STATUS[found.fate]


def _chain_as_text(chain: LogChain, *, lines: bool) -> str:
    """The fate, how it came in, the ids, and the lines that say so."""
    name = f" ({chain.client_name})" if chain.client_name else ""
    came = f"received over {chain.family.label} from {chain.client}{name}" if chain.family else "received locally"
    if chain.fate == "rejected":
        came = came.removeprefix("received ")
    told = [f"{chain.fate}; {came}", *([f"queue ids: {' -> '.join(chain.queue_ids)}"] if chain.queue_ids else [])]
    return "\n".join([*told, *(f"  {event.raw}" for event in chain.events if lines)])


def _chain_as_json(chain: LogChain) -> str:
    import json

    found = {
        "schema": "probe6.chain/1", "fate": chain.fate, "client": chain.client, "client_name": chain.client_name,
        "family": chain.family, "queue_ids": chain.queue_ids, "events": [_said(event) for event in chain.events],
    }  # fmt: skip
    return json.dumps(found, indent=2, ensure_ascii=False)


def _json(event: LogEvent) -> str:
    import json

    return json.dumps(_said(event), ensure_ascii=False)


def _said(event: LogEvent) -> dict[str, Any]:
    """What the line says, by name; the line itself comes last."""
    found = {name: value for name in event.__slots__ if (value := getattr(event, name)) is not None}
    if event.time is not None:
        found["time"] = event.time.isoformat().replace("+00:00", "Z")
    found["raw"] = found.pop("raw")
    return found


def _say(text: str, *, at_once: bool) -> None:
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(f"{text}\n")
        if at_once:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_stdout()
        raise UsageError(f"standard output: {error.strerror or error}") from None
