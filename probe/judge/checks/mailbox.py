"""Where the message lies, and when it got there.

WHY
    A message in the junk folder has arrived and is not read. When it goes there over one family alone, the receiver
    trusts that family less: no reverse name, no SPF for the address, a listed network. And late is not lost: a greylist
    or a filter behind the server holds what the conversation had already promised.

FINDS
rt-spam-folder: the message lies in the junk folder. A warning when the one over the other family does not; else a note.
rt-late: the message arrived, a minute or more after it was accepted. A note.

FIX
    Read in the message's own headers why it was taken for spam (X-Spam-Status, Authentication-Results), and give our
    address a reverse name and a place in the SPF record.

SEE
    RFC 6154 (the junk mailbox), RFC 6647 (greylisting).
"""

from collections.abc import Iterator

from probe.judge.wording import address_subject, short
from probe.model.delivery import Arrival, Attempt
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Verdict

_LATE = 60.0  # seconds


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """The place and the time of each arrival."""
    trusted = {it.family for it in measurement.attempts if it.arrival is not None and not it.arrival.junk}
    for attempt in measurement.attempts:
        if attempt.arrival is not None:
            if attempt.arrival.junk:
                yield _junk(attempt, attempt.arrival, alone=attempt.family.other in trusted)
            if attempt.arrival.seconds >= _LATE:
                yield _late(attempt, attempt.arrival)


def _junk(attempt: Attempt, arrival: Arrival, *, alone: bool) -> Finding:
    who, label = address_subject(attempt.mx, attempt.address), attempt.family.label
    beside = f"; the one over {attempt.family.other.label} does not" if alone else ""
    return Finding(
        "rt-spam-folder",
        Verdict.WARNING if alone else Verdict.OK,
        attempt.family,
        who,
        f"The message over {label} lies in the junk folder{beside}.",
        (f"found in {short(arrival.where, 200)}",),
        "Compare the headers of the two copies: what was counted against the one over "
        f"{label} (reverse name, SPF, a list of the whole /64)?",
        "RFC 6154",
    )


def _late(attempt: Attempt, arrival: Arrival) -> Finding:
    who, label = address_subject(attempt.mx, attempt.address), attempt.family.label
    return Finding(
        "rt-late",
        Verdict.OK,
        attempt.family,
        who,
        f"The message over {label} arrived late, {arrival.seconds:.0f} s after {who} had accepted it.",
        (f"found in {short(arrival.where, 200)}",),
        None,
        "RFC 6647",
    )
