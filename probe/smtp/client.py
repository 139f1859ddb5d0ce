"""The client's side of one conversation as an event machine: no socket, no clock (h11's way).

In: octets and the times they came at, commands. Out: octets to send, and events. ``OurMistake`` is raised before
anything of ours goes out that may not; whatever the server does is an event. After ``Ended``, ``Injected``, a
``TooLong``, a 421 or the reply to QUIT the conversation is over: more octets are not looked at.

Replies are told apart from what nobody asked for by counting: a reply that comes while none is awaited answers nothing,
and never the next command.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from probe.smtp.commands import Command, OurMistake
from probe.smtp.content import Content, content
from probe.smtp.replies import Heard, NotSmtp, Reply, ReplyReader, TooLong
from probe.smtp.states import FINAL_DOT, GREETING, Phase, admit, after

MOST_UNASKED = 32  # replies nobody asked for; a server that talks on its own is cut off there
MOST_OCTETS = 131072  # heard in one conversation: two replies at their limit, and a hundred times what is usual

_SECURING, _OVER = Phase.SECURING, Phase.OVER  # looking up a member of an enumeration takes a while


class Answered(NamedTuple):
    """The reply to ``to``: a verb, ``GREETING`` or ``FINAL_DOT``. ``first_line`` is when its first line was whole."""

    to: str
    reply: Reply
    first_line: float


@dataclass(frozen=True, slots=True)
class Unasked:
    """A reply, or a line that is none, while none was awaited."""

    heard: Reply | NotSmtp


@dataclass(frozen=True, slots=True)
class Broken:
    """In place of a reply came something that is none, or more than a client takes."""

    heard: NotSmtp | TooLong


@dataclass(frozen=True, slots=True)
class Injected:
    """Octets in the clear behind the 220 to STARTTLS, which somebody on the way may have put there (RFC 3207 6)."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Ended:
    """The server closed its side. ``unfinished`` is what had come of a reply."""

    unfinished: bytes


Event = Answered | Unasked | Broken | Injected | Ended


class Entry(NamedTuple):
    """One entry of the transcript: what went out or came in, octet for octet, and when. A message is left out."""

    at: float
    sent: bool
    raw: bytes


class Client:
    """One conversation. ``offered`` are the keywords of the current EHLO, upper case, with their parameters."""

    __slots__ = (
        "_awaited",
        "_first_line",
        "_reader",
        "_room",
        "_unasked",
        "farewell",
        "offered",
        "phase",
        "transcript",
    )

    def __init__(self) -> None:
        self.phase = Phase.GREETING
        self.offered: Mapping[str, str] = {}
        self.transcript: list[Entry] = []
        self.farewell: Reply | None = None  # a 421 nobody asked for
        self._reader = ReplyReader()
        self._awaited = [GREETING]
        self._first_line: float | None = None
        self._unasked = 0
        self._room = MOST_OCTETS

    @property
    def awaiting(self) -> int:
        """How many replies are still to come."""
        return len(self._awaited)

    @property
    def expectant(self) -> bool:
        """True while the server has the word: a reply, or the rest of a handshake, is still to come."""
        return bool(self._awaited) or self.phase is _SECURING

    @property
    def unfinished(self) -> bytes:
        """What came of a reply that is not whole."""
        return self._reader.unfinished

    @property
    def over(self) -> bool:
        """True when nothing may be sent any more and nothing is listened to."""
        return self.phase is _OVER

    @property
    def securing(self) -> bool:
        """True between the 220 to STARTTLS and ``secured``."""
        return self.phase is _SECURING

    def send(self, *group: Command, at: float = 0.0) -> bytes:
        """The octets of one command, or of a group where the server offered PIPELINING."""
        if self._awaited:
            raise OurMistake("a reply is still awaited")
        admit(self.phase, group, self.offered)
        self._awaited.extend([item.verb for item in group])
        wire = b"".join([item.wire for item in group])
        self.transcript.append(Entry(at, True, wire))
        return wire

    def data(self, message: bytes) -> Content:
        """The message that a 354 asked for."""
        if self._awaited or self.phase is not Phase.CONTENT:
            raise OurMistake("a message may only follow a 354")
        prepared = content(message, self.offered)
        self._awaited.append(FINAL_DOT)
        return prepared

    def secured(self) -> None:
        """The handshake is done. What was learnt in the clear is forgotten (RFC 3207 4.2)."""
        if self.phase is not Phase.SECURING:
            raise OurMistake("no handshake was asked for")
        self.phase = Phase.READY
        self.offered = {}

    def receive(self, data: bytes, at: float = 0.0) -> list[Event]:
        """What came, at which time; empty: the server closed its side."""
        if self.phase is _OVER:
            return []
        if not data:
            self.phase = Phase.OVER
            return [Ended(self.unfinished)]
        if self.phase is _SECURING:
            return [self._injected(data, at)]
        self._reader.feed(data[: self._room])
        events = self._listen(at)
        self._room -= len(data)
        if self._room < 0 and self.phase is not Phase.OVER:
            self.phase = Phase.OVER
            events.append(Broken(TooLong(b"", f"more than {MOST_OCTETS} octets in one conversation")))
        return events

    def _listen(self, at: float) -> list[Event]:
        """All events in what was fed."""
        events: list[Event] = []
        while (heard := self._reader.next()) is not None:
            events.append(self._sort(heard, at))
            if self.phase is _SECURING or self.phase is _OVER:
                break
        if self.phase is _SECURING and self._reader.rest:
            # Octet by octet, not reply by reply: half a line in the clear is an injection too.
            events.append(self._injected(self._reader.rest, at))
        if self._first_line is None and self._reader.begun:
            self._first_line = at
        return events

    def _sort(self, heard: Heard, at: float) -> Event:
        """Give what was heard its meaning."""
        self.transcript.append(Entry(at, False, heard.raw))
        first_line, self._first_line = self._first_line, None
        if isinstance(heard, Reply) and self._awaited:
            return self._answer(heard, at if first_line is None else first_line)
        if isinstance(heard, Reply) or (isinstance(heard, NotSmtp) and not self._awaited):
            return self._unexpected(heard)
        self.phase = Phase.OVER
        return Broken(heard)

    def _answer(self, heard: Reply, first_line: float) -> Answered:
        to = self._awaited.pop(0)
        self.phase = after(self.phase, to, heard.code)
        if to == "EHLO":
            self.offered = _keywords(heard) if heard.code // 100 == 2 else {}
        elif to == "HELO":
            self.offered = {}
        return Answered(to, heard, first_line)

    def _unexpected(self, heard: Reply | NotSmtp) -> Event:
        self._unasked += 1
        if isinstance(heard, Reply) and heard.code == 421:
            self.farewell = heard
            self.phase = Phase.OVER
        elif self._unasked > MOST_UNASKED:
            self.phase = Phase.OVER
            return Broken(TooLong(heard.raw, f"more than {MOST_UNASKED} replies nobody asked for"))
        return Unasked(heard)

    def _injected(self, data: bytes, at: float) -> Injected:
        self.phase = Phase.OVER
        self.transcript.append(Entry(at, False, data))
        return Injected(data)


def _keywords(reply: Reply) -> dict[str, str]:
    """The extensions of an EHLO reply (RFC 5321 4.1.1.1), by keyword in upper case; the first line is a greeting."""
    pairs = [line.decode("latin-1").partition(" ") for line in reply.lines[1:]]
    return {word.upper(): text.strip() for word, _, text in pairs}
