"""``$name`` and its relatives in a Postfix parameter value (postconf(5), "main.cf file format").

In: a value as written and a function that gives the raw value of a name (None: there is no such name). Out: the value
with everything expanded, again and again, and the names it asked for in vain. Wrong: ``ExpansionError`` with the
sentence; Postfix's programs end with a fatal error where this is raised.

Bounded by depth (as Postfix is) and by work (as Postfix is not: ``a = $b$b``, ``b = $c$c`` doubles with every line).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from probe.grammar.logical_lines import shown

DEEPEST = 100  # references in references before Postfix speaks of unreasonable nesting
_DEEPEST_IN_ALL = 120  # Postfix counts anew inside the operands of a comparison; a loop through one has to end too
_MOST_WORK = 2_000_000  # characters looked at for one value
_BLANKS = " \t\r\n"
_NAME = re.compile(r"[A-Za-z0-9_]*")
_OPERATOR = re.compile(r"[<>!=?+\-*/~&|%]*")
_SUFFIX = re.compile(r"[A-Za-z0-9]*")
_PAIRS = {"(": (")", re.compile(r"[()]")), "{": ("}", re.compile(r"[{}]"))}
_LEVEL = re.compile(r"\s*\+?([0-9]+)(?:\.([0-9]+)(?:\.([0-9]+))?)?", re.ASCII)
_LARGEST = (2**43 - 1, 1023, 1023)  # of the three parts of a compatibility level
_LONGEST_NUMBER = 18  # digits; with one more it might not be a C long
_COMPARISONS: dict[str, Callable[[int], bool]] = {
    "==": lambda delta: delta == 0,
    "!=": lambda delta: delta != 0,
    "<": lambda delta: delta < 0,
    "<=": lambda delta: delta <= 0,
    ">=": lambda delta: delta >= 0,
    ">": lambda delta: delta > 0,
}

Lookup = Callable[[str], str | None]


class ExpansionError(ValueError):
    """A value that cannot be expanded; the text says why."""


@dataclass(slots=True)
class Expansion:
    """The expansion of one value; ``undefined`` collects the names that gave nothing because nothing defines them."""

    lookup: Lookup
    undefined: list[str] = field(default_factory=list)
    work: int = 0  # characters looked at so far
    most: int = 0  # and how many may be

    def expand(self, text: str) -> str:
        """The whole value."""
        self.work, self.most = 0, _MOST_WORK + 4 * len(text)
        out: list[str] = []
        self._parse(text, out, 0, 0)
        return "".join(out)

    def _parse(self, text: str, out: list[str], level: int, above: int) -> None:
        """Literal text goes to ``out``; references are expanded. ``above``: depth outside of a comparison's operand."""
        self._spend(len(text))
        if text and (level > DEEPEST or level + above > _DEEPEST_IN_ALL):
            raise ExpansionError(f"references in references without end, at {shown(text)}")
        at = 0
        while (dollar := text.find("$", at)) >= 0:
            out.append(text[at:dollar])
            at = dollar + 1
            if text.startswith("$", at):
                out.append("$")
                at += 1
                continue
            inside, at = _reference(text, at)
            if not inside:
                raise ExpansionError(f"no name after the dollar sign in {shown(text)}")
            self._refer(inside, out, level, above)
        out.append(text[at:])

    def _refer(self, inside: str, out: list[str], level: int, above: int) -> None:
        """What stands between the braces: a name or a comparison, then perhaps ``?`` and ``:``."""
        start = inside.lstrip(_BLANKS)
        if start.startswith("{"):
            value, rest = self._compare(start, level, above)
            if rest and rest[0] not in "?:":
                raise ExpansionError(f'"?" or ":" expected at {shown(rest)}')
        else:
            name, rest = _name(start)
            defined = self.lookup(name)
            if defined is None and not rest:
                self.undefined.append(name)
            value = defined or ""
        if not rest:
            if value:
                # A comparison's own value is a plain word, and a name's value may refer to further names.
                self._parse(value, out, level + 1, above)
            return
        self._choose(rest, bool(value), out, level, above)

    def _choose(self, rest: str, truth: bool, out: list[str], level: int, above: int) -> None:
        """``?text``, ``:text`` or ``?{text}:{text}``; only the text that counts is expanded."""
        if rest[0] == "?":
            chosen, rest = _operand(rest[1:])
            if truth:
                self._parse(chosen, out, level + 1, above)
            if not rest:
                return
            if rest[0] != ":":
                raise ExpansionError(f'":" expected at {shown(rest)}')
        chosen, rest = _operand(rest[1:])
        if not truth:
            self._parse(chosen, out, level + 1, above)
        if rest:
            raise ExpansionError(f"nothing may follow the last text, but there is {shown(rest)}")

    def _compare(self, text: str, level: int, above: int) -> tuple[str, str]:
        """``{text} == {text}``: ``true`` or nothing, and what stands behind it."""
        left, rest = _braces(text)
        operator = _at_start(_OPERATOR, rest)
        if operator not in _COMPARISONS:
            raise ExpansionError(f"a comparison expected at {shown(rest)}")
        rest = rest[len(operator) :]
        suffix = _at_start(_SUFFIX, rest)
        if suffix not in {"", "level"}:
            raise ExpansionError(f"no comparison is called {shown(operator + suffix)}")
        rest = rest[len(suffix) :].lstrip(_BLANKS)
        if not rest.startswith("{"):
            raise ExpansionError(f"an expression in braces expected at {shown(rest)}")
        right, rest = _braces(rest)
        sides: list[list[str]] = [[], []]
        for side, out in zip((left, right), sides, strict=True):
            self._parse(side, out, 0, above + level + 1)
        ours, theirs = ("".join(side) for side in sides)
        delta = _difference_of_levels(ours, theirs) if suffix else _difference(ours, theirs)
        return ("true" if _COMPARISONS[operator](delta) else ""), rest

    def _spend(self, characters: int) -> None:
        self.work += characters + 1
        if self.work > self.most:
            raise ExpansionError("it grows without end when its references are expanded")


