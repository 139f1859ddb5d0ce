"""The README's outputs and tables, made from the tool itself. ``python -m tests.readme`` writes them in."""

import ast
import re
import subprocess
import sys
from pathlib import Path

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
_PROVEN = re.compile(r"(?<=<!-- proven -->\n).*?(?=<!-- /proven -->)", re.DOTALL)

# What differs from run to run, and what it is held to be.
_VARIES = [
    (re.compile(r"(under )?\d+(\.\d+)? (ms|s)\b"), "TIME"),
    (re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d UTC)?"), "DATE"),
    (re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000"), "DATE"),
    (re.compile(r"\bp6[a-z0-9]{20,}\b"), "TOKEN"),
    (re.compile(r"\b[0-9A-F]{10}\b"), "QUEUEID"),
    (re.compile(r"\s+"), " "),
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


def rewritten(text: str) -> str:
    """The README with everything made anew."""
    text = _SHOWN.sub(lambda found: found[0][: found.start("text") - found.start()] + shown(found) + "```", text)
    text = _PROVEN.sub(lambda _: proven(), text)
    return _ROOM.sub(lambda found: f"| `{found[1]}` | {described(found[1])} |", text)


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text(encoding="utf-8")), encoding="utf-8")
