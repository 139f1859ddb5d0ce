"""What a finding code means, and how to mend it."""

from argparse import Namespace
from textwrap import fill, indent
from typing import TYPE_CHECKING

from probe.cli.parts import offered
from probe.cli.parts.output import write_stdout
from probe.cli.parts.parser import Parser
from probe.grammar.options import nearest, quoted
from probe.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from probe.model.catalogue import Entry
    from probe.model.report import Manual

SYNOPSIS = "explain [CODE]"
ALLOW_LIST = "allow-list"
_WIDTH = 80
_EXAMPLES = """\
examples:
  probe6 explain                  all codes, and which of them are implemented
  probe6 explain tcp-refused      the manual page of the check that finds it
  probe6 explain allow-list       lines for those who might ban this machine
"""


def configure(parser: Parser) -> None:
    """One code, or none for the list."""
    parser.usage = "probe6 explain [CODE]"
    parser.epilog = _EXAMPLES
    parser.operand("code", offered.manuals, nargs="?", metavar="CODE", help="a finding code, or the name of a check")


def run(args: Namespace) -> int:
    """Print the list or one page."""
    if args.code == ALLOW_LIST:
        from probe.api import sources
        from probe.cli.parts.allow_list import lines

        write_stdout(lines(sources()))
        return 0
    from probe.api import catalogue, manuals

    every = catalogue()
    if args.code is None:
        write_stdout(listing(every))
        return 0
    unbuilt = {entry.code: entry for entry in every if entry.reason}
    absent = unbuilt.get(args.code)
    write_stdout(state(absent) if absent is not None else page(_find(args.code, manuals(), tuple(unbuilt))))
    return 0


def listing(entries: "Sequence[Entry]") -> str:
    """All codes with how far each has come and what it means, or why no check yields it."""
    wide, word = (max(map(len, column)) for column in zip(*((it.code, it.progress) for it in entries), strict=True))
    return "".join(
        fill(
            f"{it.meaning} {it.reason}".rstrip(),
            _WIDTH,
            initial_indent=f"{it.code:<{wide}}  {it.progress:<{word}}  ",
            subsequent_indent=" " * (wide + word + 4),
            break_on_hyphens=False,
        )
        + "\n"
        for it in entries
    )


def state(item: "Entry") -> str:
    """The page of a code that no check yields."""
    sections = {"MEANS": item.meaning, "STATE": f"{item.progress}, not implemented: {item.reason}"}
    body = "\n".join(f"{name}\n{indent(_wrapped(text), '    ')}\n" for name, text in sections.items())
    return f"{item.code}: no check yields it.\n\n{body}"


def page(manual: "Manual") -> str:
    """The manual of one check; commands and records stand unbroken, as they are to be copied."""
    codes = "\n".join(
        fill(f"{code}: {meaning}", _WIDTH - 4, subsequent_indent="    ", break_on_hyphens=False)
        for code, meaning in manual.codes
    )
    sections = {"WHY": _wrapped(manual.why), "FINDS": codes, "FIX": _wrapped(manual.fix), "SEE": _wrapped(manual.see)}
    body = "\n".join(f"{name}\n{indent(text, '    ')}\n" for name, text in sections.items())
    return f"{manual.check}: {manual.title}\n\n{body}"


def _wrapped(text: str) -> str:
    return "\n".join(
        line if line.startswith(" ") else fill(line, _WIDTH - 4, break_on_hyphens=False) for line in text.splitlines()
    )


def _find(word: str, manuals: "Sequence[Manual]", unbuilt: "Sequence[str]") -> "Manual":
    known = {code: manual for manual in manuals for code, _ in manual.codes} | {item.check: item for item in manuals}
    if word in known:
        return known[word]
    near = nearest(word, (*known, *unbuilt, ALLOW_LIST))
    hint = f"; nearest: {near}" if near else "; probe6 explain lists them"
    raise UsageError(f"{quoted(word)} is not a finding code{hint}")
