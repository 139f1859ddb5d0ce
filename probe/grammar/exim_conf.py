"""The main section of an Exim configuration file: its options by name. The answer of ``exim -bP`` reads as one too.

In: the text, and who opens the files it includes. Out: the value of each option, macros replaced, quotes taken away.
Nothing here raises: a line that is no option is passed over, a file that is not opened has nothing in it, and what
grows beyond all measure is cut (Exim specification, chapter 6).
"""

import re
from collections.abc import Callable, Iterator

Include = Callable[[str], str | None]
"""The text of a file named by its whole path; None when it cannot be read."""

_LONGEST = 1 << 14  # characters of a line, as in Exim itself
_MOST_MACROS = 500
_MOST_LINES = 50_000
_DEEPEST = 10  # files that include each other
_MACRO = re.compile(r"([A-Z][A-Za-z0-9_]*)\s*(==?)\s*(.*)", re.DOTALL)
_OPTION = re.compile(r"(?:hide\s+)?([a-z][a-z0-9_]*)\s*(?:(=)\s*(.*))?", re.DOTALL)
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_SIGNS = {"n": "\n", "r": "\r", "t": "\t"}
_OLD = {"daemon_smtp_port": "daemon_smtp_ports"}


def main_options(text: str, include: Include = lambda _: None) -> dict[str, str]:
    """The options; a boolean is ``yes`` or ``no``, or what was written where that is neither."""
    found: dict[str, str] = {}
    for line in _effective(_Lines(text, include)):
        option = _OPTION.fullmatch(line)
        if option is None:
            continue
        name, equals, value = option[1], option[2], option[3]
        if equals:
            found[_OLD.get(name, name)] = _value(value)
        elif name.startswith(("no_", "not_")):
            found[name.partition("_")[2]] = "no"
        else:
            found[name] = "yes"
    return found


def _effective(lines: "_Lines") -> Iterator[str]:
    """The lines that count: macros replaced, what is left out by ``.ifdef`` left out, to the first ``begin``."""
    macros: dict[str, str] = {}
    taken: list[tuple[bool, bool]] = []  # of each open condition: is this branch in, was any branch in
    for line in lines:
        word, _, rest = line.partition(" ")
        if word in {".ifdef", ".ifndef", ".elifdef", ".elifndef", ".else", ".endif"}:
            _turn(taken, word, _knows(rest, macros))
        elif not all(inside for inside, _ in taken):
            continue
        elif word in {".include", ".include_if_exists"}:
            lines.open(_replaced(rest, macros).strip())
        elif word == "begin":
            return
        elif macro := _MACRO.fullmatch(line):
            if len(macros) < _MOST_MACROS and (macro[2] == "==" or macro[1] not in macros):
                macros[macro[1]] = _replaced(macro[3], macros)
        else:
            yield _replaced(line, macros)


def _turn(taken: list[tuple[bool, bool]], word: str, known: bool) -> None:
    """One step of ``.ifdef`` to ``.endif``."""
    holds = known is not word.endswith("ndef")
    match word:
        case ".ifdef" | ".ifndef":
            taken.append((holds, holds))
        case ".endif" if taken:
            taken.pop()
        case ".else" if taken:
            taken[-1] = (not taken[-1][1], True)
        case _ if taken:
            before = taken[-1][1]
            taken[-1] = (holds and not before, holds or before)


def _knows(text: str, macros: dict[str, str]) -> bool:
    """Whether a macro stands in it. Those Exim defines by itself for what it was built with begin with ``_``, and it
    is taken to be built with everything.
    """
    return text.strip().startswith("_") or any(name in text for name in macros)


def _replaced(line: str, macros: dict[str, str]) -> str:
    for name, value in macros.items() if any(sign.isupper() for sign in line) else ():
        if name in line:
            line = line.replace(name, value)[:_LONGEST]
    return line


def _value(text: str) -> str:
    """In double quotes a backslash begins an escape; without them it stands for itself."""
    if not text.startswith('"'):
        return text.strip()
    quoted = re.match(r'"((?:[^"\\]|\\.)*)', text, re.DOTALL)
    return _ESCAPE.sub(_sign, quoted[1]) if quoted is not None else ""


def _sign(escape: re.Match[str]) -> str:
    code = escape[1]
    if code[0] == "x" and len(code) > 1:
        return chr(int(code[1:], 16))
    return chr(int(code, 8) & 0xFF) if code[0] in "01234567" else _SIGNS.get(code, code)


class _Lines:
    """Logical lines of a file and of those it includes, where they are included. A line ends with a backslash when it
    goes on; blanks around a line and whole lines of comment do not count.
    """

    def __init__(self, text: str, include: Include) -> None:
        self._include = include
        self._files = [iter(text.split("\n"))]
        self._left = _MOST_LINES

    def open(self, path: str) -> None:
        """Go on with the lines of another file."""
        text = self._include(path) if path.startswith("/") and len(self._files) < _DEEPEST else None
        if text is not None:
            self._files.append(iter(text.split("\n")))

    def __iter__(self) -> Iterator[str]:
        whole = ""
        while (line := self._next()) is not None:
            line = line.strip()
            if line.startswith("#"):
                continue
            whole = (whole + line)[:_LONGEST]
            if whole.endswith("\\"):
                whole = whole[:-1]
                continue
            if whole:
                yield whole
            whole = ""
        if whole:
            yield whole

    def _next(self) -> str | None:
        while self._files and self._left > 0:
            line = next(self._files[-1], None)
            if line is not None:
                self._left -= 1
                return line
            self._files.pop()
        return None
