"""A message as DATA sends it (RFC 5321 4.5.2): dots doubled, the final dot behind it.

In: lines that end in CRLF. Out: octets for the wire and what is odd about them, as ``ContentFact`` words; the server
may refuse such a message, and then should not be blamed alone. ``OurMistake`` for a CR or an LF that stands alone: some
server would take it for a line's end, and what follows for a command (RFC 5321 2.3.8).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from probe.smtp.commands import OurMistake

FINAL_DOT = b".\r\n"
LINE_LIMIT = 1000  # octets with CRLF, not counting the doubled dot (RFC 5321 4.5.3.1.6)

_ALONE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


class ContentFact(StrEnum):
    """What a server may hold against a message of ours."""

    LONG_LINE = "message-long-line"
    EIGHT_BIT = "message-eight-bit"  # and 8BITMIME was not offered (RFC 6152 3)
    OVER_SIZE = "message-over-size"  # more than the SIZE it declared (RFC 1870 4)


@dataclass(frozen=True, slots=True)
class Content:
    """``wire`` is what is sent after the 354, final dot and all."""

    wire: bytes
    facts: tuple[ContentFact, ...] = ()


def content(message: bytes, offered: Mapping[str, str]) -> Content:
    """``message`` ready to send. ``offered`` are the keywords of the current EHLO with their parameters."""
    if _ALONE.search(message):
        raise OurMistake("a message line ends in CR or LF alone")
    if message and not message.endswith(b"\r\n"):
        message += b"\r\n"
    stuffed = (b"\n" + message).replace(b"\n.", b"\n..")[1:]
    found = {
        ContentFact.LONG_LINE: any(len(line) + 2 > LINE_LIMIT for line in message.split(b"\r\n")),
        ContentFact.EIGHT_BIT: not message.isascii() and "8BITMIME" not in offered,
        ContentFact.OVER_SIZE: 0 < _size(offered) < len(message),
    }
    return Content(stuffed + FINAL_DOT, tuple(fact for fact, present in found.items() if present))


def _size(offered: Mapping[str, str]) -> int:
    """The most octets the server takes; 0 when it names no limit (RFC 1870 3)."""
    text = offered.get("SIZE", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else 0
