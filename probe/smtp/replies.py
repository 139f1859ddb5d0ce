"""Replies out of a stream of bytes (RFC 5321 4.2), however it was cut into segments.

In: octets as they come. Out: ``Reply``, ``NotSmtp`` and ``TooLong``, oldest first. Nothing here raises: what a server
does wrong stands as ``Fact`` words beside what it said. Each octet is looked at a bounded number of times, and at most
``REPLY_LIMIT`` octets of a reply and one line are kept beside the segment being read. After ``TooLong`` nothing more is
read: where such a reply ends is anybody's guess.

What makes a line a reply is held strictly, for a lenient reader sees a mail server in whatever listens on a port: three
digits, the first 2 to 5, then ``-``, a blank or nothing. All else is tolerated and told.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

LINE_LIMIT = 4096  # octets of a line with its end; RFC 5321 4.5.3.1.5 promises 512, servers exceed it
REPLY_LIMIT = 65536  # octets of a whole reply
MOST_LINES = 128  # of one reply
PROMISED_LINE = 512

# RFC 5321 4.2's Reply-line with a textstring of any length, and a whole reply of them: nothing odd about either.
_USUAL = re.compile(rb"([2-5][0-9]{2})(?:([ -])[\t\x20-\x7e]*)?\r\n")
_USUAL_REPLY = re.compile(rb"([2-5][0-9]{2})(?:-[\t\x20-\x7e]*\r\n\1)*(?: [\t\x20-\x7e]*)?\r\n")
_LENIENT = re.compile(rb"([2-5][0-9]{2})(?:([ -])[^\n]*?)?\r?\n")
_CONTROL = re.compile(rb"[\x01-\x08\x0b-\x0c\x0e-\x1f\x7f]")
_EIGHT_BIT = re.compile(rb"[\x80-\xff]")


class Fact(StrEnum):
    """What was odd about a reply. The words are released: they only grow."""

    BARE_LF = "bare-lf"  # a line that ends in LF alone (RFC 5321 2.3.8)
    BARE_CR = "bare-cr"  # CR within a line
    EIGHT_BIT = "eight-bit"  # octets above 127: only after SMTPUTF8, and then UTF-8 (RFC 6531 3.7.4.2)
    NUL = "nul"
    CONTROL = "control"  # control characters but HT, CR, LF and NUL
    MIXED_CODES = "mixed-codes"  # the lines do not agree (RFC 5321 4.2.1: they must); the last counts
    LONG_LINE = "long-line"  # beyond 512 octets, within our limit
    UNASKED = "unasked-reply"  # it came, or another came with it, that answers nothing
    INJECTED = "injected-plaintext"  # octets in the clear came behind the 220 to STARTTLS (RFC 3207 4.2)


class Reply(NamedTuple):
    """One whole reply. ``lines`` are the texts behind the codes, without line ends; ``raw`` is every octet of it.

    A tuple, like the events made of it: one is made for each reply of each conversation.
    """

    code: int
    lines: tuple[bytes, ...]
    raw: bytes
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class NotSmtp:
    """A line that is none of a reply's. ``raw`` begins with the lines of the reply it broke into, if it did."""

    raw: bytes
    line: bytes


@dataclass(frozen=True, slots=True)
class TooLong:
    """More than a client takes. ``raw`` is what came, up to the limit; ``limit`` says which one in words."""

    raw: bytes
    limit: str


Heard = Reply | NotSmtp | TooLong


