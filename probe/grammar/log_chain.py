"""One message's way through a mail log: queue id to queue id, up to what became of each recipient.

In: the events of a log in order, and the message's token or a queue id. Out: a ``LogChain``. Nothing raises. A line
about a message may come before the one that tells whose it is (Postfix logs the client before the Message-ID, the next
queue's lines before ``queued as``), so the last ``IDS`` queue ids and conversations are remembered with up to ``EACH``
lines each; beside those only the message's own lines are kept, at most ``OWN``, whatever the log's length.

What a process says of a message before that has a queue id (Postfix's smtpd holds, discards and redirects at RCPT) is
remembered under the process, and goes with the next message that it receives from the same client.

Short queue ids are used again: a line counts only within ``window`` of the last one with that id, and a second
reception, or anything later than ``GRACE`` after the id was removed, is another message's.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from probe.model.log import Daemon, DeliveryStatus, Fate, LogChain, LogEvent, LogKind

WINDOW = timedelta(days=1)  # a message is tried again more often than that (RFC 5321 4.5.4.1)
GRACE = timedelta(seconds=5)
IDS = 8192
EACH = 12
OWN = 10_000

_LOST = frozenset({DeliveryStatus.BOUNCED, DeliveryStatus.EXPIRED, DeliveryStatus.DISCARDED})
_RULES = frozenset({LogKind.HELD, LogKind.REDIRECTED, LogKind.DELIVERY})  # may be told before there is a queue id
Line = tuple[int, LogEvent]


@dataclass(slots=True)
class _Followed:
    """A queue id of the message: when it was last heard of, whether its reception and its end were seen, and whether
    it means another message by now.
    """

    last: datetime | None = None
    received: bool = False
    ended: bool = False
    reused: bool = False

    def means_us(self, event: LogEvent, window: timedelta) -> bool:
        """Whether ``event``, which bears this id, is about our message."""
        if event.kind is LogKind.RECEPTION and (self.received or self.ended):
            self.reused = True
        if self.reused or self.last is None or event.time is None:
            return not self.reused
        return abs(event.time - self.last) <= (GRACE if self.ended else window)


@dataclass(slots=True)
class Follower:
    """Follows one message through the events given to ``feed``, in the order of the log.

    Give a ``token``, which stands in the Message-ID or in an address of the envelope (case does not count), or the
    ``queue_id`` to begin with. A token in a subject or in somebody's reply names no message: a bounce quotes it too.
    """

    token: str | None = None
    queue_id: str | None = None
    window: timedelta = WINDOW
    _count: int = 0
    _own: dict[int, LogEvent] = field(default_factory=dict)
    _ids: dict[str, _Followed] = field(default_factory=dict)
    _message_ids: set[str] = field(default_factory=set)
    _recent: OrderedDict[str, list[Line]] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.token = self.token.lower() if self.token else None
        if self.queue_id:
            self._ids[self.queue_id] = _Followed()

    def feed(self, event: LogEvent) -> bool:
        """Take the next event; True when it belongs to the message, or showed that earlier ones do."""
        self._count += 1
        line = (self._count, event)
        if self._belongs(event):
            self._take(line)
            return True
        self._remember(line)
        return False

    def named(self, queue_id: str) -> None:
        """The message got this queue id: what was remembered of it belongs to the message, and what follows."""
        if queue_id not in self._ids:
            self._ids[queue_id] = _Followed()
            for line in self._recent.pop(queue_id, []):
                self._take(line)

    def remembers(self, queue_id: str) -> tuple[LogEvent, ...]:
        """The lines with that queue id which are not known to be of the message."""
        return tuple(event for _, event in self._recent.get(queue_id, ()))

    @property
    def chain(self) -> LogChain | None:
        """What is known so far; None while no line of the message was seen."""
        if not self._own:
            return None
        lines = tuple(self._own[number] for number in sorted(self._own))
        ids = tuple(dict.fromkeys(event.queue_id for event in lines if event.queue_id in self._ids and event.queue_id))
        came = first_reception(lines)
        return LogChain(
            fate=fate(lines),
            events=lines,
            queue_ids=ids,
            client=came.client if came else None,
            client_name=came.client_name if came else None,
            family=came.family if came else None,
        )

    def _belongs(self, event: LogEvent) -> bool:
        if event.queue_id in self._ids and event.queue_id is not None:
            return self._ids[event.queue_id].means_us(event, self.window)
        if event.previous_queue_id in self._ids:
            return True
        if event.daemon is Daemon.DOVECOT and event.message_id in self._message_ids:
            return True
        return self.token is not None and self._named(event)

    def _named(self, event: LogEvent) -> bool:
        token = self.token or ""
        words = (event.message_id, event.sender, event.recipient, event.original_recipient)
        return any(word is not None and token in word.lower() for word in words)

    def _take(self, line: Line) -> None:
        """Keep the line, and whatever it shows to be of the same message among the lines remembered."""
        waiting = [line]
        while waiting:
            number, event = waiting.pop()
            if number in self._own or len(self._own) >= OWN:
                continue
            self._own[number] = event
            if event.message_id and event.queue_id:
                self._message_ids.add(event.message_id)
            if event.queue_id:
                waiting += self._follow(event.queue_id, event)
            if event.kind is LogKind.RECEPTION:
                waiting += self._recent.pop(_process(event), [])
            if event.session:
                waiting += self._recent.pop(_session(event.session), [])
            if event.next_queue_id and event.kind is LogKind.DELIVERY:
                known = self._ids.setdefault(event.next_queue_id, _Followed(event.time))
                lines = self._recent.pop(event.next_queue_id, [])
                waiting += [line for line in lines if known.means_us(line[1], self.window)]

    def _follow(self, queue_id: str, event: LogEvent) -> list[Line]:
        known = self._ids.setdefault(queue_id, _Followed())
        known.last = max(filter(None, (known.last, event.time)), default=None)
        known.received |= event.kind is LogKind.RECEPTION
        known.ended |= event.kind in {LogKind.REMOVED, LogKind.CANCELED}
        return self._recent.pop(queue_id, [])

    def _remember(self, line: Line) -> None:
        event = line[1]
        if event.queue_id:
            came = event.kind is LogKind.RECEPTION
            self._keep(event.queue_id, line, fresh=came)
            for earlier in self._recent.pop(_process(event), []) if came else []:
                self._keep(event.queue_id, earlier, fresh=False)
        elif event.kind in _RULES:
            self._keep(_process(event), line, fresh=False)
        elif event.session:
            self._keep(_session(event.session), line, fresh=event.kind is LogKind.CONNECT)

        if event.kind is LogKind.CONNECT:
            self._recent.pop(_process(event), None)  # the client before is gone

    def _keep(self, key: str, line: Line, *, fresh: bool) -> None:
        lines = self._recent.get(key)
        if lines is None or fresh:
            lines = self._recent[key] = []
            self._recent.move_to_end(key)
            if len(self._recent) > IDS:
                self._recent.popitem(last=False)
        if len(lines) < EACH:
            lines.append(line)


def follow(events: Iterable[LogEvent], *, token: str | None = None, queue_id: str | None = None) -> LogChain | None:
    """The way of the message that ``token`` or ``queue_id`` names; None when it is not in the log.

    >>> from probe.grammar.maillog import events
    >>> chain = follow(events([
    ...     "postfix/smtpd[7]: 4BzQ3t1mZvz9s: client=a.example[2001:db8::9]",
    ...     "postfix/cleanup[8]: 4BzQ3t1mZvz9s: message-id=<p6abc@a.example>",
    ...     "postfix/virtual[9]: 4BzQ3t1mZvz9s: to=<u@b.example>, relay=virtual, delay=1, dsn=2.0.0, status=sent (ok)",
    ... ]), token="p6abc")
    >>> chain.fate.value, chain.family.value, chain.queue_ids
    ('delivered', 'ipv6', ('4BzQ3t1mZvz9s',))
    """
    follower = Follower(token=token, queue_id=queue_id)
    for event in events:
        follower.feed(event)
    return follower.chain


def first_reception(lines: Iterable[LogEvent]) -> LogEvent | None:
    """The line that says who brought the message first: its reception, or the connection that reception belongs to.

    A message that was never received was brought by whoever was refused.
    """
    every = tuple(lines)
    came = next((event for event in every if event.kind is LogKind.RECEPTION), None)
    if came is None:
        return next((event for event in every if event.kind is LogKind.REJECT), None)
    if came.client is None and came.session:
        return next((event for event in every if event.session == came.session and event.client), came)
    return came


def fate(events: Iterable[LogEvent]) -> Fate:
    """What became of the message: the last word on each recipient in each queue; the worst of them counts.

    A delivery to a next hop whose own lines are here too is not the end of it: there the same is asked again.
    """
    lines = tuple(events)
    seen = {event.queue_id for event in lines}
    ends: dict[tuple[str | None, str | None], LogEvent] = {}
    whole: set[str | None] = set()
    for event in lines:
        if event.kind is LogKind.DELIVERY:
            if event.recipient is None and event.status in _LOST:
                whole.add(event.queue_id)  # the message as a whole was given up
            ends[event.queue_id, event.recipient] = event
    last = {event.status for event in ends.values() if not (event.next_queue_id and event.next_queue_id in seen)}
    if whole or last & _LOST:
        return Fate.FAILED
    if DeliveryStatus.DEFERRED in last:
        return Fate.DEFERRED
    told = {event.next_queue_id for event in ends.values() if event.next_queue_id}
    unfinished = (told & seen) - {event.queue_id for event in ends.values()}
    if DeliveryStatus.SENT in last and not unfinished:
        return Fate.DELIVERED
    refused = any(event.kind in {LogKind.REJECT, LogKind.CANCELED} for event in lines)
    return Fate.REJECTED if refused and not ends else Fate.UNKNOWN


def _process(event: LogEvent) -> str:
    return f"process {event.host} {event.program} {event.pid}"


def _session(name: str) -> str:
    return f"session {name}"  # no queue id has a blank
