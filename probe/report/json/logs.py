"""Mail logs as the JSON report shows them.

In: nouns of the measurement. Out: dictionaries, keys in the order of the interface. Values JSON has no word for (times)
stay as they are: the caller makes them plain.
"""

from probe.model.delivery import Contact, LogTrace, WatchedLog


def trace(found: LogTrace) -> dict[str, object]:
    """What one log says of one message; ``fate`` is null when it never named it."""
    return {
        "where": found.where,
        "fate": found.fate,
        "address": found.came.address if found.came else None,
        "family": found.came.family if found.came else None,
        "queue_ids": found.queue_ids,
        "relayed": found.relayed,
        "reason": found.reason,
        "redirected": found.redirected,
        "lines": found.lines,
    }


def mail_log(log: WatchedLog) -> dict[str, object]:
    """One log that was watched: which of our addresses it shows."""
    return {
        "where": log.where,
        "events": log.events,
        "daemons": log.daemons,
        "contacts": [_contact(contact) for contact in log.contacts],
        "gateways": [_contact(contact) for contact in log.gateways],
        "blind": log.blind,
    }


def _contact(contact: Contact) -> dict[str, object]:
    return {
        "address": contact.client,
        "family": contact.family,
        "kind": contact.kind,
        "time": contact.time,
        "line": contact.line,
    }
