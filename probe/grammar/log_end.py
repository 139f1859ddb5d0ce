"""Where a message ended as its log lines tell: in a mailbox, with another host, or nowhere, and why.

In: the events of one message's chain, in order. Out: words for people. Nothing raises; linear time.
"""

from collections.abc import Iterable

from probe.model.log import Daemon, DeliveryStatus, LogEvent, LogKind

_GOOD = frozenset({DeliveryStatus.SENT, DeliveryStatus.DELIVERABLE})
_GIVEN_UP = tuple(f"{status}: " for status in (DeliveryStatus.BOUNCED, DeliveryStatus.EXPIRED))
_REASON = 400  # characters of a reason


def final_host(events: Iterable[LogEvent]) -> str | None:
    """The next host that took the message over; None when a mailbox here did, or nobody yet.

    LMTP ends in a mailbox (RFC 2033), wherever its server is. A hop whose own lines are among the events is no end.

    >>> from probe.grammar.maillog import events
    >>> final_host(events(["postfix/smtp[9]: 4BzQ3t1mZvz9s: to=<u@b.example>, relay=mx.b.example[2001:db8::25]:25, "
    ...     "delay=1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5CzQ3t1mZvz9s)"]))
    'mx.b.example [2001:db8::25] as 5CzQ3t1mZvz9s'
    """
    lines = tuple(events)
    seen = {event.queue_id for event in lines}
    last = {(event.queue_id, event.recipient): event for event in lines if event.kind is LogKind.DELIVERY}
    ends = [
        event
        for event in last.values()
        if event.status is DeliveryStatus.SENT and not (event.next_queue_id and event.next_queue_id in seen)
    ]
    if not ends or any(_in_mailbox(event) for event in ends):
        return None
    return _host(ends[-1])


def last_reason(events: Iterable[LogEvent]) -> str | None:
    """Why the message did not get further: the words of the last line that is about a delivery and no success.

    Once it was given up, what follows under its queue id is about the notification to its sender.
    """
    found: str | None = None
    for event in events:
        if found is not None and found.startswith(_GIVEN_UP):
            break
        if event.kind is LogKind.DELIVERY:
            bad = event.status is not None and event.status not in _GOOD
            found = f"{event.status}: {event.text or event.dsn or 'no reason given'}" if bad else None
        elif event.kind is LogKind.UNREACHABLE and event.text:
            found = f"{event.relay or event.relay_address}: {event.text}"
        elif event.kind is LogKind.HELD and event.text:
            found = f"held: {event.text}"
        elif event.kind is LogKind.REJECT and event.text:
            found = f"rejected: {event.text}"
    return found[:_REASON] if found else None


def redirection(events: Iterable[LogEvent]) -> str | None:
    """The words of the last rule that gave the message another recipient."""
    told = [event.text[:_REASON] for event in events if event.kind is LogKind.REDIRECTED and event.text]
    return told[-1] if told else None


def _in_mailbox(event: LogEvent) -> bool:
    if event.relay_address is None or event.daemon is Daemon.DOVECOT:
        return True
    return (event.program or "").endswith("/lmtp") or (event.text or "").rstrip(")\"' ").endswith(" Saved")


def _host(event: LogEvent) -> str:
    name = f"{event.relay} " if event.relay and event.relay != event.relay_address else ""
    return f"{name}[{event.relay_address}]" + (f" as {event.next_queue_id}" if event.next_queue_id else "")
