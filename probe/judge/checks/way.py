"""What befell the message between the host that took it and the mailbox: circles, greylists, a backup that is stuck.

WHY
    The host that takes a message is often not the one that keeps it. A backup hands it to the primary, over the family
    it prefers and from an address the primary may not know; hosts that do not recognise a name as their own pass it
    round in circles. None of that shows in the conversation, and often it befalls one family alone.

FINDS
rt-loop: the message went in circles: a report or a log says so, or its header shows the same step three times over.
    Critical where it was lost that way, else a warning.
rt-backup-relay: a backup MX took the message over this family and it never came, while a message through the primary
    did. Seen with --every-address, since else no message is sent through a backup.
rt-body-altered: the text that arrived is not the text that was sent. A warning where it came through unchanged over the
    other family, else a note: notices of a filter are put under many messages. Seen in mailboxes, not by logs.
rt-greylist-trace: the header says how long a greylist held the message. A note.

FIX
    Tell the host all names and addresses that are its own (Postfix):
        postconf -e 'mydestination = $myhostname, localhost, example.com' 'proxy_interfaces = 192.0.2.25 [2001:db8::25]'
    On the primary, let the backup in over both families, before SPF and lists are asked:
        postconf -e 'mynetworks = 127.0.0.0/8 [::1]/128 192.0.2.26 [2001:db8::26]'

SEE
    RFC 5321 5.1, 6.3 (loops) and RFC 3463 X.4.6, RFC 3974 4.2 (backup and primary over two families), RFC 6647.
"""

import re
from collections import Counter
from collections.abc import Iterator

from probe.address import classify
from probe.judge.facts.conversations import is_address
from probe.judge.facts.mailboxes import proof_works
from probe.judge.standing import bounced, given_up
from probe.judge.wording import address_subject, argument, short
from probe.model.delivery import Arrival, Attempt, Hop
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import AddressClass, Failure, Verdict

