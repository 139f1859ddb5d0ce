"""The hops of a message, with its delays."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC
from typing import TYPE_CHECKING, Any

from probe.cli.parts.input import read_bytes
from probe.cli.parts.output import write_stdout
from probe.cli.parts.parser import Group, Parser
from probe.grammar.options import quoted_path
from probe.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from probe.grammar.skew import Adjusted
    from probe.model.delivery import Hop

SYNOPSIS = "trace FILE|-"
_FORMATS = ("text", "json")
_LARGEST = 1 << 27  # bytes of one message
_EXAMPLES = """\
examples:
  probe6 trace message.eml                 one row for each Received header
  probe6 trace - --format json < message
"""


def configure(parser: Parser) -> None:
    """The message, and how to show it."""
    parser.usage = "probe6 trace FILE [--format FORMAT]"
    parser.epilog = _EXAMPLES
    parser.add_argument("file", nargs="?", metavar="FILE", help="a message, or only its header; - is standard input")
    Group(parser, "output").choice("--format", words=_FORMATS, noun="a format of trace", metavar="FORMAT",
                                   default="text", help="text or json; default: text")  # fmt: skip


def run(args: Namespace) -> int:
    """Print the hops."""
    if args.file is None:
        raise UsageError("no file; try probe6 trace message.eml, or - for standard input")
    from probe.grammar.received import parse
    from probe.grammar.skew import adjusted

    hops = parse(read_bytes(args.file, "message", _LARGEST))
    if not hops:
        raise UsageError(f"message {quoted_path(args.file)}: no Received header in it")
    times = adjusted(hops)
    write_stdout(as_json(hops, times) if args.format == "json" else as_text(hops, times))
    return 0


def as_json(hops: Sequence[Hop], times: Sequence[Adjusted]) -> str:
    """An object for each hop, newest first; durations in seconds, what is not stated null."""
    import json

    rows: list[dict[str, Any]] = [
        {
            "by": hop.by, "from": hop.reverse_name or hop.helo, "helo": hop.helo, "address": hop.address,
            "family": hop.family, "protocol": hop.protocol, "tls": hop.tls, "id": hop.id, "for": hop.recipient,
            "time": hop.time and hop.time.isoformat().replace("+00:00", "Z"), "delay": hop.delay,
            "adjusted_time": time.time and time.time.isoformat().replace("+00:00", "Z"),
            "adjusted_delay": time.delay, "clock_skew": time.skew if hop.time else None, "raw": hop.raw,
        }
        for hop, time in zip(hops, times, strict=True)
    ]  # fmt: skip
    return json.dumps({"schema": "probe6.trace/1", "hops": rows}, indent=2, ensure_ascii=False) + "\n"


def as_text(hops: Sequence[Hop], times: Sequence[Adjusted]) -> str:
    """A row for each hop in the order the message went, who it came from and who took it below."""
    lines = [f"{'hop':>3}  {'time (UTC)':<19}  {'delay':>9}  {'adjusted':>9}  {'over':<5} with"]
    for number, (hop, time) in enumerate(zip(reversed(hops), reversed(times), strict=True), 1):
        when = f"{hop.time.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if hop.time else "no time"
        over = hop.family.label if hop.family else "-"
        protocol = " ".join(filter(None, (hop.protocol, "(TLS)" if hop.tls else "")))
        delays = f"{_seconds(hop.delay):>9}  {_seconds(time.delay):>9}"
        lines.append(f"{number:>3}  {when:<19}  {delays}  {over:<5} {protocol}".rstrip())
        lines += [f"     {word:<5} {text}" for word, text in _who(hop) if text]
        if time.skew:
            so = f", so {time.time.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if time.time else ""
            lines.append(f"     clock {abs(time.skew):g} s {'ahead' if time.skew > 0 else 'behind'} at least{so}")
    known = [time.time for time in times if time.time]
    if len(known) > 1:
        lines.append(f"{len(hops)} hops, {_seconds((max(known) - min(known)).total_seconds())} from first to last")
    return "\n".join(lines) + "\n"


def _who(hop: Hop) -> tuple[tuple[str, str], ...]:
    from probe.grammar.quoted_address import address_of

    name = hop.reverse_name or hop.helo or ""
    claim = f" (HELO {hop.helo})" if hop.helo and hop.helo != name else ""
    address = f" [{hop.address}]" if hop.address and hop.address != address_of(name) else ""
    taken = f"{hop.by or ''}{f' id {hop.id}' if hop.id else ''}"
    return ("from", f"{name}{address}{claim}".strip()), ("by", taken.strip()), ("for", hop.recipient or "")


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:g} s"
