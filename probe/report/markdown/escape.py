"""What keeps foreign text from becoming Markdown, HTML, a link, a mention or a reference.

In: any text. Out: Markdown that shows that text and nothing else, in running text, in code, or in a block to copy;
what is harmless where it stands is left alone, for Markdown is read as plain text too. Nothing raises. Rules:
CommonMark 0.31 2.4 and 6.1, GitHub Flavored Markdown 4.10 (a pipe ends a cell) and 6.9 (what links by
itself).

A backslash keeps a character from being markup but not from being a mention: GitHub looks for ``@name`` and ``#12`` in
what is left afterwards. A word joiner, which has no width, stands between them; never in code or in a block to copy.
"""

import re
from dataclasses import dataclass

from probe.grammar.text import clip
from probe.model.words import Verdict
from probe.report._shown.private import Hide

MARKS = {Verdict.OK: "✅", Verdict.UNKNOWN: "❔", Verdict.WARNING: "⚠️", Verdict.CRITICAL: "❌"}

_MARKUP = re.compile(r"([\\`*_\[\]#|~$]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
_OPENING = re.compile(r"^(?:([0-9]{1,9})(?=[.)](?:\s|$))|(?=[-+=]))")  # a list or an underline at the start of a line
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_PINGS = re.compile(r"(@|\\#)(?=\w)")
_JOINER = "&#8288;"
_TICKS = re.compile(r"`+")
_LONGEST_LINE = 1000


@dataclass(frozen=True, slots=True)
class Scribe:
    """Writes foreign text into Markdown; ``hide`` leaves out what is nobody's business."""

    hide: Hide

    def say(self, text: str, limit: int) -> str:
        """``text`` as running text on one line."""
        plain = clip(self.hide(text), limit).strip().translate(_ENTITIES)
        marked = _OPENING.sub(r"\1\\", _MARKUP.sub(r"\\\1", plain))
        return _PINGS.sub(rf"\1{_JOINER}", marked)

    def plain(self, text: str, limit: int) -> str:
        """``text`` cut and private, not yet Markdown: for what is put together in words before it is said."""
        return clip(self.hide(text), limit)

    def code(self, text: str, limit: int) -> str:
        """``text`` as a code span. Not for a table: there is no way to write a pipe in code that all readers know."""
        plain = clip(self.hide(text), limit).strip()
        fence = _fence(plain, 1)
        # A blank at each end is taken off again; it keeps a backtick of the text apart from the fence.
        pad = " " if plain.startswith("`") or plain.endswith("`") else ""
        return f"{fence}{pad}{plain or '-'}{pad}{fence}"

    def block(self, lines: list[str]) -> str:
        """``lines`` as a fenced block of code, each on its line."""
        plain = [clip(self.hide(line), _LONGEST_LINE) for line in lines]
        fence = _fence("\n".join(plain), 3)
        return "\n".join([f"{fence}text", *plain, fence])


def _fence(text: str, least: int) -> str:
    """More backticks than stand together anywhere in ``text``."""
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    return "`" * max(least, longest + 1)
