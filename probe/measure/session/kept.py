"""What is kept of a server's words: all of any honest reply, and no more than a report can show.

In: the lines of a reply, escaped. Out: those that are kept, and whether something was left out, which is told with the
fact ``CLIPPED``. A native reply's octets stay beside them (``Reply.raw``), in what is saved and in no report.
"""

from collections.abc import Sequence

from probe.grammar.text import clip

CLIPPED = "clipped"
LINE = 1000  # columns of a line; RFC 5321 4.5.3.1.5 promises 512 octets
REPLY = 8192  # characters of all lines; an EHLO reply of fifty lines has two thousand
CONVERSATION = 32768  # characters of the server's in a transcript
HARMLESS = 250  # octets of which no escape makes a line that is clipped


def keep(lines: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """The first lines, as many as there is room for, each cut where it is too long; and whether that is not all."""
    room = REPLY
    kept: list[str] = []
    for line in lines:
        shown = clip(line, min(LINE, max(room, 1)))
        room -= len(shown)
        if kept and room < 0:
            break
        kept.append(shown)
    return tuple(kept), kept != list(lines)