_ROUNDS = 3  # times the same host gave it to the same host
_MANY = 25  # Received headers: the longest honest ways have about fifteen
_LOOP = re.compile(
    r"loops? back to (my ?self|me\b)|too many (hops|received)|mail (forwarding )?loop|routing loop|hop count exceeded",
    re.IGNORECASE,
)
_OWN_NAMES = (
    "Tell the host all names and addresses that are its own (Postfix):\n"
    "  postconf mydestination relay_domains virtual_mailbox_domains transport_maps proxy_interfaces inet_interfaces"
)


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Each message for itself."""
    for attempt in measurement.attempts:
        yield from _circles(measurement, attempt)
        yield from _stuck(measurement, attempt)
        if attempt.arrival is not None:
            yield from _held(attempt, attempt.arrival)
            yield from _altered(measurement, attempt, attempt.arrival)


def _circles(measurement: Measurement, attempt: Attempt) -> Iterator[Finding]:
    said = [line for line in _reported(attempt) if _LOOP.search(line)]
    lost = bool(said) and (bounced(attempt) or given_up(attempt))
    seen = [] if lost or attempt.arrival is None else _rounds(measurement, attempt.arrival)
    if not lost and not seen:
        return
    who = address_subject(attempt.mx, attempt.address)
    what = "went in circles and was given up" if lost else "went in circles before it arrived"
    yield Finding(
        "rt-loop",
        Verdict.CRITICAL if lost else Verdict.WARNING,
        attempt.family,
        who,
        f"The message that {who} took over {attempt.family.label} {what}.",
        tuple(short(line) for line in (said if lost else seen))[:6],
        _OWN_NAMES,
        "RFC 5321 6.3, RFC 3463 X.4.6",
    )


def _reported(attempt: Attempt) -> Iterator[str]:
    """What a report of non-delivery and the logs say of the end."""
    if attempt.bounce is not None:
        for one in attempt.bounce.recipients:
            looped = " (routing loop)" if (one.status or "")[1:] == ".4.6" else ""
            yield f"{one.diagnostic or one.status or ''}{looped}"
        yield attempt.bounce.explanation or ""
    for trace in attempt.traces:
        yield from (trace.reason or "", *trace.lines)


def _rounds(measurement: Measurement, arrival: Arrival) -> list[str]:
    """Steps between two hosts that come again and again; a filter on the same machine is no host of its own."""
    steps = Counter(step for hop in arrival.hops if (step := _step(measurement, hop)) is not None)
    found = [f"{times} times from {start} to {end}" for (start, end), times in steps.items() if times >= _ROUNDS]
    many = [f"{len(arrival.hops)} Received headers"] if len(arrival.hops) >= _MANY else []
    return [*found, *many]


def _step(measurement: Measurement, hop: Hop) -> tuple[str, str] | None:
    if hop.address is None or hop.by is None or not is_address(hop.address):
        return None
    kind = classify(hop.address, measurement.settings.treat_global)
    return (hop.address, hop.by.lower().rstrip(".")) if kind is AddressClass.GLOBAL else None


def _stuck(measurement: Measurement, attempt: Attempt) -> Iterator[Finding]:
    """Taken by a backup and lost, where the primary delivers."""
    order = {host.host: host.preference for host in measurement.resolved.hosts if host.preference is not None}
    best, mine = min(order.values(), default=None), order.get(attempt.mx)
    gone = attempt.failure is Failure.NOT_ARRIVED or bounced(attempt) or given_up(attempt)
    if best is None or mine is None or mine == best or not attempt.accepted or not gone:
        return
    through = [it for it in measurement.attempts if it.arrival is not None and order.get(it.mx) == best]
    if not through or not proof_works(measurement, attempt):
        return
    who, primary = address_subject(attempt.mx, attempt.address), short(through[0].mx, 120)
    name = argument(attempt.queue_id or attempt.token, "QUEUE-ID")
    yield Finding(
        "rt-backup-relay",
        Verdict.CRITICAL,
        attempt.family,
        who,
        f"The backup {who} took the message over {attempt.family.label}, and it did not arrive in time; through "
        f"{primary} a message does.",
        (
            f"preference {mine}; the best is {best}",
            f"queue id {short(attempt.queue_id or 'unknown', 80)}, token {attempt.token}",
            f"arrived through {address_subject(primary, through[0].address)}",
        ),
        f"On the backup, see why it is stuck, and on the primary let the backup in over both families:\n"
        f"  postqueue -p\n  journalctl | grep -F {name}",
        "RFC 3974 4.2, RFC 5321 5.1",
    )


def _held(attempt: Attempt, arrival: Arrival) -> Iterator[Finding]:
    if not arrival.held:
        return
    who = address_subject(attempt.mx, attempt.address)
    lines = tuple(f"{it.seconds} s by {short(it.by, 80)}{f' at {it.host}' if it.host else ''}" for it in arrival.held)
    yield Finding(
        "rt-greylist-trace",
        Verdict.OK,
        attempt.family,
        who,
        f"The header of the message over {attempt.family.label} says that a greylist held it for "
        f"{sum(it.seconds for it in arrival.held)} s.",
        lines,
        None,
        "RFC 6647",
    )


def _altered(measurement: Measurement, attempt: Attempt, arrival: Arrival) -> Iterator[Finding]:
    if arrival.unchanged is not False:
        return
    other = attempt.family.other
    alone = any(
        it.family is other and it.arrival is not None and it.arrival.unchanged is True for it in measurement.attempts
    )
    who = address_subject(attempt.mx, attempt.address)
    beside = f", and over {other.label} it did not" if alone else ""
    yield Finding(
        "rt-body-altered",
        Verdict.WARNING if alone else Verdict.OK,
        attempt.family,
        who,
        f"The text of the message changed on its way over {attempt.family.label} behind {who}{beside}.",
        (f"found in {short(arrival.where)}", f"token {attempt.token}: the body does not fit its X-Probe6-Body"),
        "Look for a filter, a disclaimer or a gateway that handles one family alone (Postfix):\n"
        "  postconf content_filter smtpd_milters non_smtpd_milters header_checks body_checks\n  postconf -P",
        "RFC 5321 6.4, RFC 6376 3.4",
    )
