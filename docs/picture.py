"""The picture of a report, ``docs/report.svg``, from what the tool prints. ``python -m docs.picture`` writes it.

In: a text report with colours as the terminal gets it (ECMA-48 8.3.117). Out: SVG, light or dark as the reader's page
is, without scripts, fonts or anything else from elsewhere. Every run of characters stands at its own column, so that a
font of another width cannot shift the table. Wrong: nothing; text is escaped, what XML cannot hold was escaped before.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

FILE = Path(__file__).parent / "report.svg"
SCENARIO = "v6-refused"

_COLUMN, _LINE, _MARGIN, _BAR = 8.4, 18, 16, 34
_SGR = re.compile(r"\x1b\[([0-9;]*)m")
_CLASSES = {"": "", "0": "", "1": "s", "2": "f", "1;31": "b", "32": "g", "33": "c", "35": "u"}

_STYLE = """\
text{font:14px/1 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#1f2328;white-space:pre}
.p{fill:#fff;stroke:#d0d7de}.h{fill:#f6f8fa;stroke:#d0d7de}.o{fill:#d0d7de}.t{fill:#59636e}
.s,.b{font-weight:700}.f{fill:#59636e}.b{fill:#b3261e}.g{fill:#116329}.c{fill:#7d4e00}.u{fill:#6639ba}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.p{fill:#0d1117;stroke:#3d444d}.h{fill:#161b22;stroke:#3d444d}
.o{fill:#3d444d}.t,.f{fill:#9198a1}.b{fill:#ff7b72}.g{fill:#56d364}.c{fill:#e3b341}.u{fill:#d2a8ff}}"""


def runs(line: str) -> Iterator[tuple[int, str, str]]:
    """The pieces of a line in one ink: column, class, text; blanks at the ends of a piece are not drawn."""
    column, ink, start = 0, "", 0
    for found in [*_SGR.finditer(line), None]:
        text = line[start : found.start() if found else len(line)]
        if text.strip():
            yield column + len(text) - len(text.lstrip()), ink, text.strip()
        column += len(text)
        if found:
            ink, start = _CLASSES[found[1]], found.end()


def picture(report: str, command: str) -> str:
    """``report`` as a terminal shows it after ``command``."""
    lines = report.rstrip("\n").split("\n")
    wide = max(len(_SGR.sub("", line)) for line in lines)
    width, height = round(wide * _COLUMN + 2 * _MARGIN), _BAR + len(lines) * _LINE + 2 * _MARGIN
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img">',
        f"<title>{escape(command)}: {escape(_SGR.sub('', lines[0]).strip())}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="p" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8"/>',
        f'<path class="h" d="M.5 {_BAR}V8.5a8 8 0 0 1 8-8H{width - 8.5}a8 8 0 0 1 8 8V{_BAR}z"/>',
        *(f'<circle class="o" cx="{20 + 18 * place}" cy="17" r="5.5"/>' for place in range(3)),
        f'<text class="t" x="{width / 2:g}" y="22" text-anchor="middle">{escape(command)}</text>',
    ]
    for row, line in enumerate(lines):
        y = _BAR + _MARGIN + 13 + row * _LINE
        for column, ink, text in runs(line):
            kind = f' class="{ink}"' if ink else ""
            at = f'x="{_MARGIN + column * _COLUMN:g}" y="{y}" textLength="{len(text) * _COLUMN:g}"'
            drawn.append(f"<text{kind} {at}>{escape(text)}</text>")
    return "\n".join([*drawn, "</svg>", ""])


def made() -> str:
    """The picture of today's report."""
    words = ["demo", SCENARIO, "--color", "always", "--quiet"]
    done = subprocess.run(
        [sys.executable, "-m", "probe", *words],
        check=False, capture_output=True, text=True, cwd=FILE.parent.parent,
    )  # fmt: skip
    return picture(done.stdout, "probe6 example.com")


if __name__ == "__main__":
    FILE.write_text(made(), encoding="utf-8")
