"""Logical lines of a Postfix file: what postconf(5) calls a line, comments gone and continuations joined.

In: the text of main.cf or master.cf. Out: each logical line with the number of its first line, and what
Postfix warns of. Nothing here raises; the time is linear in the text.

A line that begins with a blank continues the one before it, and so do empty lines and comments in between: they do
not end a logical line. Joining removes the newline and nothing else. White space is that of C in ASCII.
"""

from dataclasses import dataclass

from probe.grammar.text import clip
from probe.model.postfix import Problem

BLANKS = " \t\n\v\f\r"
_SHOWN = 40  # columns of a line at fault that a sentence repeats


@dataclass(frozen=True, slots=True)
class LogicalLine:
    """One logical line, as one string; it does not begin with a blank and may end in some."""

    text: str
    number: int  # of its first line, from 1


def logical_lines(text: str, file: str) -> tuple[list[LogicalLine], list[Problem]]:
    """All logical lines in order; one that begins with a blank continues nothing and is passed over with a warning."""
    found: list[LogicalLine] = []
    problems: list[Problem] = []
    pieces: list[str] = []
    first = 0

    def close() -> None:
        whole = "".join(pieces)
        pieces.clear()
        if not whole:
            return
        if whole[0] in BLANKS:
            problems.append(Problem(f"{file}:{first}", f"nothing before it to continue: {shown(whole)}", fatal=False))
            return
        whole, nul, _ = whole.partition("\0")
        if nul:  # a C string ends there
            problems.append(Problem(f"{file}:{first}", "a NUL octet; what follows it is not read", fatal=False))
        found.append(LogicalLine(whole, first))

    for number, line in enumerate(text.split("\n"), 1):
        if pieces and line and line[0] != "#" and line[0] not in BLANKS:
            close()
        content = line.lstrip(BLANKS)
        if content and content[0] != "#":
            first = first if pieces else number
            pieces.append(line)
    close()
    return found, problems


def shown(text: str) -> str:
    """The beginning of a text at fault, in quotes, safe to print."""
    return f'"{clip(text.strip(BLANKS), _SHOWN)}"'


def name_and_value(text: str) -> tuple[str, str] | str:
    """Split ``name = value``; a sentence instead when there is no name or no equals sign after it."""
    text = text.lstrip(BLANKS)
    name, equals, value = text.partition("=")
    name = name.rstrip(BLANKS)
    if not name:
        return "no name before the equals sign" if equals else "no name"
    if not equals or any(char in BLANKS for char in name):
        return "no equals sign after the name"
    return name, value.strip(BLANKS)