class ReplyReader:
    """Collects octets and hands out what they say. ``looked_at`` counts the octets searched or taken apart so far."""

    __slots__ = ("_at", "_buffer", "_code", "_facts", "_over", "_raw", "_searched", "_segment", "_texts", "looked_at")

    def __init__(self) -> None:
        self.looked_at = 0
        self._segment = b""  # what was fed while nothing else was waiting,
        self._at = 0  # and how much of it is handed out
        self._buffer = bytearray()
        self._searched = 0  # octets at the buffer's beginning known to hold no LF
        self._raw = bytearray()
        self._texts: list[slice] = []  # of _raw: what stands behind each code
        self._code: bytes = b""
        self._facts: set[Fact] = set()
        self._over = False

    @property
    def begun(self) -> bool:
        """True when at least one line of an unfinished reply has come."""
        return bool(self._texts)

    @property
    def rest(self) -> bytes:
        """What came and is not handed out yet, in parts of a line too."""
        return bytes(self._buffer) + self._segment[self._at :]

    @property
    def unfinished(self) -> bytes:
        """All that came of a reply that is not whole."""
        return bytes(self._raw) + self.rest

    def feed(self, data: bytes) -> None:
        """More octets. Take out with ``next`` what they complete before feeding again."""
        if self._over:
            return
        if self._segment or self._buffer or self._texts:
            self._buffer += self._take_segment() + data
        else:
            self._segment, self._at = data, 0

    def next(self) -> Heard | None:
        """What came next; None when it is not whole yet."""
        if self._segment:
            # Nearly every reply comes so: whole, and as it should be.
            form = _USUAL_REPLY.match(self._segment, self._at, self._at + PROMISED_LINE)
            if form is not None:
                return self._usual(form)
            self.looked_at += min(len(self._segment) - self._at, PROMISED_LINE)
            self._buffer += self._take_segment()
        while self._buffer and not self._over:
            end = self._buffer.find(b"\n", self._searched, LINE_LIMIT)
            self.looked_at += (len(self._buffer) if end < 0 else end) - self._searched
            if end < 0:
                if len(self._buffer) >= LINE_LIMIT:
                    return self._give_up(self._buffer[:LINE_LIMIT], f"a line of more than {LINE_LIMIT} octets")
                self._searched = len(self._buffer)
                return None
            line = self._buffer[: end + 1]
            del self._buffer[: end + 1]
            self._searched = 0
            heard = self._line(line)
            if heard is not None:
                return heard
        return None

    def _usual(self, form: re.Match[bytes]) -> Reply:
        raw, self._at = form[0], form.end()
        self.looked_at += 2 * len(raw)
        if self._at == len(self._segment):
            self._segment = b""
        return Reply(int(form[1]), tuple([line[4:] for line in raw[:-2].split(b"\r\n")]), raw)

    def _take_segment(self) -> bytes:
        """What is left of the segment; it is no longer there."""
        left, self._segment = self._segment[self._at :], b""
        return left

    def _line(self, line: bytearray) -> Heard | None:
        self.looked_at += len(line)
        self._raw += line
        if len(self._raw) > REPLY_LIMIT:
            return self._give_up(b"", f"a reply of more than {REPLY_LIMIT} octets")
        if len(self._texts) == MOST_LINES:
            return self._give_up(b"", f"a reply of more than {MOST_LINES} lines")
        form = _USUAL.fullmatch(line)
        if form is None or len(line) > PROMISED_LINE:
            form = _LENIENT.fullmatch(line)
            if form is None:
                broken = NotSmtp(bytes(self._raw), bytes(line))
                self._forget()
                return broken
            self._facts |= _oddities(line)
        code, mark = form.groups()
        if code != self._code and self._texts:
            self._facts.add(Fact.MIXED_CODES)
        self._code = code
        ended = len(self._raw) - (2 if line.endswith(b"\r\n") else 1)
        self._texts.append(slice(len(self._raw) - len(line) + (4 if mark else 3), ended))
        return None if mark == b"-" else self._whole()

    def _whole(self) -> Reply:
        raw = bytes(self._raw)
        reply = Reply(int(self._code), tuple([raw[text] for text in self._texts]), raw, tuple(sorted(self._facts)))
        self._forget()
        return reply

    def _forget(self) -> None:
        """The next line begins another reply."""
        self._raw.clear()
        self._texts.clear()
        self._facts.clear()

    def _give_up(self, line: bytes | bytearray, limit: str) -> TooLong:
        self._raw += line
        del self._raw[REPLY_LIMIT:]
        raw = bytes(self._raw)
        self._over = True
        self._buffer.clear()
        self._forget()
        return TooLong(raw, limit)


def _oddities(line: bytearray) -> set[Fact]:
    """What is odd about the octets of one line."""
    text = line[:-2] if line.endswith(b"\r\n") else line[:-1]
    found = {
        Fact.BARE_LF: not line.endswith(b"\r\n"),
        Fact.BARE_CR: b"\r" in text,
        Fact.EIGHT_BIT: _EIGHT_BIT.search(text) is not None,
        Fact.NUL: b"\0" in text,
        Fact.CONTROL: _CONTROL.search(text) is not None,
        Fact.LONG_LINE: len(line) > PROMISED_LINE,
    }
    return {fact for fact, present in found.items() if present}