def _at_start(pattern: re.Pattern[str], text: str, at: int = 0) -> str:
    """As much of ``text`` from ``at`` on as the pattern, which matches nothing too, takes."""
    found = pattern.match(text, at)
    return found[0] if found else ""


def _reference(text: str, at: int) -> tuple[str, int]:
    """What a dollar sign before ``at`` refers to, and where the text goes on."""
    opening = text[at : at + 1]
    if opening not in {"(", "{"}:
        name = _at_start(_NAME, text, at)
        return name, at + len(name)
    end = _closing(text, at)
    if end < 0:
        raise ExpansionError(f"a reference without end in {shown(text)}")
    return text[at + 1 : end], end + 1


def _closing(text: str, at: int) -> int:
    """Where the parenthesis or brace at ``at`` is closed; -1: nowhere. The other kind does not count."""
    closing, both = _PAIRS[text[at]]
    level = 0
    for found in both.finditer(text, at):
        level += -1 if found[0] == closing else 1
        if level == 0:
            return found.start()
    return -1


def _braces(text: str) -> tuple[str, str]:
    """The inside of the braces ``text`` begins with, and what follows behind blanks."""
    end = _closing(text, 0)
    if end < 0:
        raise ExpansionError(f"braces without end in {shown(text)}")
    return text[1:end], text[end + 1 :].lstrip(_BLANKS)


def _operand(text: str) -> tuple[str, str]:
    """A text in braces and what follows, or all of it: without braces every further character belongs to it."""
    inner = text.lstrip(_BLANKS)
    return _braces(inner) if inner.startswith("{") else (text, "")


def _name(text: str) -> tuple[str, str]:
    """The name, and the rest from ``?`` or ``:`` on."""
    name = _at_start(_NAME, text)
    rest = text[len(name) :].lstrip(_BLANKS)
    if rest and rest[0] not in "?:":
        raise ExpansionError(f"no name of a parameter: {shown(text)}")
    return name, rest


def _difference(left: str, right: str) -> int:
    """Less than, equal to or greater than zero: numbers compare as numbers, all else by code."""
    if all(side.isascii() and side.isdigit() for side in (left, right)):
        return _number(left) - _number(right)
    return (left > right) - (left < right)


def _number(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ExpansionError(f"too large a number: {shown(digits)}")
    return int(digits)


def _difference_of_levels(left: str, right: str) -> int:
    ours, theirs = _level(left), _level(right)
    return (ours > theirs) - (ours < theirs)


def _level(text: str) -> tuple[int, ...]:
    """``3.6`` as numbers that compare as Postfix versions do."""
    found = _LEVEL.fullmatch(text)
    parts = tuple(_number(part or "0") for part in found.groups()) if found else ()
    if not parts or any(part > largest for part, largest in zip(parts, _LARGEST, strict=True)):
        raise ExpansionError(f"no compatibility level: {shown(text)}")
    return parts
