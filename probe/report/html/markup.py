"""The pen of the HTML report: every text that is not a constant of this room passes ``Pen.say``.

In: text of any origin. Out: HTML text, printable, bounded, private where asked, fit for an element or a quoted
attribute. Nothing raises.
"""

from dataclasses import dataclass
from html import escape

from probe.grammar.text import clip
from probe.model.words import Verdict
from probe.report._shown.private import Hide

SIGNS = {Verdict.OK: "✓", Verdict.UNKNOWN: "?", Verdict.WARNING: "!", Verdict.CRITICAL: "✕"}


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes one report. ``hide`` leaves out what is nobody's business, ``redact`` says whether that is wanted."""

    hide: Hide
    redact: bool

    def say(self, text: str, limit: int = 600) -> str:
        """``text`` as one harmless line of at most ``limit`` columns."""
        return escape(self.plain(text, limit), quote=True)

    def plain(self, text: str, limit: int) -> str:
        """As ``say``, but not yet HTML: for what is put together in words before it is said."""
        return clip(self.hide(text), limit)


def badge(verdict: Verdict, text: str = "") -> str:
    """Sign and word of a verdict; the sign is for eyes only, the word says it too."""
    said = text or str(verdict)
    return f'<span class="badge {verdict}"><span aria-hidden="true">{SIGNS[verdict]}</span> {said}</span>'
