"""The README's outputs and tables, made from the tool itself. ``python -m tests.readme`` writes them in."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

from probe.api import catalogue, manuals
from probe.judge.parity import stage_of
from probe.model.catalogue import Entry
from probe.model.words import Verdict
from tests.docker.tour import markdown
from tests.real.proven import HEADINGS
from tests.real.proven import rows as proven_rows

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"

_SHOWN = re.compile(
    r"<!-- probe6 (?P<words>[^|]*?)(?: \| lines (?P<first>\d+)-(?P<last>\d+))? -->\n"
    r"```text\n(?P<text>.*?)```",
    re.DOTALL,
)
_ROOM = re.compile(r"^\| `(probe/[a-z0-9_/]+\.py)` \|(.*)\|$", re.MULTILINE)
_CODES = re.compile(r"(?<=<!-- codes -->\n).*?(?=<!-- /codes -->)", re.DOTALL)
_SENTENCE = re.compile(r".*?\.(?= [A-Z]|$)")
_THEMES = (
    ("Our own machine", ("self", "run")),
    ("DNS", ("dns",)),
    ("Connection", ("tcp", "pmtud")),
    ("Greeting and EHLO", ("banner", "ehlo", "pregreet", "auth", "size")),
    ("TLS", ("tls", "dane", "mtasts", "tlsrpt")),
    ("Envelope", ("mail", "rcpt", "postmaster", "relay", "submission")),
    ("Message and its way", ("data", "smuggling", "rt", "log")),
    ("Sending", ("out",)),
    ("Configuration", ("cfg",)),
    ("Both families, and over time", ("parity", "mon")),
)
_PROVEN = re.compile(r"(?<=<!-- proven -->\n).*?(?=<!-- /proven -->)", re.DOTALL)
_TOUR = re.compile(r"(?<=<!-- tour -->\n).*?(?=<!-- /tour -->)", re.DOTALL)

# What differs from run to run, and what it is held to be.
_VARIES = [
    (re.compile(r",\s+up\s+to\s+[0-9.]+ m?s\s+of\s+them\s+our\s+own"), ""),  # a busy machine
    (re.compile(r"(under )?\d+(\.\d+)? (ms|s)\b"), "TIME"),
    (re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d UTC)?"), "DATE"),
    (re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000"), "DATE"),
    (re.compile(r"\bp6[a-z0-9]{20,}\b"), "TOKEN"),
    (re.compile(r"\b[0-9A-F]{10}\b"), "QUEUEID"),
    (re.compile(r"\s+"), " "),
    (re.compile(r", up to TIME of them our own"), ""),  # on a busy machine
]


def said(words: str) -> str:
    """What the command prints on standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "probe", *words.split()], check=False, capture_output=True, text=True, cwd=ROOT
    )
    return done.stdout


def shown(found: "re.Match[str]") -> str:
    """The part of the output a block is to show."""
    lines = said(found["words"]).splitlines()
    first, last = int(found["first"] or 1), int(found["last"] or len(lines))
    return "\n".join(lines[first - 1 : last]) + "\n"


def described(path: str) -> str:
    """The line a module opens with."""
    docstring = ast.get_docstring(ast.parse((ROOT / path).read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0].replace("``", "`")


def steady(text: str) -> str:
    """``text`` without what differs from run to run."""
    for pattern, word in _VARIES:
        text = pattern.sub(word, text)
    return text.strip()


def blocks() -> list["re.Match[str]"]:
    """The outputs in the README."""
    return list(_SHOWN.finditer(README.read_text(encoding="utf-8")))


def tour() -> str | None:
    """The tour as the README has it; None before it has one."""
    found = _TOUR.search(README.read_text(encoding="utf-8"))
    return found[0] if found else None


def rooms() -> list[tuple[str, str]]:
    """The rows of its table of rooms."""
    return [(path, what.strip()) for path, what in _ROOM.findall(README.read_text(encoding="utf-8"))]


def proven() -> str:
    """The table of what was proven with which real server, over both families (``tests/real/proven.py``)."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for server, version, proof, test in proven_rows():
        found.setdefault((server, version, test), []).append(f"`{proof}`")
    lines = [HEADINGS, ("---",) * len(HEADINGS)]
    lines += [(server, version, ", ".join(proofs), f"`{test}`") for (server, version, test), proofs in found.items()]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def worst() -> dict[str, str]:
    """The worst verdict of each code, as far as the tests of its check provoke it (``CASES`` of their tables)."""
    found: dict[str, Verdict] = {item.code: item.worst for item in catalogue() if item.worst is not None}
    for manual in manuals():
        for row in importlib.import_module(f"tests.judge.checks.test_{manual.check}").CASES:
            whole = isinstance(row[3], Verdict)  # the table of parity-verdict, which is in every report
            code = manual.codes[0][0] if whole else row[0]
            for verdict in {row[3]} if whole else {said[0] for said in row[3]}:
                found[code] = max(found.get(code, Verdict.OK), verdict, key=lambda one: one.rank)
    return {code: verdict.value for code, verdict in found.items()}


def listed() -> str:
    """The tables of all codes, by theme; of each the first sentence, and of one that no check yields the reason too."""
    verdicts, rows = worst(), catalogue()
    lines = []
    for theme, kinds in _THEMES:
        mine = [row for row in rows if row.code.partition("-")[0] in kinds]
        there = sum(not row.reason for row in mine)
        lines += [f"<details><summary>{theme}: {there} of {len(mine)}</summary>", ""]
        lines += ["| code | worst | stage | state | what |", "| --- | --- | --- | --- | --- |"]
        lines += [_line(row, verdicts.get(row.code, "-")) for row in mine]
        lines += ["", "</details>", ""]
    return "\n".join(lines)


def _line(row: Entry, verdict: str) -> str:
    first = _SENTENCE.match(row.meaning)
    what = f"{row.meaning} {row.reason}" if row.reason else first[0] if first else row.meaning
    shown = what[0].upper() + what[1:].replace("|", "\\|").replace("<", "&lt;")
    return f"| `{row.code}` | {verdict} | {stage_of(row.code) or '-'} | {row.progress} | {shown} |"


def toured() -> str:
    """The tour of the mail world in containers (``docker/tour.toml``)."""
    return f"\n{markdown()}\n"


def rewritten(text: str) -> str:
    """The README with everything made anew."""
    text = _SHOWN.sub(lambda found: found[0][: found.start("text") - found.start()] + shown(found) + "```", text)
    text = _CODES.sub(lambda _: listed(), text)
    text = _PROVEN.sub(lambda _: proven(), text)
    text = _TOUR.sub(lambda _: toured(), text)
    return _ROOM.sub(lambda found: f"| `{found[1]}` | {described(found[1])} |", text)


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text(encoding="utf-8")), encoding="utf-8")
